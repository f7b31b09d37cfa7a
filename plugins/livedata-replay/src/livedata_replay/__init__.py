"""Recordings and NeXus event files as live data streams; recording."""
