"""A simulated instrument for livedata."""
