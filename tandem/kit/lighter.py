"""What goes over the line compressed: pages as they are made, our own files once."""

import gzip
import hashlib
import os
from functools import partial
from pathlib import Path
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

WORDS = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class Pages(GZipMiddleware):
    """Only what is made as a whole: a file that streams comes in parts if asked, and is mostly compressed already.

    Django adds bytes of chance to each page, so that its length tells nothing of what stands beside a reader's words
    (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(WORDS):
            return response
        return super().process_response(request, response)  # type: ignore[no-any-return, arg-type]


class Files(WhiteNoiseMiddleware):
    """Our own files, each compressed when a process first meets it. By its content, so an edited file is another one."""

    compressor = Compressor(quiet=True)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        plain = super().get_static_file(path, url, stat_cache)
        if not self.compressor.should_compress(path):
            return plain
        headers = [(name, value) for name, value in plain.alternatives[-1][2] if name != "Content-Length"]
        return StaticFile(path, headers, encodings={way: str(_compressed(Path(path), way)) for way in WAYS})


# A browser takes brotli, a sixth smaller, only over TLS or from this machine.
WAYS = {
    "br": partial(brotli.compress, mode=brotli.MODE_TEXT),
    "gzip": partial(gzip.compress, mtime=0),
}


def _compressed(file: Path, way: str) -> Path:
    content = file.read_bytes()
    kept = settings.DATA / "compressed" / f"{hashlib.sha256(content).hexdigest()[:32]}.{way}"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_name(f"{kept.name}.{os.getpid()}")
        half.write_bytes(WAYS[way](content))
        half.rename(kept)
    return kept
