"""Mails as programs have really sent them, each broken, old or strange in its own way. Written for these tests."""

HEAD = b"From: Ana Lima <ana@northwind.example>\r\nTo: support@tandem.example\r\nSubject: Exports stop\r\n"


def typed(content_type: bytes, body: bytes, *more: bytes) -> bytes:
    return HEAD + b"".join(line + b"\r\n" for line in (b"Content-Type: " + content_type, *more)) + b"\r\n" + body


def parts(*inner: bytes, kind: bytes = b"mixed", end: bytes = b"--B--\r\n") -> bytes:
    return typed(b"multipart/" + kind + b"; boundary=B", b"".join(b"--B\r\n" + part + b"\r\n" for part in inner) + end)


TEXT = b"Content-Type: text/plain\r\n\r\nThey stop."
FILE = b"Content-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
INNER = b"Content-Type: message/rfc822\r\n\r\n"

ODD = {
    "nothing at all": b"",
    "one newline": b"\n",
    "only a body": b"\r\nThey stop.",
    "only headers": HEAD,
    "no newline at its end": HEAD + b"\r\nThey stop.",
    "old Mac newlines": HEAD.replace(b"\r\n", b"\r") + b"\rThey stop.\r",
    "mixed newlines": HEAD.replace(b"\r\nSubject", b"\nSubject") + b"\n\rThey\rstop.\n",
    "a mailbox line first": b"From ana@northwind.example Mon Mar  3 10:00:00 2025\r\n" + HEAD + b"\r\nThey stop.",
    "a mailbox line later": HEAD + b"From ana@northwind.example Mon Mar  3 10:00:00 2025\r\n\r\nThey stop.",
    "a quoted mailbox line": HEAD + b">From ana@northwind.example\r\n\r\nThey stop.",
    "continuation first": b" \tlost\r\n" + HEAD + b"\r\nThey stop.",
    "a header without a name": b": lost\r\n" + HEAD + b"\r\nThey stop.",
    "a header without a colon": HEAD + b"lost\r\nX-More: x\r\n\r\nThey stop.",
    "space before the colon": HEAD.replace(b"Subject:", b"Subject :") + b"\r\nThey stop.",
    "NUL everywhere": HEAD.replace(b"Exports", b"Ex\0ports") + b"\r\nThey\0 stop.\0",
    "raw 8-bit headers": HEAD.replace(b"Ana", b"An\xe1").replace(b"Exports", b"Expo\xc3\xa9rts") + b"\r\nThey stop.",
    "lone surrogates": HEAD + b"\r\nThey \xed\xa0\x80 stop.",
    "all bytes": HEAD + b"\r\n" + bytes(range(256)),
    "all bytes in a header": HEAD + b"X: " + bytes(set(range(256)) - {10, 13}) + b"\r\n\r\nx",
    "an empty sender": HEAD.replace(b"Ana Lima <ana@northwind.example>", b"") + b"\r\nx",
    "a null sender": HEAD.replace(b"Ana Lima <ana@northwind.example>", b"<>") + b"\r\nx",
    "a group as sender": HEAD.replace(b"Ana Lima <ana@northwind.example>", b"undisclosed:;") + b"\r\nx",
    "two subjects": HEAD + b"Subject: Other\r\n\r\nx",
    "a folded subject": HEAD.replace(b"Exports stop", b"Exports\r\n \r\n\tstop") + b"\r\nx",
    "an empty word": HEAD.replace(b"Exports", b"=?utf-8?q??=") + b"\r\nx",
    "a word in no charset": HEAD.replace(b"Exports", b"=??q?x?= =?nope?q?=E9?= =?utf-8*en?b?w6k=?=") + b"\r\nx",
    "broken base64 word": HEAD.replace(b"Exports", b"=?utf-8?b?w6?= =?utf-8?b?!!!?= =?utf-8?b?=====?=") + b"\r\nx",
    "a word cut in a character": HEAD.replace(b"Exports", b"=?utf-8?q?=C3?= =?utf-8?q?=A9?=") + b"\r\nx",
    "a date that cannot be": HEAD + b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nx",
    "a date with a huge zone": HEAD + b"Date: Mon, 3 Mar 2025 10:00:00 +999999999999\r\n\r\nx",
    "a date from the future": HEAD + b"Date: Mon, 3 Mar 9999 10:00:00 +0000\r\n\r\nx",
    "an unknown charset": typed(b"text/plain; charset=X-UNKNOWN", b"They stop \xe9."),
    "a charset with NUL": typed(b"text/plain; charset=utf-8\0x", b"They stop \xe9."),
    "a charset of bytes": typed(b"text/plain; charset=\xff\xfe", b"They stop \xe9."),
    "a charset that is no charset": typed(b"text/plain; charset=zlib", b"They stop."),
    "a slow charset": typed(b"text/plain; charset=punycode", b"a-" * 50_000),
    "an encoded charset": typed(b"text/plain; charset*=us-ascii'en'utf-8", b"They stop."),
    "a charset in pieces": typed(b'text/plain; charset*0="utf"; charset*1="-8"', b"They stop."),
    "UTF-7": typed(b"text/plain; charset=utf-7", b"They +AOk stop"),
    "UTF-16": typed(b"text/plain; charset=utf-16", "They stop".encode("utf-16")),
    "UTF-16 cut short": typed(b"text/plain; charset=utf-16", "They stop".encode("utf-16")[:-1]),
    "Latin called UTF-8": typed(b"text/plain; charset=utf-8", b"They stop \xe9."),
    "UTF-8 called ASCII": typed(b"text/plain; charset=us-ascii", b"They stop \xc3\xa9."),
    "ISO-2022-JP": typed(b"text/plain; charset=iso-2022-jp", b"\x1b$B$3$s$K$A$O\x1b(B"),
    "no type": typed(b"", b"They stop."),
    "half a type": typed(b"text", b"They stop."),
    "too much of a type": typed(b"text/plain/html; x; =; ;;; =x", b"They stop."),
    "an unknown encoding": typed(b"text/plain", b"They stop.", b"Content-Transfer-Encoding: x-rot13"),
    "broken quoted-printable": typed(b"text/plain", b"They=stop=\r\n=E9=XX=", b"Content-Transfer-Encoding: quoted-printable"),
    "broken base64": typed(b"text/plain", b"VGhle%%SBzdG9w!", b"Content-Transfer-Encoding: base64"),
    "base64 of one letter": typed(b"text/plain", b"V", b"Content-Transfer-Encoding: base64"),
    "base64 with bytes": typed(b"text/plain", b"VGhl\xe9eSBzdG9w", b"Content-Transfer-Encoding: base64"),
    "uuencode": typed(b"text/plain", b"begin 644 x\n#0V%T\n`\nend\n", b"Content-Transfer-Encoding: x-uuencode"),
    "multipart without a boundary": typed(b"multipart/mixed", b"--B\r\n\r\nThey stop.\r\n--B--"),
    "multipart with an empty boundary": typed(b'multipart/mixed; boundary=""', b"--\r\n\r\nThey stop.\r\n----"),
    "multipart with a boundary never seen": typed(b"multipart/mixed; boundary=C", b"--B\r\n\r\nThey stop."),
    "multipart of nothing": parts(),
    "multipart never closed": parts(TEXT, FILE + b"iVBOR", end=b""),
    "multipart in base64": typed(b"multipart/mixed; boundary=B", b"--B\r\n" + TEXT, b"Content-Transfer-Encoding: base64"),
    "a boundary of bytes": typed(b"multipart/mixed; boundary*=\xff'x'B", b"--B\r\n" + TEXT + b"\r\n--B--"),
    "one boundary for two": parts(b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n" + TEXT + b"\r\n--B--"),
    "an inner boundary that begins alike": parts(
        b"Content-Type: multipart/alternative; boundary=BB\r\n\r\n--BB\r\n" + TEXT + b"\r\n--BB--"
    ),
    "text around the parts": parts(TEXT).replace(b"\r\n--B\r\n", b"\r\nnot MIME\r\n--B\r\n") + b"the end",
    "a part without headers": parts(b"\r\nThey stop.", b"They stop."),
    "a file without a name": parts(TEXT, b"Content-Type: application/pdf\r\n\r\n%PDF"),
    "a file with a name in pieces": parts(
        TEXT, b"Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b; filename*3=d\r\n\r\nx"
    ),
    "a file with a broken name": parts(TEXT, b"Content-Disposition: attachment; filename*=x'y; filename*a=b\r\n\r\nx"),
    "a file with a name of bytes": parts(TEXT, b'Content-Disposition: attachment; filename="\xff\xfe\0\r\n\ta"\r\n\r\nx'),
    "a file with an encoded name": parts(TEXT, b"Content-Disposition: attachment; filename==?utf-8?b?w6k=?=\r\n\r\nx"),
    "winmail.dat": parts(TEXT, b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22"),
    "a signed mail": parts(TEXT, b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN", kind=b"signed"),
    "an encrypted mail": parts(
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", FILE + b"x", kind=b'encrypted; protocol="x"'
    ),
    "an invitation": parts(TEXT, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR", kind=b"alternative"),
    "a mail in a mail": parts(TEXT, INNER + HEAD + b"\r\ninner"),
    "a mail in a mail, in base64": parts(TEXT, INNER.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + b"SGk="),
    "a mail that is a mail": typed(b"message/rfc822", HEAD + b"\r\ninner"),
    "a digest": parts(HEAD + b"\r\nfirst", HEAD + b"\r\nsecond", kind=b"digest"),
    "a mail in pieces": typed(b'message/partial; id="x"; number=1; total=3', b"They stop."),
    "a body elsewhere": typed(b'message/external-body; access-type=URL; URL="http://evil.example"', b"\r\n"),
    "an empty report": parts(b"Content-Type: message/delivery-status\r\n\r\n", kind=b"report"),
    "a broken report": parts(b"Content-Type: message/delivery-status\r\n\r\nno\r\n\r\n: x\r\nFinal-Recipient\r\n\r\n\r\n", kind=b"report"),
    "a report on nobody": parts(
        b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822\r\nAction: failed\r\nStatus: x", kind=b"report"
    ),
    "html only": typed(b"text/html", b"<p>They <b>stop</b>.<script>alert(1)</script>"),
    "html without an end": typed(b"text/html", b"<html><body><table><tr><td><p>They <b stop <a href='"),
    "html in an odd charset": typed(b"text/html; charset=windows-1252", b"<p>They \x93stop\x94"),
    "alternatives of everything": parts(
        TEXT, b"Content-Type: text/html\r\n\r\n<p>They stop.", b"Content-Type: text/x-amp-html\r\n\r\n<p>", kind=b"alternative"
    ),
}  # fmt: skip
