"""Sphinx extension: pictures of pages, in light or dark as the reader has it.

``hatch run screenshots`` takes them. A picture that is missing is a warning.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["Screenshot", "setup"]

FOLDER = "_static/screenshots"


class Screenshot(SphinxDirective):
    """Shows the pictures of a scene, with the content as caption.

    The argument is the name of the scene, as ``hatch run screenshots`` has it.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        (name,) = self.arguments
        figure = nodes.figure()
        text = " ".join(self.content)
        for theme in ("light", "dark"):
            place = f"{FOLDER}/{name}-{theme}.webp"
            if not (Path(self.env.srcdir) / place).exists():
                raise self.error(
                    f"there is no picture {place}; `hatch run screenshots {name}` "
                    "takes it"
                )
            image = nodes.image(uri=f"/{place}", alt=text)
            image["classes"].append(f"only-{theme}")
            figure += image
        caption = nodes.caption()
        children, messages = self.state.inline_text(text, self.lineno)
        caption.extend(children)
        figure += caption
        return [figure, *messages]


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("screenshot", Screenshot)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
