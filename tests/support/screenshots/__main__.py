"""`hatch run screenshots [SCENE…]`: takes the pictures of the guides.

Each scene is taken from the simulated instrument, in light and in dark, at 1366 x 768,
and saved as WebP in ``docs/_static/screenshots``. Without names all scenes are taken.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.support.chromium import ARGUMENTS
from tests.support.screenshots.scenes import SCENES
from tests.support.serving import free_port, running, wait_for_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).parents[3] / "docs" / "_static" / "screenshots"
SIZE = {"width": 1366, "height": 768}
QUALITY = 72
SETTLE_MS = 600


def take(browser: Browser, url: str, name: str, theme: str) -> bytes:
    """Return the picture of a scene as WebP."""
    context = browser.new_context(viewport=SIZE, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.add_init_script(f"localStorage.setItem('livedata-theme', '{theme}')")
    page.goto(url)
    page.wait_for_selector("#rail .rail-item")
    for _ in SCENES[name](page):
        page.wait_for_timeout(SETTLE_MS)
        picture = page.screenshot()
    page.close()
    context.close()
    made = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(
        made, "webp", quality=QUALITY, method=6
    )
    return made.getvalue()


def main(argv: Sequence[str]) -> int:
    """Take the pictures; the exit code says how many could not be taken."""
    from playwright.sync_api import Error, sync_playwright

    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__)
    parser.add_argument("scenes", nargs="*", help=", ".join(SCENES))
    parser.add_argument("--theme", choices=("light", "dark"), help="without: both")
    options = parser.parse_args(argv)
    unknown = {*options.scenes} - {*SCENES}
    if unknown:
        parser.error(f"no scene {', '.join(unknown)}; there are {', '.join(SCENES)}")
    path = shutil.which("chromium")
    if path is None:
        parser.error("no chromium on this machine")
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = 0
    port, output = free_port(), Path(tempfile.mkdtemp()) / "output"
    livedata = str(Path(sys.executable).with_name("livedata"))
    command = [livedata, "serve", "--store", "memory", "--port", str(port)]
    with running(command, output) as process, sync_playwright() as playwright:
        url = f"http://localhost:{port}/"
        wait_for_page(url, process, output)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name in options.scenes or SCENES:
            for theme in (options.theme,) if options.theme else ("light", "dark"):
                target = FOLDER / f"{name}-{theme}.webp"
                try:
                    target.write_bytes(take(browser, url, name, theme))
                except Error as error:
                    failed += 1
                    print(f"{name}, {theme}: {error.message.splitlines()[0]}")
                else:
                    size = target.stat().st_size // 1024
                    print(f"{target.name}: {size} kB", flush=True)
        browser.close()
    shutil.rmtree(output.parent)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
