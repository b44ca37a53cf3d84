"""What we make of a mail, in sentences for whoever works on the case."""

from contextlib import suppress
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tandem.submit.landing import Known
from tandem.submit.parsing import Inside, Parsed


def of_file(inside: Inside) -> str:
    """What a file of the mail turned out to be, or what seals it."""
    told = inside.told
    match inside.kind:
        case "invitation" | "cancellation" | "answer":
            return _event(inside.kind, told)
        case "forwarded":
            return _("Forwarded mail: “{what}”, from {by}, {at}.").format(
                what=told["what"] or _("no subject"), by=told["by"] or _("nobody"), at=told["at"] or _("no date")
            )
        case "outlook":
            return _("{name} was opened: {files} files were in it. It is attached as it came, too.").format(**told)
        case "signed":
            return _("It is signed. We did not check the signature.")
        case "sealed":
            return _("It is sealed (S/MIME): what it says is in the attached file, for a program that knows the key.")
        case "encrypted":
            return _("It is encrypted: whoever has the key reads the attached file.")
    return _("{name} could not be opened. It is attached as it came.").format(name=told.get("name", ""))


def _event(kind: str, told: dict[str, str]) -> str:
    sentence = {
        "invitation": _("Invitation: {what}, {at}, by {by}{where}."),
        "cancellation": _("Called off: {what}, {at}, by {by}{where}."),
        "answer": _("Answer to an invitation: {what}, {at}, by {by}{where}."),
    }[kind]
    where = _(", at {place}").format(place=told["where"]) if told["where"] else ""
    return sentence.format(
        what=told["what"] or _("an event without a name"),
        at=_moment(told["at"]) or _("at no time told"),
        by=told["by"] or _("nobody"),
        where=where,
    )


def _moment(told: str) -> str:
    """The day, the hour too if they told one, in our zone if they told theirs; "" if it cannot be."""
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(told)
        if "T" not in told:
            return formats.date_format(at, "j F Y")
        return (
            formats.date_format(timezone.localtime(at), "j F Y H:i T")
            if at.tzinfo
            else formats.date_format(at, "j F Y H:i")
        )
    return ""


def of_checks(mail: Parsed, known: Known, *, verified: bool) -> list[list[str]]:
    """What was looked at to decide where a mail belongs, each with what was found."""
    return [
        [_("Signed address"), _("the one {name} was given").format(name=known.holder.user.name) if known.holder else _("none")],
        [_("Answer to"), _("a mail only {name} was sent").format(name=known.answered.user.name) if known.answered else _("no mail of ours")],
        [_("Sender"), _sender(mail, known, verified)],
        [_("Written by"), _(mail.automatic) if mail.automatic else _("a person, as far as one can tell")],
        [_("Dated"), mail.date_told or _("not at all")],
    ]  # fmt: skip


def _sender(mail: Parsed, known: Known, verified: bool) -> str:
    if mail.sender_flaw:
        return str(_(mail.sender_flaw))
    if verified:
        return _("proven by our mail server (DMARC)")
    return (
        _("not proven; the address of {name}").format(name=known.sender.name)
        if known.sender
        else _("not proven; unknown to us")
    )
