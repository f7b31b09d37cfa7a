"""Rendering: HoloViews is evaluated once per frame, sessions apply patches.

`elements` composes layers and tells their structure, `master` keeps one headless plot
per cell on the compute thread, `recorder` notes what an update changed, `patch` holds
the values that travel, `wire` how they do. Figures themselves are in browsers alone.
"""
