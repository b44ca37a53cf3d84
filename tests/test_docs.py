"""The house explains itself, and the explanation is true."""

from pathlib import Path

from tandem.cases import query
from tandem.cases.ledger import everybody
from tandem.kit import env

DOCS = Path(__file__).parent.parent / "docs"


def test_every_setting_is_documented():
    import tandem.config.settings  # noqa: F401, reading it makes every setting known

    said = (DOCS / "settings.md").read_text()
    assert not [name for name in env.KNOWN if f"`{name}`" not in said]


def test_no_setting_is_documented_that_is_not_there():
    import re

    told = set(re.findall(r"^\| `(TANDEM_\w+)`", (DOCS / "settings.md").read_text(), re.M))
    assert told <= set(env.KNOWN)


def test_every_command_is_documented():
    from tandem.config.cli import main

    said = (DOCS / "commands.md").read_text()
    assert not [name for name in main.commands if f"tandem {name}" not in said]


def test_every_word_of_a_query_is_documented():
    told = (DOCS / "queries.md").read_text()
    assert not [word.name for word in query.said() if f"| `{word.name}:` |" not in told]


def test_every_listener_is_documented():
    said = (DOCS / "listeners.md").read_text()
    assert not [f"{verb} → {name}" for verb, name in everybody() if f"| `{verb}` | `{name}` |" not in said]
