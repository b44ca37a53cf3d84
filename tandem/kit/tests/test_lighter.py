import gzip

import brotli
from django.http import FileResponse
from django.templatetags.static import static

from tandem.kit.lighter import Pages

READER = {"headers": {"Accept-Encoding": "gzip, deflate, br"}}


def test_a_page_and_what_it_is_drawn_with_come_compressed(client, db):
    page = client.get("/sign-in/", **READER)
    look = client.get(static("kit/css/parts.css"), **READER)

    assert b"Sign in" in gzip.decompress(page.content)
    assert page["Content-Encoding"] == "gzip"
    assert look["Content-Encoding"] == "br"
    assert int(look["Content-Length"]) < 15_000
    assert b"@layer" in brotli.decompress(look.getvalue())


def test_a_reader_without_brotli_gets_our_files_in_the_older_way(client):
    look = client.get(static("kit/css/parts.css"), headers={"Accept-Encoding": "gzip"})

    assert look["Content-Encoding"] == "gzip"
    assert b"@layer" in gzip.decompress(look.getvalue())


def test_whoever_cannot_read_that_gets_them_plain(client, db):
    assert b"Sign in" in client.get("/sign-in/").content
    assert b"@layer" in client.get(static("kit/css/parts.css")).getvalue()


def test_a_file_streams_as_it_is(rf, tmp_path):
    (tmp_path / "export.csv").write_text("row\n" * 1000)
    request = rf.get("/", **READER)
    answer = FileResponse((tmp_path / "export.csv").open("rb"), content_type="text/csv")

    sent = Pages(lambda _request: answer)(request)

    assert "Content-Encoding" not in sent
    assert sent["Content-Length"] == "4000"
