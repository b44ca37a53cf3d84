"""We know who wrote only if our own server said so last, in so many words, of exactly that sender."""

import pytest

from tandem.submit.parsing import parse, verified_sender

PASSED = "mx.tandem.example; dmarc=pass header.from=northwind.example"


def is_verified(*results: str, sender: str = "Ana <ana@northwind.example>", by: str = "mx.tandem.example") -> bool:
    headers = "".join(f"Authentication-Results: {result}\n" for result in results)
    return verified_sender(parse(f"{headers}From: {sender}\n\nx".encode()), by)


@pytest.mark.parametrize(
    "result",
    [
        PASSED,
        "MX.Tandem.Example; dmarc=pass header.from=NorthWind.example",
        "mx.tandem.example 1; spf=fail smtp.mailfrom=x@y.example; dmarc=pass (p=reject dis=none) header.from=northwind.example",
        'mx.tandem.example (ours);\n\tdkim=pass (2048-bit) header.d=other.example header.b="a/b=";\n'
        ' dmarc = pass (comment (in comment)) header.from = "northwind.example"',
        "mx.tandem.example; dmarc=pass policy.dmarc=reject header.from=northwind.example; arc=none",
    ],
)
def test_a_pass_by_our_server_for_the_domain_of_the_sender_counts(result):
    assert is_verified(result)


@pytest.mark.parametrize(
    "result",
    [
        "",
        "none",
        "mx.tandem.example; none",
        "mx.tandem.example",
        "mx.tandem.example; dmarc=fail header.from=northwind.example",
        "mx.tandem.example; dmarc=none header.from=northwind.example",
        "mx.tandem.example; dmarc=pass",
        "mx.tandem.example; dmarc=pass header.from=globex.example",
        "mx.tandem.example; dmarc=pass header.from=sub.northwind.example",
        "mx.tandem.example; dmarc=pass header.from=example",
        "mx.tandem.example; dmarc=pass smtp.from=northwind.example",
        "mx.tandem.example; spf=pass smtp.mailfrom=northwind.example; dkim=pass header.d=northwind.example",
        "mx.tandem.example; dkim=pass (dmarc=pass header.from=northwind.example) header.d=globex.example",
        'mx.tandem.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=northwind.example"@globex.example',
        "mx.tandem.example; dmarc=fail header.from=northwind.example; dmarc=pass header.from=northwind.example",
        "mx.tandem.example; dmarc=pass header.from=globex.example header.from=northwind.example",
        "mx.tandem.example; dmarc=pass header.from=northwind.example,",
        "mx.tandem.example; dmarc=pass reason=\"header.from=northwind.example",
        "mx.tandem.example 2; dmarc=pass header.from=northwind.example",
        "tandem.example; dmarc=pass header.from=northwind.example",
        "mx.tandem.example.globex.example; dmarc=pass header.from=northwind.example",
        "(mx.tandem.example) mx.globex.example; dmarc=pass header.from=northwind.example",
        "mx.tandem.example; " + "(" * 7_000 + "; dmarc=pass header.from=northwind.example",
        "mx.tandem.example; x=" + "a" * 8_000 + "; dmarc=pass header.from=northwind.example",
    ],
)  # fmt: skip
def test_anything_less_does_not(result):
    assert not is_verified(result)


def test_only_the_newest_word_counts():
    assert is_verified(PASSED, "mx.tandem.example; dmarc=fail header.from=northwind.example")
    assert not is_verified("mx.tandem.example; dmarc=fail header.from=northwind.example", PASSED)
    assert not is_verified("mx.globex.example; dmarc=pass header.from=northwind.example", PASSED)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Ana <ana@northwind.example>, Mallory <mallory@globex.example>",
        "Ana <ana@northwind.example>\nFrom: Ana <ana@northwind.example>",
        "friends: ana@northwind.example;",
        "mallory@globex.example <ana@northwind.example>",
        "Ana <ana@globex.example>",
    ],
)
def test_a_pass_for_a_sender_who_is_not_one_plain_person_does_not_count(sender):
    assert not is_verified(PASSED, sender=sender)


def test_without_a_server_of_ours_nobody_is_verified():
    assert not is_verified("; dmarc=pass header.from=northwind.example", by="")
    assert not is_verified(by="mx.tandem.example")
