"""An identity provider that gives anybody who knows the secret an unsigned token."""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

__all__ = ["CLIENT", "CLIENT_SECRET", "token_server"]

CLIENT, CLIENT_SECRET = "livedata", "client-secret"
LIFE_S = 3600


def unsigned_token(scope: str) -> str:
    """Return a JSON web token without signature, as RFC 7519 has it."""
    now = int(time.time())
    claims = {"sub": "operator", "scope": scope, "iat": now, "exp": now + LIFE_S}
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return (
        ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
    )


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = urllib.parse.parse_qs(self.rfile.read(length).decode())
        known = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        allowed = self.headers["Authorization"] == f"Basic {known}"
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        token = unsigned_token(asked["scope"][0]) if allowed else ""
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": LIFE_S}
        self.wfile.write(
            json.dumps(answer if allowed else {"error": "invalid_client"}).encode()
        )

    def log_message(self, *args: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def token_server(port: int = 0) -> Iterator[str]:
    """Serve while the block lasts; give the URL of the token endpoint."""
    server = HTTPServer(("127.0.0.1", port), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/token"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
