"""The compliance check: what is to be mended in a plugin, as data."""

from livedata_authoring.check.engine import check_plugin
from livedata_authoring.check.findings import Finding, Level

__all__ = ["Finding", "Level", "check_plugin"]
