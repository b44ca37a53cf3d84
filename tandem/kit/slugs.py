"""What a thing is called where letters are few."""

from collections.abc import Iterator
from itertools import chain, count

from django.utils.text import slugify


def short_names(name: str, *, otherwise: str, most: int) -> Iterator[str]:
    """For addresses and queries: “Night shift” → night-shift, night-shift-2, …; one of no letters we write so is called `otherwise`."""
    first = slugify(name)[: most - 5].strip("-") or otherwise
    return chain([first], (f"{first}-{nth}" for nth in count(2)))
