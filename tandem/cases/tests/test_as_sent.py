"""A mail is read as its words, and seen on demand as it was sent: by those who may read it, in a frame that may do nothing."""

import io
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.db import transaction
from PIL import Image

from tandem.cases.audience import Audience
from tandem.cases.models import Channel, Rendering
from tandem.cases.privacy import erasing
from tandem.kit import as_sent, clock, files
from tandem.people.models import User

HTML = '<p onclick="x">It stops <b>here</b>:</p><img src="cid:shot@northwind" alt="The end"><img src="https://else.example/p.gif">'


def png(width=400, height=200) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def message(case, ana, worker):
    shot = files.store([png()], name="shot.png")._replace(content_id="shot@northwind")
    told = {"by": ana, "audience": Audience.CUSTOMER, "channel": Channel.MAIL, "html": HTML}
    message = case.messages.write("It stops here:", files=[shot], **told)
    worker()
    return message


@pytest.fixture
def frame(message, ana):
    return message.frame_for(ana)


def test_the_mail_is_kept_as_it_came(message):
    assert message.html == HTML


def test_ana_sees_it_as_it_was_sent(frame, client):
    page = client.get(frame)

    assert '<p>It stops <b>here</b>:</p><img src="picture/1" alt="The end"><img>' in page.text
    assert "Pictures that lie elsewhere are not shown" in page.text


def test_pictures_from_elsewhere_come_when_they_are_asked_for_and_for_this_message_alone(frame, client):
    page = client.get(f"{frame}?pictures=yes")

    assert '<img src="https://else.example/p.gif">' in page.text
    assert "not shown" not in page.text
    assert "img-src 'self' https: http:;" in page.headers["Content-Security-Policy"]
    assert "img-src 'self';" in client.get(frame).headers["Content-Security-Policy"]


def test_the_frame_may_do_nothing(frame, client):
    page = client.get(frame)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text


def test_a_picture_that_came_along_is_ours_pixel_by_pixel(frame, client):
    answer = client.get(urljoin(frame, "picture/1"))

    drawn = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (drawn.format, drawn.size) == ("WEBP", (400, 200))
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("nth", ["0", "2", "99999999999999999999"])
def test_there_are_no_other_pictures(frame, client, nth):
    assert client.get(urljoin(frame, f"picture/{nth}")).status_code == 404


def test_the_address_is_the_same_for_a_while_and_ends(message, ana, client):
    morning = clock.now().replace(hour=6, minute=1)
    with clock.at(morning):
        frame = message.frame_for(ana)
    with clock.at(morning + timedelta(hours=5)):
        assert message.frame_for(ana) == frame
        assert client.get(frame).status_code == 200
    with clock.at(morning + timedelta(hours=13)):
        assert client.get(frame).status_code == 404
        assert client.get(urljoin(frame, "picture/1")).status_code == 404


@pytest.mark.parametrize("change", [("-", "_"), ("1", "2"), ("a", "b")])
def test_a_word_that_was_changed_opens_nothing(frame, client, change):
    assert frame.replace(*change) == frame or client.get(frame.replace(*change)).status_code == 404


@pytest.mark.parametrize("word", ["x", "1-2-3", "1-2-3-4", "-", "---", "１-２-３-x", "9" * 5000 + "-1-1-x"])
def test_a_word_that_is_none_opens_nothing(db, client, word):
    assert client.get(f"/mail/{word}/").status_code == 404


def test_it_opens_for_nobody_who_may_not_read_the_message(case, message, mallory, sam, ana, client):
    assert client.get(message.frame_for(mallory)).status_code == 404
    note = case.messages.write("Among us.", by=sam, audience=Audience.SUPPORT, html="<p>Among us.</p>")
    assert client.get(note.frame_for(ana)).status_code == 404


def test_it_ends_with_the_rights_of_its_reader(frame, ana, client):
    User.objects.filter(pk=ana.pk).update(is_active=False)

    assert client.get(frame).status_code == 404


def test_a_message_without_html_has_no_frame(case, ana, client):
    assert client.get(case.messages.get().frame_for(ana)).status_code == 404


def test_when_the_cleaner_learns_old_mail_is_cleaned_anew(message, frame, client, worker, monkeypatch):
    monkeypatch.setattr(as_sent, "VERSION", as_sent.VERSION + 1)

    assert "It is being prepared." in client.get(frame).text
    assert client.get(frame).status_code == 200
    worker()

    assert "It stops <b>here</b>" in client.get(frame).text
    assert Rendering.objects.count() == 1


def test_the_same_words_are_cleaned_once(case, ana, worker):
    for _n in range(3):
        case.messages.write("Hello", by=ana, audience=Audience.CUSTOMER, html="<p>Hello</p>")
    worker()

    assert Rendering.objects.count() == 1


def test_what_cannot_be_cleaned_says_so(case, ana, worker, client):
    bomb = "<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">x"
    message = case.messages.write("x", by=ana, audience=Audience.CUSTOMER, channel=Channel.MAIL, html=bomb)
    worker()

    page = client.get(message.frame_for(ana))
    assert "cannot be shown safely" in page.text or "<pre>" in page.text


@pytest.mark.parametrize(("who", "page"), [("sam", "/desk/cases/{}/messages/"), ("ana", "/portal/cases/{}/messages/")])
def test_the_conversation_offers_it(request, message, case, at_the_desk, who, page):
    reader = request.getfixturevalue(who)

    text = at_the_desk(reader).get(page.format(case.number)).text

    assert f'<iframe src="{message.frame_for(reader)}"' in text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in text
    assert text.count("Show as it was sent") == 1


def test_what_is_erased_from_a_case_is_gone_from_what_was_cleaned_too(case, message, frame, client, worker):
    with transaction.atomic():
        erasing.erase([case], "It stops")

    assert not Rendering.objects.filter(quiet__contains="It stops").exists()
    client.get(frame)
    worker()
    assert "It stops" not in client.get(frame).text
