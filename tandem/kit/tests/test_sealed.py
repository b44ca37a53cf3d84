"""What is sealed can be read again by us, for its purpose, and by nobody else."""

import pytest

from tandem.kit import sealed


def test_what_was_sealed_is_opened_again():
    kept = sealed.seal("correct horse – Pferd", purpose="mailbox")

    assert "horse" not in kept
    assert sealed.opened(kept, purpose="mailbox") == "correct horse – Pferd"


def test_the_same_secret_never_looks_the_same():
    assert sealed.seal("a", purpose="mailbox") != sealed.seal("a", purpose="mailbox")


def test_nothing_stays_nothing():
    assert sealed.opened(sealed.seal("", purpose="mailbox"), purpose="mailbox") == ""


def test_another_purpose_opens_nothing():
    with pytest.raises(sealed.CannotOpen):
        sealed.opened(sealed.seal("a", purpose="mailbox"), purpose="masked")


def test_another_key_opens_nothing_and_says_so(settings):
    kept = sealed.seal("a", purpose="mailbox")
    settings.SECRET_KEY = "another"

    with pytest.raises(sealed.CannotOpen, match="TANDEM_SECRET_KEY"):
        sealed.opened(kept, purpose="mailbox")


@pytest.mark.parametrize("broken", ["x", "é", "gAAAAA", " "])
def test_what_was_changed_opens_nothing(broken):
    with pytest.raises(sealed.CannotOpen):
        sealed.opened(broken, purpose="mailbox")
