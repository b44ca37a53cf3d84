"""Secrets in what strangers write and send: found, and covered before anybody reads them."""

from tandem.kit.masking.files import CannotCover, cover_file, find_in_file, is_text, stands_in_mail
from tandem.kit.masking.text import Secret, cover, find

__all__ = ["CannotCover", "Secret", "cover", "cover_file", "find", "find_in_file", "is_text", "stands_in_mail"]
