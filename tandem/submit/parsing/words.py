"""What they say, as text and as HTML, each for itself complete."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from tandem.kit import html as kit_html
from tandem.kit.text import gettext_noop
from tandem.submit.parsing import quoting

MOST_CHARACTERS = 1_000_000


@dataclass
class Words:
    """One stretch of a mail, in the forms they sent it."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def as_text(self, text_of: Callable[[str], str]) -> str:
        plain = "\n".join(self.plain)
        return plain if plain.strip() or not self.html else text_of("\n".join(self.html))

    def as_html(self) -> str:
        return "\n".join(self.html) or f"<pre>{escape(chr(10).join(self.plain))}</pre>"


def fields(stretches: Iterable[Words], *, plainly: bool) -> dict[str, Any]:
    """The fields of `Parsed` about them: text, fresh, quoted, html, notes."""
    stretches = list(stretches)
    text_of = kit_html.crude_text_of if plainly else kit_html.text_of
    text = "\n\n".join(words.as_text(text_of).strip("\n") for words in stretches)
    html = "\n".join(words.as_html() for words in stretches) if any(words.html for words in stretches) else ""
    fresh, quoted = quoting.split(text[:MOST_CHARACTERS])
    return {
        "text": text[:MOST_CHARACTERS],
        "fresh": fresh,
        "quoted": quoted,
        "html": html[:MOST_CHARACTERS],
        "notes": list(_notes(text, html, plainly)),
    }


def _notes(text: str, html: str, plainly: bool) -> Iterable[str]:
    if len(text) > MOST_CHARACTERS or len(html) > MOST_CHARACTERS:
        yield gettext_noop("The message is longer than we show; the original has the rest.")
    if html and plainly:
        yield gettext_noop("The message is laid out in a way that cannot be shown; these are its words.")
