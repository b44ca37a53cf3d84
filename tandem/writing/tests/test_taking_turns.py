"""Two screens in one draft, with answers that come late or never: as draft.js does it, in any order of things."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.writing.models import Draft, Typed

SCREENS = 2
ACT = st.tuples(
    st.integers(0, SCREENS - 1),
    st.sampled_from(["type", "type", "cut", "send", "land", "lose", "reload"]),
    st.floats(0, 1),
)


class Screen:
    def __init__(self, case: Any, by: Any) -> None:
        self.case, self.by = case, by
        self.text = self.base = ""
        self.pending: tuple[str, str] | None = None
        self.answer: str | None = None

    def type(self, word: str, where: float) -> None:
        words = self.text.split()
        words.insert(round(where * len(words)), word)
        self.text = " ".join(words)

    def cut(self, word: str) -> None:
        self.text = " ".join(one for one in self.text.split() if one != word)

    def send(self, save: str) -> None:
        self.pending = self.pending or (save, self.text)
        kept = self.case.drafts.keep(Typed(self.pending[1], self.base, self.pending[0]), by=self.by)
        self.answer = kept.draft.body if kept.draft else ""

    def land(self) -> None:
        if self.pending is None or self.answer is None:
            return
        sent, answer, self.pending, self.answer = self.pending[1], self.answer, None, None
        if self.text == sent:
            self.text = self.base = answer
        else:
            self.base = sent

    def lose(self) -> None:
        self.answer = None

    def reload(self) -> None:
        """What was kept in the tab comes back with what it was made from, and the saving we do not know of."""
        self.lose()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=30))
def test_every_word_typed_on_any_screen_is_in_the_draft_and_on_both_screens(case, sam, acts):
    Draft.objects.all().delete()
    screens, numbers = [Screen(case, sam) for _ in range(SCREENS)], count()
    typed: dict[int, list[str]] = {0: [], 1: []}
    for who, act, where in acts:
        screen, number = screens[who], next(numbers)
        if act == "type":
            typed[who].append(
                word := f"w{number:02}"
            )  # of equal length: a word that holds another one holds what was typed
            screen.type(word, where)
        elif act == "cut" and typed[who]:
            screen.cut(typed[who].pop())
        elif act == "send":
            screen.send(str(number))
        elif act in ("land", "lose", "reload"):
            getattr(screen, act)()

    for _turn in range(6):
        for screen in screens:
            screen.send(str(next(numbers)))
            screen.land()

    first, second = (screen.text for screen in screens)
    assert first == second
    assert {*typed[0], *typed[1]} <= set(first.split())


@pytest.mark.parametrize("arrived", [True, False])
def test_a_saving_nobody_answered_is_said_again_as_it_was(case, sam, arrived):
    screen = Screen(case, sam)
    screen.type("Hello", 0)
    screen.send("1") if arrived else None
    screen.pending = screen.pending or ("1", screen.text)
    screen.lose()
    screen.type("Ana", 1)
    for save in ("2", "3"):
        screen.send(save)
        screen.land()

    assert case.drafts.get().body == screen.text == "Hello Ana"
