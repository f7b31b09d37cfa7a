"""A site folder for plugins, apart from the user's own settings."""

from tests.support.plugin_fixtures import config_dir, site

__all__ = ["config_dir", "site"]
