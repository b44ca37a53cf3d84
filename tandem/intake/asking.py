"""How a system of the company's is asked about a case: the address filled in, the request signed, the answer read."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.kit import clock, fetch
from tandem.kit.errors import Invalid, Refused

AT_MOST = 100_000  # bytes of an answer
VARIABLE = re.compile(r"\{([^{}]*)\}")
FACT = re.compile(r"fact\.([\w-]{1,40})")

# The whole list: a template reaches nothing else.
VARIABLES: dict[str, Callable[[Case], Any]] = {
    "account.slug": lambda case: case.account and case.account.slug,
    "account.name": lambda case: case.account and case.account.name,
    "contact.email": lambda case: case.reporter.email,
    "environment.name": lambda case: case.environment and case.environment.name,
    "environment.region": lambda case: case.environment and case.environment.region,
    "environment.version": lambda case: case.environment and case.environment.version,
    "case.number": lambda case: case.number,
}


class BadTemplate(Invalid):
    """Between braces may stand: account.slug, account.name, contact.email, environment.name, environment.region,
    environment.version, case.number and fact.KEY; and none of them in the name of the host."""


class NotKnown(Refused):
    """What stands in the address is not known of this case."""


class Misunderstood(Refused):
    """They answered, but not as the collector expects it."""


def check(template: str) -> None:
    """Raises `BadTemplate`, and what `fetch.check` raises."""
    if any(name not in VARIABLES and not FACT.fullmatch(name) for name in VARIABLE.findall(template)):
        raise BadTemplate
    if "{" in "".join(urlsplit(VARIABLE.sub("{", template))[:2]):
        raise BadTemplate
    fetch.check(VARIABLE.sub("x", template))


def facts_in(template: str) -> set[str]:
    """The keys of the facts an address is made of."""
    return {found[1] for name in VARIABLE.findall(template) if (found := FACT.fullmatch(name))}


def filled_in(template: str, case: Case) -> str:
    """The address for this case. Raises `NotKnown`: unknown stays unknown, and nobody is asked about nobody."""
    return VARIABLE.sub(lambda found: _value(found[1], case), template)


def _value(name: str, case: Case) -> str:
    fact = FACT.fullmatch(name)
    value = str((_fact(case, fact[1]) if fact else VARIABLES[name](case)) or "").strip()
    if not value or value in (".", ".."):  # which would lead to another page of theirs
        raise NotKnown(_("“{name}” is not known of this case.").format(name=name))
    return quote(value, safe="")


def _fact(case: Case, key: str) -> str | None:
    """What we measured, else what they told."""
    values = dict(case.facts.known().filter(key=key).values_list("source", "value"))
    return values.get("measured") or values.get("told")


def ask(url: str, *, secret: str, seconds: int) -> fetch.Answer:
    """Their answer. Raises what `fetch.get` raises, and `Misunderstood` for anything but a success."""
    answer = fetch.get(url, headers=_headers(url, secret), seconds=seconds, most=AT_MOST)
    if not answer.is_ok:
        raise Misunderstood(_("They answered {status}.").format(status=answer.status))
    return answer


def _headers(url: str, secret: str) -> dict[str, str]:
    return {"Accept": "application/json", **(signed(url, secret) if secret else {})}


def signed(url: str, secret: str) -> dict[str, str]:
    """As Standard Webhooks does it: id, time and content. A GET has no content; its path and query stand for it."""
    told = urlsplit(url)
    content = (told.path or "/") + (f"?{told.query}" if told.query else "")
    at = str(int(clock.real().timestamp()))
    name = f"msg_{hashlib.sha256(f'{at} {url}'.encode()).hexdigest()[:24]}"
    mark = hmac.new(_key(secret), f"{name}.{at}.{content}".encode(), hashlib.sha256).digest()
    return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{base64.b64encode(mark).decode()}"}


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return secret.encode()


def read(answer: fetch.Answer, pointers: Mapping[str, str]) -> dict[str, str]:
    """The values by the keys of the facts; what is not in the answer, or empty, stays unknown."""
    try:
        told = answer.json()
    except ValueError:
        raise Misunderstood(_("They answered, but not in JSON.")) from None
    values = {key: _plain(_at(told, pointer)) for key, pointer in pointers.items()}
    return {key: value for key, value in values.items() if value}


def _at(told: Any, pointer: str) -> Any:
    """RFC 6901; None where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(told, dict):
            told = told.get(name)
        elif isinstance(told, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(told):
            told = told[int(name[:9])]
        else:
            return None
    return told


def _plain(value: Any) -> str:
    """As one reads it in a table: yes, no, a number, a text, a short list of those."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(one) for one in value[:20] if not isinstance(one, list | dict))))[:500]
    if isinstance(value, str | int | float):
        return " ".join(str(value).replace("\x00", "").encode(errors="replace").decode().split())[:500]
    return ""
