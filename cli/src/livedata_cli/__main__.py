"""Runs ``python -m livedata_cli`` as the ``livedata`` command."""

from livedata_cli.main import main

main()
