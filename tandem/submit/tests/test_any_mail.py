"""Whatever arrives is kept to the byte, ends somewhere a person can see it, and stands in nobody's way."""

import warnings
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from tandem.submit.models import State, Submission
from tandem.submit.tests.mail import SUPPORT, mail
from tandem.submit.tests.odd_mails import ODD

ENDS = {State.LANDED, State.NOTED, State.QUARANTINED}


def shipped_with_python() -> dict[str, bytes]:
    """The mails CPython tests its own parser with. Some systems' Pythons come without them: then ours alone, said aloud."""
    try:
        import test.test_email as theirs
    except ImportError:
        warnings.warn("This Python ships no test.test_email: only our own odd mails are tried.", stacklevel=2)
        return {}
    return {file.name: file.read_bytes() for file in sorted(Path(str(theirs.__file__)).parent.glob("data/*.txt"))}


MAILS = ODD | shipped_with_python()


def check(submission: Submission, raw: bytes) -> None:
    submission = Submission.objects.defer(None).get(pk=submission.pk)
    assert bytes(submission.raw) == raw
    assert submission.state in ENDS
    assert submission.reason
    assert bool(submission.message) == (submission.state == State.LANDED)


def test_mails_of_many_programs_are_tried():
    assert len(MAILS) >= len(ODD) > 70


def test_none_of_them_keeps_the_next_from_landing(worker):
    kept = [(Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT]), raw) for raw in MAILS.values()]
    next_one = Submission.objects.accept_mail(mail(sender="noor@initech.example"), sender="", recipients=[SUPPORT])
    worker()

    for submission, raw in kept:
        check(submission, raw)
    next_one.refresh_from_db()
    assert next_one.state == State.LANDED


def test_a_person_may_make_a_case_of_any_of_them(sam, worker):
    for raw in MAILS.values():
        Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()
    for submission in Submission.objects.out_of_sight():
        submission.bring_back(by=sam)
    for submission in Submission.objects.quarantined():
        submission.release(by=sam, contact="noor@initech.example")
    worker()

    assert not Submission.objects.quarantined().exists()
    assert {row.reason for row in Submission.objects.out_of_sight()} <= {"The same mail landed before."}


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(min_size=1, max_size=600)
    | st.tuples(st.sampled_from([*ODD.values()]), st.binary(max_size=60)).map(b"".join)
)
def test_any_bytes_end_where_a_person_can_see_them(worker, raw):
    submission = Submission.objects.accept_mail(raw, sender="", recipients=[SUPPORT])
    worker()

    check(submission, raw)
