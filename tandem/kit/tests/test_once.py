"""A macro drawn once: never for other words, never holding on to who asked."""

from django.utils import translation
from jinja2 import Environment
from markupsafe import Markup

from tandem.kit.drawing import once


def drawn(source: str):
    return once(Environment(autoescape=True).from_string(source).module.shown)  # type: ignore[attr-defined]


def test_it_is_drawn_once_for_the_same_words():
    seen = []
    shown = once(lambda word: seen.append(word) or Markup("{}").format(word))

    assert [shown("a"), shown("b"), shown("a")] == ["a", "b", "a"]
    assert seen == ["a", "b"]
    assert shown.each(["b", "a"]) == "b\na"


def test_markup_and_the_same_characters_as_text_are_two_things():
    shown = drawn("{% macro shown(word) %}{{ word }}{% endmacro %}")

    assert shown(Markup("<b>x</b>")) == "<b>x</b>"
    assert shown("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    assert shown(True) != shown(1)


def test_another_language_is_drawn_anew():
    shown = once(lambda: Markup("{}").format(translation.get_language()))

    with translation.override("de"):
        assert shown() == "de"
    with translation.override("en"):
        assert shown() == "en"
