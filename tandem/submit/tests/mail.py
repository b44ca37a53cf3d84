"""Mails of the cast, as bytes."""

from email.message import EmailMessage

SUPPORT = "support@tandem.example"
NUMBERS = iter(range(1, 1_000_000))


def mail(
    *,
    sender: str,
    to: str = SUPPORT,
    subject: str = "Exports stop",
    body: str = "They stop at row 10,000.",
    **headers: str,
) -> bytes:
    """A plain mail; `in_reply_to=…` and the like become headers."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{next(NUMBERS)}@mail.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def bounce(*, message_id: str, recipient: str, to: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """What another server sends when a mail of ours did not arrive."""
    return f"""\
From: MAILER-DAEMON@mail.example
To: {to}
Subject: Undelivered Mail
Message-ID: <{next(NUMBERS)}@mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

I am sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--x
Content-Type: text/rfc822-headers

From: {SUPPORT}
Message-ID: {message_id}

--x--
""".replace("\n", "\r\n").encode()


def complaint(*, message_id: str, recipient: str) -> bytes:
    """As RFC 5965 has it."""
    return (
        "From: fbl@provider.example\r\nTo: support@tandem.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: abuse\r\nUser-Agent: Provider/1\r\nVersion: 1\r\nOriginal-Rcpt-To: {recipient}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()
