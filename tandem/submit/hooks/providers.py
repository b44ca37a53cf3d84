"""Who may post mail to us, how each says it, and what each must hear. The libraries' checks, and the raw bytes of the message."""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks import brevo, mailgun, mailjet, postmark, sparkpost
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailBasicAuthMixin
from django.conf import settings
from django.http import HttpRequest

from tandem.submit.hooks.body import Unreadable, fields, json_of

SES = "amazonses.com"


class Arrived(NamedTuple):
    raw: bytes
    sender: str
    recipients: list[str]
    checked_by: str = ""
    """The provider's name in the Authentication-Results it writes, if it tells beside the mail that DMARC passed."""


class Provider(NamedTuple):
    """`mails` finds the messages in a body; `reject` is the status after which this provider does not try again."""

    inbound: type[AnymailBaseWebhookView] | None = None
    tracking: type[AnymailBaseWebhookView] | None = None
    mails: Callable[[HttpRequest, bytes], list[Arrived]] | None = None
    reject: int = HTTPStatus.BAD_REQUEST


class Shut(Exception):
    """This door is not open on this installation."""


class NotThem(Exception):
    """It was not this provider who called, or they told no secret."""


def view_of(kind: type[AnymailBaseWebhookView] | None) -> Any:
    """Anymail's own view, for its checks. Raises `Shut` where it is not told a secret: then anybody could post."""
    if kind is None or not settings.ANYMAIL["WEBHOOK_SECRET"]:
        raise Shut
    try:
        return kind()
    except AnymailConfigurationError:
        raise Shut from None


def check_secret(view: Any, request: HttpRequest) -> None:
    """Before anything is read. Raises `NotThem`."""
    try:
        AnymailBasicAuthMixin.validate_request(view, request)
    except AnymailWebhookValidationFailure:
        raise NotThem from None


def check_all(view: Any, request: HttpRequest) -> None:
    """The signature, too, where they sign. Raises `NotThem`."""
    try:
        view.run_validators(request)
    except (AnymailError, AnymailWebhookValidationFailure, UnicodeError):
        raise NotThem from None


def _postmark(request: HttpRequest, body: bytes) -> list[Arrived]:
    told = _object(json_of(body))
    if not isinstance(raw := told.get("RawEmail"), str):
        raise Unreadable("Tick “Include raw email content in JSON payload” in the settings of the inbound stream.")
    headers = told.get("Headers") or [{}]
    first = _object(headers[0]) if isinstance(headers, list) else {}
    sender = first.get("Value", "") if str(first.get("Name", "")).lower() == "return-path" else ""
    return [Arrived(_bytes(raw), _word(sender), [_word(told.get("OriginalRecipient"))])]


def _mailgun(request: HttpRequest, body: bytes) -> list[Arrived]:
    told = fields(request, body)
    if not (raw := told.get("body-mime")):
        raise Unreadable("Let the route forward to this address with “mime” at its end: …/hooks/mail/mailgun/mime/")
    return [Arrived(raw, _word(told.get("sender")), [_word(told.get("recipient"))])]


def _sendgrid(request: HttpRequest, body: bytes) -> list[Arrived]:
    told = fields(request, body)
    if not (raw := told.get("email")):
        raise Unreadable("Tick “POST the raw, full MIME message” in the settings of Inbound Parse.")
    envelope = _object(json_of(told.get("envelope", b"{}")))
    return [Arrived(raw, _word(envelope.get("from")), _words(envelope.get("to")))]


def _amazon_ses(request: HttpRequest, body: bytes) -> list[Arrived]:
    told = _object(json_of(body))
    if told.get("Type") != "Notification":
        raise Unreadable("Only notifications carry mail; confirm the subscription of the topic in the console of SNS.")
    event = _object(json_of(str(told.get("Message", ""))))
    receipt, mail = _object(event.get("receipt")), _object(event.get("mail"))
    if not isinstance(raw := event.get("content"), str):
        raise Unreadable("Let the receipt rule publish to SNS with the content, in Base64.")
    passed = _object(receipt.get("dmarcVerdict")).get("status") == "PASS"
    is_base64 = str(_object(receipt.get("action")).get("encoding", "")).upper() == "BASE64"
    return [
        Arrived(
            _unpacked(raw) if is_base64 else _bytes(raw),
            _word(mail.get("source")),
            _words(receipt.get("recipients")),
            checked_by=SES if passed else "",
        )
    ]


def _sparkpost(request: HttpRequest, body: bytes) -> list[Arrived]:
    batch = json_of(body)
    return [_relayed(_object(entry)) for entry in (batch if isinstance(batch, list) else [batch])]


def _relayed(entry: dict[str, Any]) -> Arrived:
    told = _object(_object(entry.get("msys")).get("relay_message"))
    content = _object(told.get("content"))
    if not isinstance(raw := content.get("email_rfc822"), str):
        raise Unreadable("There is no email_rfc822 in it.")
    message = _unpacked(raw) if content.get("email_rfc822_is_base64") else _bytes(raw)
    return Arrived(message, _word(told.get("msg_from")), [_word(told.get("rcpt_to"))])


def _object(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _word(told: Any) -> str:
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told if isinstance(told, str) else ""
    return text.strip().strip("<>")


def _words(told: Any) -> list[str]:
    return [word for word in map(_word, told if isinstance(told, list) else []) if word]


def _bytes(raw: str) -> bytes:
    """JSON has characters: what was no UTF-8 is lost already, and half a surrogate must not stop the rest."""
    return raw.encode("utf-8", "replace")


def _unpacked(raw: str) -> bytes:
    try:
        return base64.b64decode(raw)
    except (binascii.Error, ValueError):
        raise Unreadable("It is not the Base64 it says to be.") from None


class _ByTopic(AnymailBaseWebhookView):
    esp_name = "Amazon SES"  # anymail's own needs the SDK, to confirm what we let a person confirm


class _ByParse(AnymailBaseWebhookView):
    esp_name = "SendGrid"


PROVIDERS = {
    "postmark": Provider(
        postmark.PostmarkInboundWebhookView, postmark.PostmarkTrackingWebhookView, _postmark, HTTPStatus.FORBIDDEN
    ),
    "mailgun": Provider(
        mailgun.MailgunInboundWebhookView, mailgun.MailgunTrackingWebhookView, _mailgun, HTTPStatus.NOT_ACCEPTABLE
    ),
    "sendgrid": Provider(_ByParse, None, _sendgrid),
    "amazon_ses": Provider(_ByTopic, None, _amazon_ses),
    "sparkpost": Provider(sparkpost.SparkPostInboundWebhookView, sparkpost.SparkPostTrackingWebhookView, _sparkpost),
    "mailjet": Provider(None, mailjet.MailjetTrackingWebhookView),
    "brevo": Provider(None, brevo.BrevoTrackingWebhookView),
}
