"""From YAML to a template. What is wrong is said in sentences that name the line and the field."""

from collections.abc import Callable
from functools import lru_cache

import yaml
from django.utils.translation import gettext as _

from tandem.kit import conditions
from tandem.submit.reporting.nodes import Node, Trouble, parse
from tandem.submit.reporting.template import KINDS, Field, Section, Template

SORTS = ("web", "mobile", "data", "api", "device", "other")
RESERVED = {"title", "body", "realm", "once", "shown", "step", "mail", "name", "website", "context", "window"}
MOST_FIELDS = 60
OF_TEMPLATE = {"label", "kind", "area", "about", "examples", "components", "sections", "lines"}
OF_SECTION = {"title", "hint", "when", "fields"}
OF_FIELD = {
    *("key", "label", "ask", "kind", "required", "hint", "example", "choices", "when", "fact", "audience"),
    *("measured_by", "differ", "differ_less", "differ_more", "evidence"),
}


class Unreadable(ValueError):
    """This is no template yet. `sentences` say why, in the order of the lines."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@lru_cache(maxsize=100)
def read(source: str) -> Template:
    """The template this YAML says. Raises `Unreadable` with all that is wrong with it."""
    trouble = Trouble()
    try:
        template = _template(parse(source, trouble), trouble, source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable([_("Line {n}: this is not YAML: {why}.").format(n=line, why=error.problem)]) from None
    except yaml.YAMLError:
        raise Unreadable([_("This is not YAML: it holds characters that cannot be shown.")]) from None
    if trouble.sentences:
        raise Unreadable(trouble.sentences)
    return template


def lines_of(source: str) -> list[Field]:
    """What is worth knowing in every realm, from a YAML of ours with nothing but `lines`."""
    trouble = Trouble()
    lines = [_field(node, {}, trouble) for node in parse(source, trouble).mapping({"lines"}).items_of("lines")]
    if trouble.sentences:
        raise Unreadable(trouble.sentences)
    return lines


def _template(root: Node, trouble: Trouble, source: str) -> Template:
    told = root.mapping(OF_TEMPLATE, needs=("label", "kind", "sections"))
    kinds: dict[str, str] = {}
    sections = [_section(node, kinds, trouble) for node in told.items_of("sections")]
    lines = [_field(node, {}, trouble) for node in told.items_of("lines")]
    _count(told, sections, lines, trouble)
    return Template(
        label=told.text("label", most=60),
        kind=told.one_of("kind", SORTS, "other"),
        sections=tuple(sections),
        area=told.text("area", most=60),
        about=told.text("about", most=200),
        examples=tuple(told.texts("examples", most=5)),
        components=tuple(told.texts("components", most=20)),
        lines=tuple(lines),
        source=source,
    )


def _section(node: Node, kinds: dict[str, str], trouble: Trouble) -> Section:
    told = node.mapping(OF_SECTION, needs=("fields",))
    when = _when(told, kinds, trouble)
    fields = [_field(field, kinds, trouble) for field in told.items_of("fields")]
    return Section(tuple(fields), told.text("title", most=80), told.text("hint", most=300), when)


def _field(node: Node, kinds: dict[str, str], trouble: Trouble) -> Field:
    """A field may speak of those before it: `kinds` are theirs, and it adds its own."""
    told = node.mapping(OF_FIELD, needs=("key", "label"))
    key = told.text("key", most=40)
    about = told.about(key)
    kind = about.one_of("kind", KINDS, "text")
    field = Field(
        key=key,
        label=about.text("label", most=80),
        ask=about.text("ask", most=300),
        kind=kind,
        required=about.switch("required"),
        hint=about.text("hint", most=300),
        example=about.text("example", most=200),
        choices=tuple(about.texts("choices", most=30)),
        when=_when(about, kinds, trouble),
        fact=about.text("fact", most=40),
        audience="support"
        if about.one_of("audience", ("customer", "support"), "customer") == "support"
        else "customer",
        measured_by=about.one_of("measured_by", ("none", "account", "environment", "form"), "none"),
        differ=about.text("differ", most=300),
        differ_less=about.text("differ_less", most=300),
        differ_more=about.text("differ_more", most=300),
        evidence=about.switch("evidence"),
    )
    _judge(about, field, kinds)
    kinds[key] = kind
    return field


def _judge(told: Node, field: Field, kinds: dict[str, str]) -> None:
    """What must be true of a field beside the kind of each of its words."""
    rules: list[tuple[bool, Callable[[], str]]] = [
        (not field.key.isidentifier() or field.key != field.key.lower() or not field.key.isascii(), _key_shape),
        (field.key in RESERVED, lambda: _("this key is one of our own; take another")),
        (field.key in kinds, lambda: _("another field has this key already")),
        (field.kind in ("choice", "several") and len(field.choices) < 2, _too_few),
        (field.kind not in ("choice", "several") and bool(field.choices), _no_choices),
        (field.kind in ("environment", "files") and field.key != field.kind, lambda: _own_key(field.kind)),
        (
            not all(map(_says, (field.differ, field.differ_less, field.differ_more))),
            lambda: _("“differ” may name {told} and {measured}, and nothing else in braces"),
        ),
    ]
    for is_wrong, sentence in rules:
        if is_wrong:
            told.wrong(sentence())


def _key_shape() -> str:
    return _("a key is small letters, digits and underscores, and begins with a letter")


def _too_few() -> str:
    return _("give at least two choices")


def _no_choices() -> str:
    return _("only the kinds choice and several have choices")


def _own_key(kind: str) -> str:
    return _("the key of this kind is always “{kind}”").format(kind=kind)


def _says(differ: str) -> bool:
    """Whether nothing but the two values is put into the sentence."""
    rest = differ.replace("{told}", "").replace("{measured}", "")
    return "{" not in rest and "}" not in rest


def _when(told: Node, kinds: dict[str, str], trouble: Trouble) -> conditions.Condition | None:
    if not (source := told.text("when", most=conditions.LONGEST)):
        return None
    try:
        return conditions.condition(source, kinds)
    except conditions.Wrong as error:
        known = _(" It may speak of the fields before it: {keys}.").format(keys=", ".join(kinds)) if kinds else ""
        told.wrong(_("the condition cannot be used: {why}.").format(why=error) + known, at="when")
        return None


def _count(told: Node, sections: list[Section], lines: list[Field], trouble: Trouble) -> None:
    keys = [field.key for section in sections for field in section.fields]
    if len(keys) > MOST_FIELDS:
        told.wrong(_("at most {n} fields, or nobody fills them in").format(n=MOST_FIELDS))
    for line in lines:
        if line.key in keys:
            told.wrong(_("“{key}” stands on the form already").format(key=line.key), at="lines")
