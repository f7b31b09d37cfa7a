"""Standard livedata plotters: image and lines."""
