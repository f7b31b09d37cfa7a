"""The gallery: a page of what is installed, for people who look for a plot."""

from livedata_authoring.gallery.page import write_gallery

__all__ = ["write_gallery"]
