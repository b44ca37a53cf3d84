"""Words of documents, sheets and slides: XML in a zip, in the limited child."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

MOST_UNPACKED = 40_000_000  # bytes of one part
MOST_PARTS = 200
READ = (
    "word/document.xml",
    "word/foot",
    "word/head",
    "xl/sharedStrings",
    "xl/worksheets/",
    "ppt/slides/",
    "content.xml",
)


def words(data: bytes) -> Iterator[str]:
    """A part at a time; none of what is broken, or of any other zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in [name for name in archive.namelist() if name.startswith(READ) and name.endswith(".xml")][
                :MOST_PARTS
            ]:
                with archive.open(name) as part:
                    yield " ".join(_texts(part.read(MOST_UNPACKED)))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ):
        return


def _texts(xml: bytes) -> Iterator[str]:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        return
    for _event, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314
        match element.tag.rpartition("}")[2]:
            case "t" | "h" | "span":
                yield element.text or ""
            case "p":
                yield element.text or ""
                element.clear()
            case "c" if element.get("t") != "s":  # a cell; with "s" its value is the place of a shared text
                yield "".join(part.text or "" for part in element if part.tag.endswith("}v"))
            case "row":
                element.clear()
