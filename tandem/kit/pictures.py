"""Pictures from strangers, drawn anew: what leaves here is ours, pixel by pixel. `shrunk` asks a limited child."""

import io
from base64 import b64decode, b64encode
from typing import Any, NamedTuple

from tandem.kit import limited

# What a browser may show of what people send; all else is a download.
DRAWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
SMALL, LARGE = 320, 1600
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
TYPE = "image/webp"


class Picture(NamedTuple):
    content: bytes
    width: int
    height: int


class Undrawable(Exception):
    """No picture, too large a one, or one made to break what reads it."""


def shrunk(content: bytes) -> dict[int, Picture]:
    """Each size of it, by its longest side. Raises Undrawable, and `limited.Hindered`."""
    try:
        told = limited.run(f"{__name__}:tell", content, cpu_seconds=4)
    except limited.Stopped as stopped:
        raise Undrawable(str(stopped)) from stopped
    if not told:
        raise Undrawable
    return {int(side): Picture(b64decode(drawn), width, height) for side, (drawn, width, height) in told.items()}


def tell(content: bytes) -> dict[int, Any]:
    """For the child: {side: [base64, width, height]}; empty for what is no picture we draw."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"]) as opened:
            # Only the header has been read. The library itself refuses no less than twice its limit.
            if opened.width * opened.height > MOST_PIXELS or max(opened.size) > LONGEST_SIDE:
                return {}
            opened.draft("RGB", (LARGE, LARGE))
            upright = ImageOps.exif_transpose(opened)
            seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return {}
    return {side: _drawn(seen, side) for side in (SMALL, LARGE)}


def _drawn(seen: Any, side: int) -> tuple[str, int, int]:
    copy = seen.copy()
    copy.thumbnail((side, side))
    copy.info.clear()  # no place, no camera, no name
    written = io.BytesIO()
    copy.save(written, "WEBP", quality=82, method=3)
    return b64encode(written.getvalue()).decode(), copy.width, copy.height
