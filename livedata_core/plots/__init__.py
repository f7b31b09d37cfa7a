"""Plots: what is laid out where, how it is computed, and the frames that result.

Nothing here draws: drawing is the shell's `FrameRenderer`.
"""
