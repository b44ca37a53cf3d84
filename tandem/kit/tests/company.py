"""A web server as a system of the company's, for tests that call one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]


class Serving(ThreadingHTTPServer):
    """`answer(path)` says the status and the body of each answer; what was asked stands in `asked`."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str], tuple[int, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[Asked] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args: Any) -> None:
        pass  # a caller who hung up


class _Handler(BaseHTTPRequestHandler):
    server: Serving

    def do_GET(self) -> None:
        self.server.asked.append(Asked(self.path, dict(self.headers.items())))
        status, body = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def company(answer: Callable[[str], tuple[int, bytes]]) -> Iterator[Serving]:
    with Serving(answer) as serving:
        threading.Thread(target=serving.serve_forever, args=[0.01], daemon=True).start()
        yield serving
        serving.shutdown()
