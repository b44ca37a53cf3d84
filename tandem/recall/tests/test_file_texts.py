"""What stands in a file is found as what was said is, by whoever may have the file, and goes with it."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Attachment
from tandem.kit import files
from tandem.recall import learning
from tandem.recall.models import FileText, Learnt
from tandem.recall.searching import search
from tandem.recall.tests.files import docx, pdf, xlsx

HTML = b"<!doctype html><html><script>zeppelin()</script><p>The <b>walrus</b> sings</p></html>"
MAIL = b"MIME-Version: 1.0\nSubject: Fwd\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nVGhlIHdhbHJ1cyBzaW5ncw==\n"


@pytest.fixture
def attach(case, ana, worker, django_capture_on_commit_callbacks):
    """`attach(b"…", name="a.log")`: kept, searched for secrets and read."""

    def keep(content: bytes, *, name: str = "a.txt", by=ana, audience=Audience.CUSTOMER) -> Attachment:
        stored = files.store([content], name=name)
        with django_capture_on_commit_callbacks(execute=True):
            message = case.messages.write("See the file.", by=by, audience=audience, files=[stored])
            worker()
        return message.attachments.get()

    return keep


def hits(words, actor):
    return [
        (hit.file and hit.file.name, "".join(piece.text for piece in hit.excerpt)) for hit in search(words, actor).cases
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("app.log", b"2026-01-31 ERROR The walrus sings\n"),
        ("rows.csv", b"id,what\n1,The walrus sings\n"),
        ("answer.json", b'{"error": "The walrus sings"}'),
        ("wide.txt", "The walrus sings".encode("utf-16")),
        ("page.html", HTML),
        ("mail.eml", MAIL),
        ("report.pdf", pdf("The walrus sings")),
        ("report.docx", docx("The walrus sings")),
        ("rows.xlsx", xlsx("The walrus sings")),
    ],
)
def test_a_case_is_found_by_what_stands_in_its_file(case, sam, attach, name, content):
    attach(content, name=name)

    found = search("walrus", sam).cases
    assert [(hit.case, hit.file.name) for hit in found] == [(case, name)]
    assert "walrus" in [piece.text for piece in found[0].excerpt if piece.hit]


def test_a_script_of_a_page_and_a_sheets_inner_numbers_are_no_words(sam, attach):
    attach(HTML, name="page.html")
    attach(xlsx("Rows", number="48210"), name="rows.xlsx")

    assert not search("zeppelin", sam).cases
    assert [name for name, _text in hits("48210", sam)] == ["rows.xlsx"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01",
        b"%PDF-1.4 broken",
        b"PK\x03\x04 broken",
        pdf("a")[:-200],
        docx("a").replace(b"word/", b"wxyz/"),
    ],
)
def test_what_cannot_be_read_disturbs_nobody(sam, attach, content, caplog):
    attach(content)

    assert not FileText.objects.exists()
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def test_secrets_are_covered_as_in_messages(sam, attach):
    attach(pdf("password: hunter2!Sommer for the walrus"), name="report.pdf")

    assert hits("walrus", sam) == [("report.pdf", "password: [hidden] for the walrus")]
    assert "hunter2" not in FileText.objects.get().text


def test_a_file_of_few_is_found_by_few(case, sam, erin, max, ana, mallory, attach):
    attach(b"CANARY7 of legal", by=max, audience=Audience.RESTRICTED)
    attach(b"CANARY8 of ours", by=sam, audience=Audience.SUPPORT)

    assert [len(search("canary7", person).cases) for person in (max, sam, erin, ana, mallory)] == [1, 0, 0, 0, 0]
    assert [len(search("canary8", person).cases) for person in (max, sam, erin, ana, mallory)] == [1, 1, 1, 0, 0]


def test_what_is_held_back_later_is_no_longer_found(sam, attach, worker):
    file = attach(b"The walrus sings")
    assert search("walrus", sam).cases

    Attachment.objects.get(pk=file.pk).judge("Eicar")

    assert not FileText.objects.exists()


def test_what_is_erased_is_erased_in_packed_files_too(case, sam, attach, worker, django_capture_on_commit_callbacks):
    attach(pdf("The horse is called battery staple"), name="horse.pdf")
    kept = attach(pdf("The walrus sings"), name="walrus.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        case.erasures.erase("battery staple", by=sam, why="Sent by mistake")
        assert "staple" not in FileText.objects.get(attachment__name="horse.pdf").text
        worker()

    assert dict(Attachment.objects.values_list("name", "search")) == {"horse.pdf": "erased", "walrus.pdf": "plain"}
    assert [row.attachment for row in FileText.objects.all()] == [kept]


def test_a_file_that_is_covered_or_written_anew_is_read_anew(
    case, sam, attach, worker, django_capture_on_commit_callbacks
):
    attach(b"The walrus and\nthe battery staple")

    with django_capture_on_commit_callbacks(execute=True):
        case.erasures.erase("battery staple", by=sam, why="Sent by mistake")
        worker()

    text = FileText.objects.get().text
    assert "walrus" in text
    assert "staple" not in text


def test_files_from_before_are_read_a_few_at_a_time(sam, attach, monkeypatch):
    monkeypatch.setattr(learning, "FILES_AT_ONCE", 1)
    for n in range(2):
        attach(b"The walrus sings", name=f"{n}.txt")
    FileText.objects.all().delete()

    learning.read_files()
    assert FileText.objects.count() == 1
    learning.read_files()
    learning.read_files()

    assert FileText.objects.count() == 2
    assert Learnt.objects.get(source="files").upto == Attachment.objects.latest("pk").pk
