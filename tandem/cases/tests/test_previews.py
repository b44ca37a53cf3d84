"""A picture that came along is drawn anew and shown; what is none, or is made to hurt, stays a download."""

import io
import struct
import zlib

import pytest
from django.urls import reverse
from PIL import Image

from tandem.cases.audience import Audience
from tandem.cases.models.preview import Side
from tandem.kit import files


def written(kind: str, size=(2000, 1000), **told) -> bytes:
    file = io.BytesIO()
    Image.new(told.pop("mode", "RGB"), size, told.pop("colour", "teal")).save(file, kind, **told)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as this."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.fixture
def attached(case, ana, worker):
    def attach(content: bytes, name: str = "shot.png"):
        message = case.messages.write(
            "Look.", by=ana, audience=Audience.CUSTOMER, files=[files.store([content], name=name)]
        )
        worker()
        return message.attachments.get()

    return attach


def opened(answer) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_drawn_small_and_large(attached, ana, at_the_desk, kind):
    attachment = attached(written(kind))

    told = attachment.previews.values_list("side", "width", "height")
    assert list(told) == [(320, 320, 160), (1600, 1600, 800)]
    for side in Side:
        answer = at_the_desk(ana).get(reverse("preview", args=[attachment.key, side]))
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert opened(answer).format == "WEBP"


def test_a_small_picture_is_not_blown_up(attached):
    assert attached(written("PNG", (40, 30))).previews.get(side=Side.LARGE).width == 40


def test_what_a_photo_tells_besides_is_left_out(attached, ana, at_the_desk):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Ana's phone", 6  # made by; turned by 90°
    attachment = attached(written("JPEG", exif=exif), "photo.jpg")

    drawn = opened(at_the_desk(ana).get(reverse("preview", args=[attachment.key, Side.LARGE])))

    assert drawn.size == (800, 1600)
    assert not drawn.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(drawn.info)


def test_what_is_seen_through_stays_so(attached, ana, at_the_desk):
    attachment = attached(written("PNG", (10, 10), mode="RGBA", colour=(0, 0, 0, 0)))

    drawn = opened(at_the_desk(ana).get(reverse("preview", args=[attachment.key, Side.SMALL])))

    assert drawn.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "content",
    [
        bomb(30_000, 30_000),
        bomb(65_535, 700),
        bomb(1 << 30, 1),
        bomb(8_000, 6_000),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        written("PNG")[:300],
        b"GIF89a<script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\xff\xd8\xff\xe0" + b"\xff" * 1000,
    ],
    ids=["30k", "long", "endless", "cut", "no header", "half", "gif", "webp", "jpeg"],
)
def test_what_hurts_is_not_drawn_and_stays_a_download(attached, ana, at_the_desk, content):
    attachment = attached(content)

    assert not attachment.previews.exists()
    page = at_the_desk(ana).get(reverse("portal_messages", args=[attachment.message.case.number]))
    assert "<img" not in page.text
    assert (
        at_the_desk(ana).get(reverse("attachment", args=[attachment.key])).headers["Content-Disposition"][:10]
        == "attachment"
    )


def test_a_drawing_that_is_a_program_is_never_shown(attached):
    svg = attached(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "drawing.svg")

    assert not svg.previews.exists()


def test_the_conversation_shows_it_and_keeps_its_place(attached, ana, at_the_desk):
    attachment = attached(written("PNG"))

    page = at_the_desk(ana).get(reverse("portal_messages", args=[attachment.message.case.number])).text

    small, large = (reverse("preview", args=[attachment.key, side]) for side in Side)
    assert (
        f'<a class="drawn" href="{large}" target="_blank"><img src="{small}" width="320" height="160" alt="shot.png"'
        in page
    )


def test_it_is_drawn_once_however_often_the_job_runs(attached):
    attachment = attached(written("PNG"))
    before = list(attachment.previews.values_list("stored_as", flat=True))

    attachment.previews.draw()

    assert list(attachment.previews.values_list("stored_as", flat=True)) == before


def test_a_stranger_sees_none_of_it(attached, mallory, at_the_desk, client):
    address = reverse("preview", args=[attached(written("PNG")).key, Side.SMALL])

    assert at_the_desk(mallory).get(address).status_code == 404
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("side", [0, 321, 999999999999])
def test_there_are_no_other_sizes(attached, ana, at_the_desk, side):
    assert at_the_desk(ana).get(reverse("preview", args=[attached(written("PNG")).key, side])).status_code == 404
