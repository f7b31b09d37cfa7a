"""Pictures of every page and dialogue for the guides, light and dark."""
