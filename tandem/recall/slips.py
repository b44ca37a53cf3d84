"""“Did you mean …”: words nobody uses here, and those people use that are one slip of a finger away."""

import re
from typing import Any

from tandem.cases.models import Case, Message
from tandem.recall.asking import Wanted, wanted
from tandem.recall.candidates import newest, newest_matching
from tandem.recall.models import FileText, Word
from tandem.recall.models.word import WORD

MOST_WORDS = 5


def meant(told: Wanted, actor: Any) -> str:
    """The text as it may have been meant; "" where it is as good as it is, or the other finds nothing either."""
    typed = [word.lower() for word in told.plain if WORD.fullmatch(word)][:MOST_WORDS]
    known = set(Word.objects.common().filter(word__in=typed).values_list("word", flat=True)) if typed else set()
    instead = {word: best for word in typed if word not in known and (best := _nearest(word))}
    if not instead:
        return ""
    text = re.sub(r"[^\W\d_]+", lambda found: instead.get(found[0].lower(), found[0]), told.typed)
    return text if _finds(wanted(text, actor), actor) else ""


def _nearest(word: str) -> str | None:
    """Of words alike the one that more people use; one that begins alike before others."""
    alike = Word.objects.common().like(word).values_list("word", "count")
    near = [(_distance(word, other), other[0] != word[0], -count, other) for other, count in alike]
    near = [found for found in near if found[0] <= (1 if len(word) < 7 else 2)]
    return min(near)[-1] if near else None


def _distance(a: str, b: str) -> int:
    """Letters to add, leave out, change or swap."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def _finds(told: Wanted, actor: Any) -> bool:
    """Whether anything this person may read has them all."""
    return any(
        newest_matching(model.objects.visible_to(actor), told.words, most=1, upto=newest(model))
        for model in (Case, Message, FileText)
    )
