"""The livedata dashboard: a Panel shell for many browser sessions."""
