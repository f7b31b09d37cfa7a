"""Standard livedata workflows: beam monitor, detector view, log time series."""
