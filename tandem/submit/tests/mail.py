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
