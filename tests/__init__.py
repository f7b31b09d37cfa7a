"""Tests of livedata; they mirror the tree."""
