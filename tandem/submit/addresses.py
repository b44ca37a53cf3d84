"""Which addresses are ours, and the signed word in one of them."""

from django.conf import settings


def is_ours(address: str) -> bool:
    """Whether mail for this address is for us: the address customers write to, one of the others, or a signed one."""
    address = address.strip().lower()
    named = {settings.MAIL_FROM.lower(), *(other.lower() for other in settings.MAIL_ADDRESSES)}
    return address in named or bool(word_in(address) or word_in(address, "back"))


def word_in(address: str, door: str = "reply") -> str:
    """What stands between “reply+” (answers) or “back+” (returned mail) and our reply domain; "" if nothing does."""
    local, _at, domain = address.strip().lower().rpartition("@")
    if domain != settings.REPLY_DOMAIN.lower() or not local.startswith(f"{door}+"):
        return ""
    return local.removeprefix(f"{door}+")
