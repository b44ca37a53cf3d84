"""Whatever arrives is kept to the byte, ends somewhere a person can see it, and stands in nobody's way.

TANDEM_MAIL_TRIES tries more of the mails that are cut, patched and bitten here (1000 for a release).
"""

import os
import warnings
from pathlib import Path

from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail
from tandem.submit.tests.odd_mails import ODD

ENDS = {State.LANDED, State.NOTED, State.QUARANTINED}
TRIES = int(os.environ.get("TANDEM_MAIL_TRIES", "40"))


def shipped_with_python() -> dict[str, bytes]:
    """The mails CPython tests its own parser with. Some systems' Pythons come without them: then ours alone, said aloud."""
    try:
        import test.test_email as theirs
    except ImportError:
        warnings.warn("This Python ships no test.test_email: only our own odd mails are tried.", stacklevel=2)
        return {}
    return {file.name: file.read_bytes() for file in sorted(Path(str(theirs.__file__)).parent.glob("data/*.txt"))}


MAILS = ODD | shipped_with_python()


def bitten(mail: bytes, other: bytes, begin: int, end: int, bites: list[tuple[int, bytes]]) -> bytes:
    """The mail with a piece of another one in it, and bytes of it replaced."""
    raw = bytearray(mail[: begin % (len(mail) + 1)] + other[end % (len(other) + 1) :])
    for place, byte in bites:
        at = place % (len(raw) + 1)
        raw[at : at + 1] = byte
    return bytes(raw)


LENGTHS = st.integers(1, 60) | st.integers(200, 400)  # of ids and addresses: also beyond what their columns keep


def named(length: int, letter: str, header: str, to: str) -> bytes:
    """A mail with a name as long as this one in it."""
    domain = ".".join(["initech", *[letter * 60] * (length // 60), letter * (length % 60 or 1)])
    who = f"noor{length}{ord(letter)}{header}"  # too many of one sender wait for a person
    told = {"From": f"{who}@initech.example", "To": to}
    told[header] = f"{who}@{domain}" if header in ("From", "To", "Cc") else f"<{letter * length}@x.example>"
    return "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode() + b"\r\nThey stop."


NAMED = st.builds(
    named,
    LENGTHS,
    st.sampled_from(["a", "é", "İ"]),  # the last one is two letters in lower case
    st.sampled_from(["Message-ID", "In-Reply-To", "References", "List-Id", "From", "To", "Cc"]),
    st.sampled_from([SUPPORT, f"ops@initech.example, {SUPPORT}"]),
)
PLACES = st.integers(0, 2**16)
BITTEN = st.builds(
    bitten,
    st.sampled_from([*MAILS.values()]),
    st.sampled_from([*MAILS.values()]),
    PLACES,
    PLACES,
    st.lists(st.tuples(PLACES, st.binary(max_size=3)), max_size=12),
)


def check(submission: Submission, raw: bytes) -> Submission:
    submission = Submission.objects.defer(None).get(pk=submission.pk)
    assert bytes(submission.raw) == raw
    assert submission.state in ENDS
    assert submission.reason
    assert bool(submission.message) == (submission.state == State.LANDED)
    return submission


@how(max_examples=TRIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMED)
@example(named(280, "a", "Message-ID", SUPPORT))
@example(named(200, "İ", "Cc", SUPPORT))
def test_no_name_is_too_long_to_be_kept(worker, raw):
    submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()

    assert check(submission, raw).attempts <= 1


def test_mails_of_many_programs_are_tried():
    assert len(MAILS) >= len(ODD) > 70


def test_none_keeps_the_next_from_landing_and_a_person_may_make_a_case_of_any(sam, worker):
    kept = [(Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT]), raw) for raw in MAILS.values()]
    following = Submission.objects.accept_mail(mail(sender="noor@initech.example"), sender="", recipients=[SUPPORT])
    worker()

    for submission, raw in kept:
        check(submission, raw)
    following.refresh_from_db()
    assert following.state == State.LANDED

    for submission in Submission.objects.out_of_sight():
        submission.bring_back(by=sam)
    for submission in Submission.objects.quarantined():
        submission.release(by=sam, contact="noor@initech.example")
    worker()

    assert not Submission.objects.quarantined().exists()
    assert {row.reason for row in Submission.objects.out_of_sight()} <= {"The same mail landed before."}


@how(max_examples=TRIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=600) | BITTEN | BITTEN | NAMED)
def test_any_bytes_end_where_a_person_can_see_them(worker, sam, at_the_desk, raw):
    desk = at_the_desk(sam)
    submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()

    if check(submission, raw).state == State.QUARANTINED:
        assert desk.get("/desk/quarantine/").status_code == 200
        Submission.objects.get(pk=submission.pk).release(by=sam, contact="noor@initech.example")
        worker()
    if (ended := check(submission, raw)).message:
        assert desk.get(f"/desk/cases/{ended.case.number}/").status_code == 200
        assert desk.get(ended.message.frame_for(sam)).status_code == (200 if ended.message.html else 404)
