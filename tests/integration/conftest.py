"""Settings of the tests' own, and a site folder for plugins."""

from tests.support.plugin_fixtures import config_dir, site

__all__ = ["config_dir", "site"]
