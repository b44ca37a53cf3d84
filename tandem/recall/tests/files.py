"""Small files of the kinds whose words are read."""

import io
import zipfile
import zlib


def pdf(text: str) -> bytes:
    """One page, its words packed as programs pack them."""
    drawn = zlib.compress(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, told in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, told)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n%btrailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(written),
    )
    return written + head


def docx(text: str) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    told = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in text.split(" "))
    return _zipped(
        {"word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p>{told}</w:p></w:body></w:document>'}
    )


def xlsx(text: str, number: str = "48210") -> bytes:
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return _zipped(
        {
            "xl/sharedStrings.xml": f'<sst xmlns="{sheet}"><si><t>{text}</t></si></sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><sheetData><row><c t="s"><v>0</v></c>'
            f"<c><v>{number}</v></c></row></sheetData></worksheet>",
        }
    )


def bomb() -> bytes:
    """A document that becomes a thousand times as large."""
    return _zipped({"word/document.xml": "<w><t>" + "a " * 60_000_000 + "</t></w>"})


def _zipped(parts: dict[str, str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in parts.items():
            archive.writestr(name, told)
    return kept.getvalue()
