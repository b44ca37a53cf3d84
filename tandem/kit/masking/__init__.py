"""Secrets in what strangers write and send: found, and covered before anybody reads them."""

from tandem.kit.masking.files import cover_file
from tandem.kit.masking.text import Secret, cover, find

__all__ = ["Secret", "cover", "cover_file", "find"]
