"""NeXus event files as live data streams."""
