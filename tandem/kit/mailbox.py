"""A name and an address, as they stand in a mail."""

import re
from typing import NamedTuple

# Quoted local parts and domain literals are legal, never seen in honest mail, and read differently by
# every parser; encoded words inside an address ("=?") are only ever a trick.
LONGEST = 254
_ADDRESS = re.compile(
    r"(?!.*=\?)(?=.{3,}\Z)"
    r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}"
    r"@[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*\Z"
)


class Mailbox(NamedTuple):
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def is_address(text: str) -> bool:
    """Whether this is one plain address, local@domain, that every mail program reads alike."""
    return len(text.lower()) <= LONGEST and _ADDRESS.match(text) is not None  # some letters are two in lower case
