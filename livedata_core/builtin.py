"""What the core itself registers as a plugin."""
