"""A site folder with one good plugin in it, which every failure must leave alone."""

from tests.support.plugin_fixtures import config_dir, site

__all__ = ["config_dir", "site"]
