"""The pack's document as one HTML page.

Put here: the pictures made fit to stand inside a page, and the call of the template.
Not here: the page's mark-up and look (`page.html.jinja`), the words (`report.py`).
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.evidence.pack.blocks import Document

_IDS = re.compile(r"\b(gradient_|clip)(\d+)\b")


def write_html(path: Path, document: Document, pictures: Path) -> None:
    """Write the page: no scripts, nothing from elsewhere.

    Args:
        path: of the file.
        document: parts.
        pictures: folder with an SVG a picture.
    """
    environment = Environment(
        loader=PackageLoader("pipelines.evidence.pack", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["web"] = is_web_address
    environment.globals["drawing"] = lambda name: inline_picture(pictures / f"{name}.svg")
    page = environment.get_template("page.html.jinja").render(document=document)
    path.write_text(page, encoding="utf-8", newline="\n")


def is_web_address(url: str) -> bool:
    """Whether a link may lead there: a page of the web, not a script or a file."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def inline_picture(path: Path) -> Markup:
    """A picture as part of a page: its ids are its own, and screen readers are told of it by the page."""
    drawing = path.read_text(encoding="utf-8")
    drawing = _IDS.sub(lambda found: f"{path.stem}-{found[0]}", drawing)
    # Our own drawing, made of escaped text by the renderer.
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704
