"""The names that a new package has: of its distribution, modules and records."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

__all__ = ["Names", "NamesError", "names_of"]

_PREFIX = "livedata-"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 24
"""So that no line of a template grows too long."""


class NamesError(ValueError):
    """A name that no package can have; the message says which can."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a plugin's name becomes in its files.

    Attributes
    ----------
    name:
        Of instrument, plotter and so on, with underscores.
    distribution:
        As on PyPI.
    package:
        As it is imported.
    title:
        For people.
    class_name:
        Of the class that does the work.
    schema:
        Schema id of a decoder, four characters.
    """

    name: str
    distribution: str
    package: str
    title: str
    class_name: str
    schema: str


def names_of(name: str, title: str = "") -> Names:
    """Return the names of a package.

    Parameters
    ----------
    name:
        With or without ``livedata-`` in front.

    Raises
    ------
    NamesError
        If it cannot be a name.

    Examples
    --------
    >>> names = names_of("livedata-acme-lines")
    >>> names.name, names.package, names.class_name, names.title
    ('acme_lines', 'livedata_acme_lines', 'AcmeLines', 'Acme lines')
    """
    plain = name.strip().lower().replace("_", "-").removeprefix(_PREFIX)
    taken = plain.replace("-", "_")
    if not _NAME.fullmatch(plain) or len(plain) > _LONGEST or keyword.iskeyword(taken):
        raise NamesError(
            f"{name!r} cannot name a plugin: take up to {_LONGEST} small letters and "
            "digits, with a letter first and hyphens between words, e.g. acme-lines"
        )
    words = plain.split("-")
    letters = plain.replace("-", "")
    return Names(
        name=taken,
        distribution=f"{_PREFIX}{plain}",
        package=f"livedata_{taken}",
        title=title or " ".join(words).capitalize(),
        class_name="".join(word.capitalize() for word in words),
        schema=f"{letters[:2]:x<2}01",
    )
