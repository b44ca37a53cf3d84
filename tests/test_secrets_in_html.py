"""In HTML a password hides in tags and escapes, and whoever looks at the mail as it was sent would read it all the same."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Channel, Rendering
from tandem.submit.models import Submission

pytestmark = pytest.mark.django_db

PASSWORD = "P@ss&w0rd1"
WRITTEN = [
    "<b>Password:</b> P@ss&amp;w0rd1",
    "<p>Password: P@ss&#38;w0rd1</p>",
    "<p>Password: P@ss&#x26;w0rd1</p>",
    "<p>Password: P@ss&#0000000000038;w0rd1</p>",
    "<table><tr><td>Password:</td><td>P@ss&w0rd1</td></tr></table>",
    "<p>Password: <i>P@ss</i>&amp;<b>w0rd1</b></p>",
    "<p>Password: P@ss&amp;<wbr>w0rd1</p>",
    "<p>Password: P@ss&shy;&amp;&zwnj;w0rd1</p>",
]


@pytest.fixture
def mailed(case, ana, worker):
    """Ana's mail, as her program writes it: the same twice."""

    def mail(html: str, body: str):
        to = f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"
        raw = (
            f"From: {ana.email}\r\nTo: {to}\r\nSubject: Login\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/alternative; boundary="x"\r\n\r\n'
            f"--x\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--x\r\nContent-Type: text/html\r\n\r\n{html}\r\n--x--\r\n"
        )
        Submission.objects.accept_mail(raw.encode(), sender=ana.email, recipients=[to])
        worker()
        return case.messages.get(channel=Channel.MAIL)

    return mail


@pytest.mark.parametrize("html", WRITTEN)
@pytest.mark.parametrize("body", [f"Password: {PASSWORD}", "Please see the layout."], ids=["said twice", "said once"])
def test_it_is_seen_nowhere_in_the_mail_as_it_was_sent(mailed, client, sam, html, body):
    message = mailed(f"<div>{html}</div>", body)

    shown = client.get(message.frame_for(sam)).text
    assert "w0rd1" not in shown + message.html + message.body
    assert not Rendering.objects.filter(quiet__contains="w0rd1").exists()
    assert [secret.opened() for secret in message.secrets.all()] == [PASSWORD]


@pytest.mark.parametrize(
    "html", [WRITTEN[5], " ".join(f"password: hunter{n:04}!" for n in range(301))], ids=["spelled", "many"]
)
def test_that_its_layout_was_given_up_is_said_to_whoever_works_on_the_case(mailed, case, sam, at_the_desk, html):
    message = mailed(f"<div>{html}</div>", "Please see the layout.")

    assert message.html == ""
    assert "Its layout would still show what is hidden" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_a_mail_keeps_its_looks_where_the_password_can_be_covered(mailed, client, sam):
    message = mailed("<p><b>Password:</b> hunter2!</p><p>It <i>stops</i>.</p>", "Password: hunter2!")

    shown = client.get(message.frame_for(sam)).text
    assert "<b>Password:</b> [password hidden]" in shown
    assert "<i>stops</i>" in shown
    assert message.submission.decision["notes"] == []
    assert message.secrets.count() == 1


def test_a_link_in_it_loses_its_token_and_the_mail_keeps_its_looks(mailed, client, sam):
    message = mailed('<a href="https://x.example/?resetToken=abc123def&amp;u=5">Reset</a>', "Reset it.")

    shown = client.get(message.frame_for(sam)).text
    assert "abc123def" not in shown
    assert "Reset</a>" in shown


def test_the_mail_as_it_came_opens_for_a_reason_though_only_its_html_has_it(mailed, sam, at_the_desk):
    message = mailed(f"<div>{WRITTEN[0]}</div>", "Please see the layout.")

    assert message.submission.opens_for_a_reason


@pytest.mark.parametrize(
    "html",
    [
        "<p>the blue <b>house&nbsp;at</b> &#115;ea</p>",
        "<p>the blue\r\n house at\r\nsea</p>",
        "<p>the bl<span>ue</span> house at sea</p>",
        '<p>Look</p><img alt="the blue house at &#115;ea">',
    ],
)
@pytest.mark.parametrize("body", ["It is the blue house at sea.", "Please see the layout."])
def test_what_is_erased_is_gone_from_it_in_every_spelling(mailed, case, sam, client, worker, html, body):
    message = mailed(html, body)
    assert client.get(message.frame_for(sam)).status_code == 200

    case.erasures.erase("the blue house at sea", by=sam, why="Pasted by mistake")
    worker()

    message.refresh_from_db(fields=["html", "body"])
    assert "sea" not in message.html + message.body
    assert not Rendering.objects.exists()
    assert client.get(message.frame_for(sam)).status_code == 404
    assert bytes(Submission.objects.get().raw) == b""


def test_other_mails_keep_their_looks(mailed, case, sam, ana):
    message = mailed("<p>It <b>stops</b></p>", "It stops")
    case.messages.write("the blue house", by=ana, audience=Audience.CUSTOMER)

    case.erasures.erase("the blue house", by=sam, why="Pasted by mistake")

    assert "<b>stops</b>" in type(message).objects.get(pk=message.pk).html
