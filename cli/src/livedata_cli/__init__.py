"""Live data visualisation for scientific facilities: the livedata command."""
