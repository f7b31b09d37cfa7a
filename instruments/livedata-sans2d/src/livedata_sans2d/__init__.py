"""The ISIS SANS2D instrument for livedata."""
