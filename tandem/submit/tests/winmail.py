"""winmail.dat as Outlook writes it, from the pieces it is made of (MS-OXTNEF)."""

from struct import pack

MESSAGE, ATTACHMENT = 1, 2
BODY, CODEPAGE = (0x800C, 2), (0x9007, 6)
RENDERING, TITLE, DATA = (0x9002, 6), (0x8010, 1), (0x800F, 6)


def winmail(*files: tuple[str, bytes], body: str = "") -> bytes:
    objects = [piece(MESSAGE, CODEPAGE, pack("<II", 1252, 0))]
    if body:
        objects.append(piece(MESSAGE, BODY, body.encode("cp1252") + b"\0"))
    for name, content in files:
        objects.append(piece(ATTACHMENT, RENDERING, b"\1\0" + b"\0" * 12))
        objects.append(piece(ATTACHMENT, TITLE, name.encode() + b"\0"))
        objects.append(piece(ATTACHMENT, DATA, content))
    return b"\x78\x9f\x3e\x22" + b"\1\0" + b"".join(objects)


def piece(level: int, kind: tuple[int, int], data: bytes) -> bytes:
    return pack("<BHHI", level, *kind, len(data)) + data + pack("<H", sum(data) & 0xFFFF)
