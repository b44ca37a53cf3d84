"""Mails made to cost minutes and gigabytes: bombs, floods, depths and traps. Each is built when it is asked for."""

import struct
import zlib
from base64 import encodebytes
from collections.abc import Callable
from io import BytesIO

HEAD = b"From: ana@northwind.example\r\nTo: support@tandem.example\r\n"
MB = 1_000_000


def nested(depth: int, kind: bytes = b"mixed") -> bytes:
    levels = (
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, level, level) for level in range(depth)
    )
    return HEAD + b"".join(levels) + b"\r\nThey stop."


def mails_in_mails(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"They stop."


def text(body: bytes, *headers: bytes) -> bytes:
    return HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def page(html: bytes) -> bytes:
    return text(html, b"Content-Type: text/html")


def with_file(content: bytes, kind: bytes = b"application/zip", name: bytes = b"dump.zip") -> bytes:
    file = b"Content-Type: %s; name=%s\r\nContent-Transfer-Encoding: base64\r\n\r\n" % (kind, name)
    return with_parts(b"Content-Type: text/plain\r\n\r\nThey stop.", file + encodebytes(content))


def with_parts(*parts: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
        + b"".join(b"--B\r\n" + part + b"\r\n" for part in parts)
        + b"--B--\r\n"
    )


def png(width: int, height: int, *chunks: tuple[bytes, bytes], rows: int | None = None) -> bytes:
    """One bit a pixel, all of them black; `rows` of them are really there."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(row) for _ in range(height if rows is None else rows)) + squeeze.flush()
    told = [(b"IHDR", head), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in told)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif(width: int, height: int, frames: int) -> bytes:
    frame = (
        b"\x21\xf9\x04\x00\x00\x00\x00\x00\x2c"
        + struct.pack("<HHHH", 0, 0, width, height)
        + b"\x00\x02\x02\x44\x01\x00"
    )
    return (
        b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\x00\x00\x00\x00\x00\xff\xff\xff" + frame * frames + b";"
    )


def tiff(width: int, height: int) -> bytes:
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 2**31)]
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)


def jpeg(side: int, scans: int) -> bytes:
    """Progressive, and drawn again and again before it is whole."""
    from PIL import Image

    Image.new("L", (side, side)).save(drawn := BytesIO(), "JPEG", progressive=True)
    data = drawn.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def pdf(streams: int, of: int) -> bytes:
    data = zlib.compress(bytes(of), 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(data) + data + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n" % number + stream for number in range(1, streams + 1)) + b"%%EOF"


def zipped(content: bytes, *, deep: int = 1) -> bytes:
    from zipfile import ZIP_DEFLATED, ZipFile

    for _level in range(deep):
        with ZipFile(made := BytesIO(), "w", ZIP_DEFLATED, compresslevel=9) as file:
            for copy in range(16):
                file.writestr(f"{copy}.zip", content)
        content = made.getvalue()
    return content


def overlapping_zip(names: int) -> bytes:
    """Each name means the same bytes, and says that they are 4 GB."""
    data = zlib.compress(bytes(MB), 9)[2:-4]
    local = b"PK\x03\x04" + struct.pack(
        "<HHHHHIIIHH", 20, 0, 8, 0, 0, zlib.crc32(bytes(MB)), len(data), 2**32 - 2, 1, 0
    )
    told = b"PK\x01\x02" + struct.pack(
        "<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0, zlib.crc32(bytes(MB)), len(data), 2**32 - 2, 1, 0, 0, 0, 0, 0, 0
    )
    body = local + b"a" + data
    return (
        body
        + (told + b"a") * names
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, names, names, 47 * names, len(body), 0)
    )


def tnef(*objects: tuple[int, int, bytes]) -> bytes:
    """Each object with the length it claims."""
    told = (struct.pack("<BII", 1, kind, length) + data + b"\0\0" for kind, length, data in objects)
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(told)


def winmail(data: bytes) -> bytes:
    return with_file(data, b"application/ms-tnef", b"winmail.dat")


def calendar(lines: bytes) -> bytes:
    return with_parts(
        b"\r\nThey stop.",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n" + lines + b"END:VCALENDAR",
    )


def words(count: int) -> bytes:
    return b" ".join(b"w%dx%d" % (n, n * 7) for n in range(count))


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">'
    + LAUGHS
    + b']><svg xmlns="http://www.w3.org/2000/svg">&l9;</svg>'
)

TOO_LONG_HEADERS = "The headers of the mail are larger than 256 kB."
TOO_LONG_HEADER = "One header of the mail is longer than any honest one."
TOO_MANY_LINES = "The mail has more than a million lines."
TOO_MANY_PARTS = "The mail has more than 500 parts."
TOO_DEEP = "The mail has parts within parts more than 30 times."

Made = Callable[[], bytes]

# fmt: off
REFUSED: dict[str, tuple[Made, str]] = {
    "a subject of 0.9 MB": (lambda: text(b"x", b"Subject: " + b"a " * 450_000), TOO_LONG_HEADERS),
    "a subject folded 40,000 times": (lambda: text(b"x", b"Subject: " + b"a\r\n " * 40_000), TOO_LONG_HEADER),
    "a header of 45 MB on one line": (lambda: text(b"x", b"X: " + b"a" * 45 * MB), TOO_LONG_HEADERS),
    "a header of 45 MB that never ends": (lambda: HEAD + b"X: " + b"a" * 45 * MB, TOO_LONG_HEADERS),
    "10,000 recipients": (lambda: text(b"x", b"Cc: " + b"p@northwind.example, " * 10_000), TOO_LONG_HEADER),
    "100,000 recipients": (lambda: text(b"x", b"To: " + b"p@northwind.example, " * 100_000), TOO_LONG_HEADERS),
    "1,000 recipients": (lambda: text(b"x", b"Cc: " + b"p@northwind.example, " * 1_000), "The mail names more than 500 recipients."),
    "20,000 references": (lambda: text(b"x", b"References: " + b"<1@northwind.example> " * 20_000), TOO_LONG_HEADERS),
    "50,000 encoded words": (lambda: text(b"x", b"Subject: " + b"=?utf-8?q?a?= " * 50_000), TOO_LONG_HEADERS),
    "60,000 headers": (lambda: HEAD + b"X:\r\n" * 60_000 + b"\r\nx", "The mail has more than 5,000 headers."),
    "100,000 parts": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n\r\nx\r\n" * 100_000, TOO_MANY_PARTS),
    "100,000 files": (lambda: with_parts(*[b"Content-Disposition: attachment; filename=a.txt\r\n\r\nx"] * 100_000), TOO_MANY_PARTS),
    "a depth of 5,000": (lambda: nested(5000), TOO_DEEP),
    "a depth of 300,000": (lambda: nested(300_000, b"alternative"), TOO_DEEP),
    "a depth past a million lines": (lambda: nested(600_000), TOO_MANY_LINES),
    "30 million lines": (lambda: text(b"\n" * 30 * MB), TOO_MANY_LINES),
    "8 million headers of a part": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n" + b"X:\n" * 8 * MB, TOO_MANY_LINES),
    "a parameter of quotes": (lambda: text(b"x", b'Content-Type: text/plain; x="' + b';\\"' * 4000), TOO_LONG_HEADER),
    "a parameter in 5,000 pieces": (lambda: text(b"x", b"Content-Type: text/plain" + b"; x*%d*=utf-8''a" * 5_000 % tuple(range(5_000))), TOO_LONG_HEADER),
    "54 MB": (lambda: with_file(b"\xa5" * 40 * MB), "The mail is larger than 46 MB."),
}

READ: dict[str, Made] = {
    "a depth of 29": lambda: nested(29),
    "1,000 mails in mails": lambda: with_parts(b"\r\nThey stop.", mails_in_mails(1_000)),
    "499 files": lambda: with_parts(*[b"Content-Disposition: attachment; filename=a.txt\r\n\r\nx"] * 490, b"\r\nThey stop."),
    "2,000 references": lambda: text(b"They stop.", b"References: " + b"<1@northwind.example> " * 2_000),
    "4,000 encoded words": lambda: text(b"They stop.", b"Subject: " + b"=?utf-8?q?a?= " * 4_000),
    "10,000 half words": lambda: text(b"They stop.", b"Subject: " + b"=?u?q?" * 10_000),
    "a sender of parentheses": lambda: text(b"They stop.").replace(b"ana@", b"(" * 60_000 + b" ana@"),
    "a sender of quotes": lambda: text(b"They stop.").replace(b"ana@", b'"\\' * 30_000 + b" ana@"),
    "senders of dots": lambda: text(b"They stop.", b"Reply-To: " + b"a@" + b"a." * 30_000),
    "owners of owners": lambda: text(b"They stop.").replace(b"ana@", b"owner-" * 10_000 + b"-request-bounce@"),
    "a verdict of parentheses": lambda: text(b"They stop.", *[b"Authentication-Results: mx.tandem.example; dmarc=" + b"(" * 7_900] * 20),
    "a parameter in pieces": lambda: text(b"They stop.", b"Content-Type: text/plain" + b"; x*%d=a" * 700 % tuple(range(700))),
    "300,000 blocks of a report": lambda: HEAD + b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n\r\nThey stop.\r\n--B\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822;a@b.example\r\n\r\n" * 300_000,
    "26 MB of file": lambda: with_file(b"\xa5" * 26 * MB),
    "30 MB on one line": lambda: text(b"They stop." + b"x" * 30 * MB),
    "45 MB on one line in base64": lambda: text(b"VGhleSBzdG9wLiAg" + b"eHh4" * 11 * MB, b"Content-Transfer-Encoding: base64"),
    "30 MB of broken base64": lambda: text(b"VGhleSBzdG9wLiAg" + b"e*Hh" * 7 * MB + b"e", b"Content-Transfer-Encoding: base64"),
    "30 MB quoted-printable": lambda: text(b"They stop." + b"=41" * 10 * MB, b"Content-Transfer-Encoding: quoted-printable"),
    "lines that never end": lambda: text(b"They stop." + b"=\r\n" * 900_000, b"Content-Transfer-Encoding: quoted-printable"),
    "20 MB of ISO-2022": lambda: text(b"They stop." + b"\x1b$B$3\x1b(B" * 2_500_000, b"Content-Type: text/plain; charset=iso-2022-jp"),
    "20 MB of UTF-7": lambda: text(b"They stop." + b"+AOk-" * 4 * MB, b"Content-Type: text/plain; charset=utf-7"),
    "20 MB of accents": lambda: text(b"They stop." + "a\u0301\u0302\u0327".encode() * 3 * MB, b"Content-Type: text/plain; charset=utf-8"),
    "10 MB of directions": lambda: text(b"They stop." + "\u202e\u2066".encode() * 1_600_000, b"Content-Type: text/plain; charset=utf-8"),
    "100,000 attributes": lambda: page(b"They stop.<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
    "50,000 boxes in boxes": lambda: page(b"<div>" * 50_000 + b"They stop."),
    "a million boxes in boxes": lambda: page(b"They stop." + b"<b>" * MB),
    "9,000 styles never ended": lambda: page(b"They stop." + b"".join(b"<b x=%d><p>" % n for n in range(9_000))),
    "5 MB of paragraphs": lambda: page(b"<p>They stop. <b>x</b></p>" * 200_000),
    "tables in tables": lambda: page(b"They stop." + b"<table><tr><td>" * 6_000),
    "10 MB of styles": lambda: page(b"They stop.<style>" + b"a{background:url(http://x.example/)}" * 280_000 + b"</style>"),
    "a style that imports itself": lambda: page(b"They stop.<style>" + b"@import '#';" * 50_000 + b"</style>"),
    "1 MB of style on one box": lambda: page(b"<p style='" + b"width:calc(" * 90_000 + b"'>They stop.</p>"),
    "500,000 entities": lambda: page(b"They stop." + b"&amp" * 250_000),
    "700,000 letters and lines": lambda: text(b"They stop. " + b"a_" * 350_000),
    "100,000 comments": lambda: page(b"They stop." + b"<!--" * 100_000),
    "100,000 half tags": lambda: page(b"They stop." + b"<a href='" * 100_000),
    "a tag of 900 kB": lambda: page(b"They stop.<a href='" + b"x" * 900_000 + b"'>"),
    "10,000 links": lambda: page(b"They stop." + b"<a href='http://x.example/?a=b'>x</a>" * 9_000),
    "9,000 pictures": lambda: page(b"They stop." + b"<img src=cid:a><img src=http://x.example/y>" * 4_500),
    "a picture of 10 MB within": lambda: page(b"They stop.<img src='data:image/png;base64," + b"A" * 10 * MB + b"'>"),
    "20,000 newlines of a pre": lambda: page(b"They stop.<pre>" + b"\n" * 20_000 + b"<pre>" * 100),
    "10,000 empty lines": lambda: text(b"They stop." + b"\n" * 10_000 + b"x"),
    "900,000 empty lines": lambda: text(b"They stop." + b"\n" * 900_000 + b"x"),
    "30,000 times On": lambda: text(b"They stop." + b"On " * 30_000),
    "300,000 lines that wrote": lambda: text(b"They stop.\n" + b"On Mon,\nwrote\n" * 150_000),
    "200 introductions half": lambda: text(b"They stop.\n" + b"On On On On On On On On On On On On On wrote <\n" * 20_000),
    "From, again and again": lambda: text(b"They stop.\n" + b"From: a\nSent: b\nTo: c\n" * 50_000),
    "900,000 quotes": lambda: text(b"They stop.\n" + b">\n" * 900_000),
    "quotes in quotes": lambda: text(b"They stop.\n" + b">" * 900_000),
    "900,000 signatures": lambda: text(b"They stop.\n" + b"-- \n" * 900_000),
    "1 MB of words, each another": lambda: text(b"They stop. " + words(70_000)),
    "1 MB of short words, each another": lambda: text(b"They stop. " + b" ".join(b"%x" % n for n in range(160_000))),
    "a word of 900 kB": lambda: text(b"They stop. " + b"w" * 900_000),
    "1 MB of addresses": lambda: text(b"They stop. " + b" ".join(b"http://h%d.example/a/%d" % (n, n) for n in range(30_000))),
    "40,000 passwords, each another": lambda: text(b"They stop. " + b" ".join(b"password=ab%dcd" % n for n in range(40_000))),
    "one password, everywhere": lambda: text(b"They stop. password=aaaaaa1 " + b"aaaaaa1" * 130_000),
    "250,000 half tokens": lambda: text(b"They stop. " + b"eyJ-" * 245_000),
    "100,000 tokens with a dot": lambda: text(b"They stop. " + b"eyJaaaaaaaa.-" * 75_000),
    "30,000 beginnings of keys": lambda: text(b"They stop. " + b"-----BEGIN A PRIVATE KEY-----" * 33_000),
    "60,000 passwords of nothing": lambda: text(b"They stop. " + b"password is   " * 70_000),
    "200,000 halves of an address": lambda: text(b"They stop. " + b"ab://a:" * 140_000),
    "cookies": lambda: text(b"They stop. " + b"cookie: " * 120_000),
    "spaces": lambda: text(b"They stop. authorization" + b" " * 950_000),
    "NUL and lone halves": lambda: text(b"They stop." + b"\0\xed\xa0\x80" * 200_000, b"Content-Type: text/plain; charset=utf-8"),
    "a PDF of 4 GB": lambda: with_file(pdf(400, 10 * MB), b"application/pdf", b"a.pdf"),
    "100,000 objects of a PDF": lambda: with_file(pdf(100_000, 1), b"application/pdf", b"a.pdf"),
    "zips in zips": lambda: with_file(zipped(bytes(10 * MB), deep=4)),
    "a zip that overlaps": lambda: with_file(overlapping_zip(60_000)),
    "a picture of 900 million pixels": lambda: with_file(png(30_000, 30_000, rows=1), b"image/png", b"a.png"),
    "a picture of 50 million pixels": lambda: with_file(png(20_000, 2_500), b"image/png", b"a.png"),
    "a picture with a text of 1 GB": lambda: with_file(png(10, 10, (b"zTXt", b"a\0\0" + zlib.compress(bytes(300 * MB), 9))), b"image/png", b"a.png"),
    "a picture with a profile of 300 MB": lambda: with_file(png(10, 10, (b"iCCP", b"a\0\0" + zlib.compress(bytes(300 * MB), 9))), b"image/png", b"a.png"),
    "a GIF of 65,535 by 65,535": lambda: with_file(gif(65_535, 65_535, 1), b"image/gif", b"a.gif"),
    "a GIF of 200,000 frames": lambda: with_file(gif(1000, 1000, 200_000), b"image/gif", b"a.gif"),
    "a TIFF of 4 billion pixels": lambda: with_file(tiff(65_000, 65_000), b"image/tiff", b"a.tiff"),
    "a JPEG drawn 2,000 times": lambda: with_file(jpeg(2_000, 2_000), b"image/jpeg", b"a.jpg"),
    "a picture that laughs": lambda: with_file(SVG, b"image/svg+xml", b"a.svg"),
    "400 pictures": lambda: with_parts(b"\r\nThey stop.", *[b"Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(png(200, 200))] * 400),
    "200,000 cards": lambda: with_file(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\nEND:VCARD\r\n" * 200_000, b"text/vcard", b"a.vcf"),
    "100,000 events": lambda: calendar(b"BEGIN:VEVENT\r\nSUMMARY:a\r\nEND:VEVENT\r\n" * 100_000),
    "events within the bounds": lambda: calendar(b"BEGIN:VEVENT\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n" * 1_600),
    "events in events": lambda: calendar(b"BEGIN:VEVENT\r\n" * 4_900),
    "an event of 250 kB": lambda: calendar(b"BEGIN:VEVENT\r\nSUMMARY;" + b"A=b;" * 60_000 + b":x\r\nEND:VEVENT\r\n"),
    "an event of dates": lambda: calendar(b"BEGIN:VEVENT\r\nEXDATE:" + b"20250303T100000Z," * 14_000 + b"\r\nEND:VEVENT\r\n"),
    "an event of zones": lambda: calendar(b"BEGIN:VTIMEZONE\r\nTZID:x\r\n" + b"BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n" * 800 + b"END:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTART;TZID=x:20250303T100000\r\nEND:VEVENT\r\n"),
    "Outlook that claims 4 GB": lambda: winmail(tnef((0x0006800F, 2**32 - 1, b"x"))),
    "Outlook of 1,900 lengths forged": lambda: winmail(tnef(*[(0x0006800F, 2**31, b"x" * 9)] * 1_900)),
    "Outlook of 100,000 objects": lambda: winmail(tnef(*[(0x0006800F, 1, b"x")] * 100_000)),
    "Outlook of 1,900 large objects": lambda: winmail(tnef(*[(0x0006800F, 4_000, b"x" * 4_000)] * 1_900)),
    "Outlook of 200,000 properties": lambda: winmail(tnef((0x00069003, 1_600_004, struct.pack("<I", 200_000) + struct.pack("<HHI", 3, 1, 1) * 200_000))),
    "Outlook whose properties never end": lambda: winmail(tnef((0x00069003, 104, struct.pack("<I", 2**32 - 1) + bytes(100)))),
    "Outlook of RTF squeezed": lambda: winmail(tnef((0x00069003, 30 + 6 * MB, struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, 6 * MB) + struct.pack("<IIII", 6 * MB - 4, 2**31, 0x75465A4C, 0) + b"\xff" * (6 * MB - 16)))),
}
# fmt: on
