"""What a failure to get a token means: a provider that is down, or that refuses us.

librdkafka reports both as a failure to authenticate, with what the provider answered.
"""

from __future__ import annotations

import re

__all__ = ["client_refused", "no_token"]

_LACK = "Failed to acquire SASL OAUTHBEARER token"
# RFC 6749, 5.2: what the token endpoint answers to a client that it does not accept.
_REFUSED = re.compile(
    r'"error"\s*:\s*"(invalid_(request|client|grant|scope)|access_denied'
    r'|unauthorized_client|unsupported_grant_type)"'
)


def no_token(text: str) -> bool:
    """Return whether the text tells that there was no token to be had.

    Examples
    --------
    >>> no_token(f"{_LACK}: Failed to connect to login.example:443")
    True
    """
    return text.startswith(_LACK)


def client_refused(text: str) -> bool:
    """Return whether there was none because the provider does not accept the client.

    All else may pass: it is not reached, late, or has a fault of its own.

    Examples
    --------
    >>> client_refused(f'{_LACK}: {{"error": "invalid_client"}}')
    True
    >>> client_refused(f'{_LACK}: {{"error": "temporarily_unavailable"}}')
    False
    """
    return no_token(text) and _REFUSED.search(text) is not None
