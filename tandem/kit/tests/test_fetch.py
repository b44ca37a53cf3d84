"""The one way out leads to the open internet, and inside only where an operator opened it."""

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tandem.kit import fetch
from tandem.kit.tests.spellings import INSIDE, NO_ADDRESS, OUTSIDE


class Company(BaseHTTPRequestHandler):
    """A system of the company's, and of its worse days."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.title(): told for name, told in self.headers.items()}))
        getattr(self, f"_{self.path.strip('/').partition('?')[0]}", self._plan)()

    def do_POST(self) -> None:
        self.server.told = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass

    def _plan(self) -> None:
        self._say(200, b'{"plan": "gold"}')

    def _trouble(self) -> None:
        self._say(500, b"oh")

    def _much(self) -> None:
        self._say(200, b"x" * 5_000_000)

    def _bomb(self) -> None:
        self._say(200, gzip.compress(b"0" * 50_000_000), {"Content-Encoding": "gzip"})

    def _packed(self) -> None:
        self._say(200, gzip.compress(b'{"plan": "gold"}'), {"Content-Encoding": "gzip"})

    def _strangely_packed(self) -> None:
        self._say(200, b"?", {"Content-Encoding": "br"})

    def _away(self) -> None:
        self._say(302, b"", {"Location": self.server.elsewhere})

    def _drip(self) -> None:
        while not self.server.is_over.wait(0.05):
            self.wfile.write(b"H")
            self.wfile.flush()

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Serving(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Company)
        self.asked: list = []
        self.told = b""
        self.elsewhere = ""
        self.is_over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args: object) -> None:
        pass  # a caller who hung up


@pytest.fixture
def company() -> Iterator[Serving]:
    with Serving() as serving:
        threading.Thread(target=serving.serve_forever, args=[0.01], daemon=True).start()
        yield serving
        serving.is_over.set()
        serving.shutdown()


@pytest.fixture
def opened(settings) -> None:
    settings.FETCH_ALLOW = ["127.0.0.0/8"]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_when_it_is_saved(url):
    with pytest.raises((fetch.Inside, fetch.NoAddress)):
        fetch.check(url)


@pytest.mark.parametrize("url", INSIDE)
def test_and_when_it_is_called(url, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", _no_connection)
    with pytest.raises((fetch.Inside, fetch.NoAddress)):
        fetch.get(url)


def _no_connection(*told: object) -> None:
    raise AssertionError("It went out.")


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_two_readers_might_read_differently_is_no_address(url):
    with pytest.raises(fetch.NoAddress):
        fetch.check(url)


@pytest.mark.parametrize("url", OUTSIDE)
def test_the_open_internet_may_be_called(url):
    fetch.check(url)


def test_there_are_enough_spellings():
    assert len(INSIDE) + len(NO_ADDRESS) >= 120


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["64:ff9b::a00:1"]])
def test_a_name_that_leads_inside_is_refused_when_it_is_called(answers, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *told, **more: [(0, 0, 0, "", (ip, 80)) for ip in answers])
    fetch.check("http://harmless.example/")

    with pytest.raises(fetch.Inside):
        fetch.get("http://harmless.example/")


def test_a_name_that_leads_elsewhere_the_second_time_is_looked_up_once(company, monkeypatch, settings):
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", company.server_port))]])
    real = socket.getaddrinfo

    def rebinding(host, *told, **more):
        return real(host, *told, **more) if host == "127.0.0.1" else next(answers)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    settings.FETCH_ALLOW = ["127.0.0.1"]

    answer = fetch.get(f"http://rebinding.example:{company.server_port}/")

    assert answer.json() == {"plan": "gold"}
    assert company.asked[0][1]["Host"] == f"rebinding.example:{company.server_port}"


def test_what_an_operator_opened_is_called(company, opened):
    answer = fetch.send("POST", company.url, headers={"X-Ours": "1"}, body=b"{}")

    assert (answer.status, answer.is_ok, answer.json(), company.told) == (200, True, {"plan": "gold"}, b"{}")
    assert company.asked[0][1]["X-Ours"] == "1"


def test_a_host_is_opened_by_its_name(company, settings):
    settings.FETCH_ALLOW = ["LocalHost"]

    assert fetch.get(f"http://localhost:{company.server_port}/").is_ok
    with pytest.raises(fetch.Inside):
        fetch.get(company.url)


def test_a_failure_is_an_answer_too(company, opened):
    assert fetch.get(f"{company.url}/trouble").status == 500


def test_a_redirect_is_not_followed(company, opened):
    company.elsewhere = f"{company.url}/plan"

    assert fetch.get(f"{company.url}/away").status == 302
    assert len(company.asked) == 1


def test_a_redirect_is_looked_at_like_the_first_address(company, opened):
    company.elsewhere = "http://169.254.169.254/latest/meta-data/"

    with pytest.raises(fetch.Inside):
        fetch.get(f"{company.url}/away", redirects=3)


def test_a_secret_stays_behind_when_a_redirect_leads_to_another_host(company, settings):
    settings.FETCH_ALLOW = ["127.0.0.0/8", "localhost"]
    company.elsewhere = f"http://localhost:{company.server_port}/plan"
    secrets = {"Authorization": "Bearer x", "X-Api-Key": "x", "Cookie": "x", "Accept": "text/html"}

    fetch.get(f"{company.url}/away", redirects=1, headers=secrets)

    (_path, first), (_path, second) = company.asked
    assert {"Authorization", "X-Api-Key", "Cookie"} <= first.keys()
    assert second.keys() == {"Host", "Accept", "User-Agent", "Accept-Encoding", "Connection"}


def test_redirects_in_a_circle_end(company, opened):
    company.elsewhere = f"{company.url}/away"

    with pytest.raises(fetch.NoAnswer):
        fetch.get(f"{company.url}/away", redirects=3)
    assert len(company.asked) == 4


@pytest.mark.parametrize("page", ["much", "bomb"])
def test_no_more_is_read_than_asked_for(company, opened, page):
    with pytest.raises(fetch.TooMuch) as much:
        fetch.get(f"{company.url}/{page}", most=100_000)
    assert much.value.answered == 200


def test_what_came_packed_is_unpacked(company, opened):
    assert fetch.get(f"{company.url}/packed").json() == {"plan": "gold"}


def test_what_came_packed_in_a_way_we_did_not_ask_for_is_no_answer(company, opened):
    with pytest.raises(fetch.NoAnswer):
        fetch.get(f"{company.url}/strangely_packed")


def test_an_answer_that_drips_ends_with_the_time(company, opened):
    with pytest.raises(fetch.NoAnswer):
        fetch.get(f"{company.url}/drip", seconds=0.3)


def test_nobody_there_is_said(opened):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(fetch.NoAnswer, match="could not be reached"):
            fetch.get(f"http://127.0.0.1:{nobody.getsockname()[1]}/")


def test_a_certificate_nobody_signed_is_no_answer(opened, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=lambda: plain.accept()[0].close(), daemon=True).start()
        with pytest.raises(fetch.NoAnswer):
            fetch.get(f"https://127.0.0.1:{plain.getsockname()[1]}/", seconds=5)
