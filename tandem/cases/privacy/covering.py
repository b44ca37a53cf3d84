"""Secrets in what customers write are covered before it is kept; `case.secrets` keeps them apart."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import masking


class Kind(models.TextChoices):
    PASSWORD = "password", gettext_lazy("password")
    TOKEN = "token", gettext_lazy("access token")
    KEY = "key", gettext_lazy("private key")
    COOKIE = "cookie", gettext_lazy("cookie")


def covered(text: str) -> tuple[str, list[masking.Secret]]:
    """The text as it may be read, and what was hidden in it."""
    told, found = covered_together({"": text})
    return told[""], found


def covered_together(texts: Mapping[str, str]) -> tuple[dict[str, str], list[masking.Secret]]:
    """The same for several: what is a secret in one of them is hidden in all."""
    found = [secret for text in texts.values() for secret in masking.find(text)]
    return {name: masking.cover(text, found, sign=_sign) for name, text in texts.items()}, found


def _sign(kind: str) -> str:
    return _("[{kind} hidden]").format(kind=Kind(kind).label)
