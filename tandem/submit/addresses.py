"""Which addresses are ours, and the signed word in one of them."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def is_ours(address: str) -> bool:
    """Whether mail for this address reaches us, by our own doors or from a mailbox that we fetch."""
    return is_taken_in(address) or address.strip().lower() in apps.get_model("submit.Mailbox").objects.addresses()


def is_taken_in(address: str) -> bool:
    """Whether our own doors take mail for it: the address customers write to, one of the others, or a signed one."""
    address = address.strip().lower()
    named = {settings.MAIL_FROM.lower(), *(other.lower() for other in settings.MAIL_ADDRESSES)}
    return address in named or bool(word_in(address) or word_in(address, "back"))


def is_writable(address: str) -> bool:
    """Whether anybody could write to it from anywhere: `ops@intranet` is an address, too."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def word_in(address: str, door: str = "reply") -> str:
    """What stands between “reply+” (answers) or “back+” (returned mail) and our reply domain; "" if nothing does."""
    local, _at, domain = address.strip().lower().rpartition("@")
    if domain != settings.REPLY_DOMAIN.lower() or not local.startswith(f"{door}+"):
        return ""
    return local.removeprefix(f"{door}+")
