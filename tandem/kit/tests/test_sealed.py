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


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE - 1, sealed.PIECE, sealed.PIECE + 1, 3 * sealed.PIECE])
def test_a_file_of_any_length_is_opened_again(size):
    content, key = bytes(range(256)) * (size // 256) + b"x" * (size % 256), sealed.fresh_key()

    kept = b"".join(sealed.sealed_pieces(iter([content[:7], content[7:]]), key=key))

    assert content[:200] not in kept or size < 8  # so few bytes stand in any noise by chance
    assert b"".join(sealed.opened_pieces(iter([kept[:100], kept[100:]]), key=key)) == content


@pytest.mark.parametrize(
    "broken",
    [
        lambda kept: kept[:-1],
        lambda kept: kept[: sealed.PIECE + sealed.MARK],
        lambda kept: b"?" + kept[1:],
        lambda kept: kept[sealed.PIECE + sealed.MARK :],
    ],
    ids=["a byte left off", "a piece left off", "changed", "begun later"],
)
def test_a_file_that_is_not_what_was_sealed_is_refused(broken):
    key = sealed.fresh_key()
    kept = b"".join(sealed.sealed_pieces([b"x" * sealed.PIECE * 2], key=key))

    with pytest.raises(sealed.CannotOpen):
        b"".join(sealed.opened_pieces([broken(kept)], key=key))
