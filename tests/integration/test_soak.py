"""A server whose sessions come and go releases them: the soak benchmark, small."""

from __future__ import annotations

import argparse

from tests.benchmarks.soak import run


def test_server_releases_sessions_and_plots() -> None:
    options = argparse.Namespace(
        images=1,
        size=32,
        curves=1,
        bins=50,
        rate=4.0,
        minutes=0.1,
        clients=2,
        churn=1,
        rebuild_s=2.0,
        browsers=0,
        json=True,
    )
    soak = run(options)
    assert soak.opened > options.clients
    assert soak.rebuilt
    assert soak.frames
    assert soak.objects["last"]["sessions"]
    assert not soak.leaks()
