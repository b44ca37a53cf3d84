"""Words people used here and how often, so that a slip of the finger can be told from a word."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

WORD = re.compile(r"[^\W\d_]{4,30}")
COMMON = 3  # said so often, it is a word and no slip
MOST_ASKED = 200
MOST_OFFERED = 8

LEARN = """
INSERT INTO recall_word (word, count, keys) VALUES (%s, %s, %s)
ON CONFLICT (word) DO UPDATE SET count = recall_word.count + excluded.count
"""


class WordQuerySet(models.QuerySet):
    def common(self) -> Self:
        return self.filter(count__gte=COMMON)

    def like(self, word: str) -> Self:
        """Those that become the same when a letter is left out of either: one letter more, less, other or swapped."""
        return self.filter(keys__overlap=keys_of(word)).order_by("-count", "word")[:MOST_ASKED]

    def beginning(self, begun: str) -> list[str]:
        """The words most said that begin so."""
        found = self.filter(word__startswith=begun.lower()).order_by("-count", "word")
        return list(found.values_list("word", flat=True)[:MOST_OFFERED])


class WordManager(models.Manager.from_queryset(WordQuerySet)):  # type: ignore[misc]
    def learn(self, texts: Iterable[str]) -> None:
        """Count in how many of these texts each word stands."""
        counted = Counter(word for text in texts for word in words_in(text))
        told = sorted(counted.items())  # in one order for all, so that two who learn do not lock each other out
        rows = [(word, count, keys_of(word)) for word, count in told]
        with connection.cursor() as cursor:
            cursor.executemany(LEARN, rows)

    def forget(self, text: str) -> None:
        self.filter(word__in=words_in(text)).delete()


class Word(models.Model):
    """A word of titles, messages and articles, in small letters; `count` texts have it."""

    word = models.TextField(primary_key=True)
    count = models.PositiveIntegerField()
    keys = ArrayField(models.TextField())

    objects = WordManager()

    class Meta:
        indexes = [
            GinIndex("keys", name="words_by_what_is_left"),
            models.Index(fields=["word"], opclasses=["text_pattern_ops"], name="words_by_their_beginning"),
        ]


class Learnt(models.Model):
    """Up to which row of a source its words are counted."""

    source = models.CharField(max_length=20, primary_key=True)
    upto = models.BigIntegerField(default=0)


def words_in(text: str) -> set[str]:
    return set(map(str.lower, WORD.findall(text)))


def keys_of(word: str) -> list[str]:
    """The word, and what is left of it without one of its letters."""
    return sorted({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})
