"""Standard livedata plotters: images, lines and values over time.

`livedata_plotters.image` is public: plotters of instruments draw on top of it.
"""
