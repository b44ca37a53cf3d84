"""Addresses of our pages."""

from functools import cache
from typing import Any

from django.urls import reverse


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Django's `reverse`, which takes as long as a row of a table, asked once for addresses that never change."""
    return reverse(name, args=args or None, kwargs=kwargs or None) if args or kwargs else _fixed(name)


_fixed = cache(reverse)
