"""Secrets in a file. `covered` is for the limited child: a file is hostile, and may be large."""

import json
from base64 import b64decode, b64encode
from typing import Any

from tandem.kit import limited
from tandem.kit.masking import har
from tandem.kit.masking.text import Secret, cover, find

MOST_BYTES = 10_000_000
CPU_SECONDS = 30
SIGN = "[hidden]"


def cover_file(content: bytes) -> tuple[bytes, list[Secret]]:
    """The file with SIGN in place of its secrets, and these. Raises `limited.Stopped` when it cannot be searched."""
    told = limited.run(f"{__name__}:covered", content, cpu_seconds=CPU_SECONDS)
    return b64decode(told["content"]), [Secret(*secret) for secret in told["secrets"]]


def covered(content: bytes) -> dict[str, Any]:
    if (found := _as_har(content)) is None:
        text = content.decode("utf-8", "surrogateescape")
        secrets = find(text)
        found = cover(text, secrets, sign=lambda _kind: SIGN), secrets
    text, secrets = found
    return {"content": b64encode(text.encode("utf-8", "surrogateescape")).decode(), "secrets": secrets}


def _as_har(content: bytes) -> tuple[str, list[Secret]] | None:
    try:
        told = json.loads(content)
        if not har.is_har(told):
            return None
        secrets: list[Secret] = []
        return json.dumps(har.cover(told, SIGN, secrets), ensure_ascii=False, indent=2), secrets
    except (ValueError, RecursionError):
        return None
