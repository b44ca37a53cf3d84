"""Secrets in what strangers write and send: found, and covered before anybody reads them."""

from tandem.kit.masking.files import CannotCover, cover_file, find_in_file, is_text, stands_within
from tandem.kit.masking.markup import cover_html, find_in_html, stand_in_html
from tandem.kit.masking.patterns import is_likely, is_whole
from tandem.kit.masking.text import Secret, cover, find

__all__ = [
    "CannotCover",
    "Secret",
    "cover",
    "cover_file",
    "cover_html",
    "find",
    "find_in_file",
    "find_in_html",
    "is_likely",
    "is_text",
    "is_whole",
    "stand_in_html",
    "stands_within",
]
