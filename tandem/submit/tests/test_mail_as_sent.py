"""Ana pastes a screenshot into her mail: the case shows it where she put it."""

import io
from email.message import EmailMessage
from urllib.parse import urljoin

from PIL import Image

from tandem.submit.models import Submission


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 20), "teal").save(file, "PNG")
    return file.getvalue()


def mail_with(shot: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@northwind.example", "support@tandem.example", "Export stops"
    mail["Message-ID"] = "<shown@northwind.example>"
    mail.set_content("It stops here:")
    mail.add_alternative('<p style="color:red">It stops here:</p><img src="cid:shot@northwind" alt="The end">', "html")
    mail.get_payload()[1].add_related(shot, "image", "png", cid="<shot@northwind>", filename="shot.png")
    return mail.as_bytes()


def test_a_mail_is_seen_as_it_was_sent_with_the_picture_that_came_along(ana, worker, client):
    Submission.objects.accept_mail(mail_with(picture()), sender=ana.email, recipients=["support@tandem.example"])
    worker()

    message = ana.messages.get()
    assert message.html == '<p style="color:red">It stops here:</p><img src="cid:shot@northwind" alt="The end">\n'
    frame = message.frame_for(ana)
    assert '<p>It stops here:</p><img src="picture/1" alt="The end">' in client.get(frame).text
    assert client.get(urljoin(frame, "picture/1")).headers["Content-Type"] == "image/webp"
