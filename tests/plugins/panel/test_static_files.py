"""The page's files: from memory, for ever, compressed for whoever takes it so."""

from __future__ import annotations

import gzip

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from livedata_panel.static_files import (
    BOKEH,
    SCRIPTS,
    STATIC,
    STYLESHEETS,
    static_patterns,
    static_prefix,
)
from tests.support.loops import run_loop


def fetch(*names: str, accept: str = "") -> list[HTTPResponse]:
    """Ask a server for files, one after the other."""

    async def ask() -> list[HTTPResponse]:
        server = HTTPServer(Application(static_patterns()))
        sock, port = bind_unused_port()
        server.add_socket(sock)
        client = AsyncHTTPClient()
        url = f"http://127.0.0.1:{port}/{static_prefix()}"
        headers = {"Accept-Encoding": accept}
        try:
            return [
                await client.fetch(
                    f"{url}/{name}",
                    headers=headers,
                    decompress_response=False,
                    raise_error=False,
                )
                for name in names
            ]
        finally:
            client.close()
            server.stop()
            await server.close_all_connections()

    return run_loop(ask)


def test_all_that_the_page_names_is_there() -> None:
    names = [f"css/{name}" for name in STYLESHEETS]
    names += [f"js/{name}" for name in SCRIPTS]
    for name, response in zip(names, fetch(*names), strict=True):
        assert response.body == (STATIC / name).read_bytes()
        kind = "text/css" if name.startswith("css") else "text/javascript"
        assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"


def test_every_script_is_named() -> None:
    assert {path.name for path in (STATIC / "js").glob("*.js")} == set(SCRIPTS)


def test_they_are_kept_for_ever() -> None:
    (response,) = fetch(BOKEH)
    assert "immutable" in response.headers["Cache-Control"]


def test_they_are_compressed_for_whoever_takes_it() -> None:
    (plain,) = fetch(BOKEH)
    first, again = fetch(BOKEH, BOKEH, accept="gzip, br")
    assert "Content-Encoding" not in plain.headers
    assert first.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.body) == plain.body
    assert first.body == again.body
    assert len(first.body) < 0.4 * len(plain.body)


@pytest.mark.parametrize("name", ["js/none.js", "../base.py", "page.html", ""])
def test_nothing_else_is(name: str) -> None:
    (response,) = fetch(name)
    assert response.code == 404
