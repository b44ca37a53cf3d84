"""The one door through which text becomes markup. Whatever is done to it, cleaning is the last thing done."""

import re
from collections.abc import Callable
from html import unescape

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from tandem.kit.plain import plain_of
from tandem.kit.text import readable

# Past these a browser suffers as much as we do: the reader gets the words without the looks.
MOST_CHARACTERS = 1_000_000
MOST_TAGS = 20_000
DEEPEST = 100
MOST_CHARACTERS_AS_TEXT = 100_000
ROUNDS = 4

# fmt: off
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}
VOID = {"br", "hr", "img"}
DROPPED_WITH_CONTENT = {
    "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "object", "script",
    "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
}
# fmt: on
ATTRIBUTES = {"a": {"href"}, "img": {"alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
REL = "noopener noreferrer nofollow"
Clean = Callable[[str], str]

_ADDRESS = re.compile(r"https?://[^\s/\\]|mailto:[^\s/\\]", re.IGNORECASE)
_UNSAFE_IN_VALUES = re.compile(r"[\s\"'<>`\\]")
_IMAGE_DATA = re.compile(r"(?i)(<img\s[^<>]*?src\s?=\s?[\"']?)data:[^\"'\s<>]+")
_NEWLINES_OF_PRE = re.compile(r"<pre>\n+")  # a parser eats the first of them, so each cleaning would
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_LONG_TAG = re.compile(r"<[^<>]{20000}")
_LINK = re.compile(r"https?://[^\s<>\"]+")

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def sanitize(html: str, *, clean: Clean | None = None) -> Markup:
    """Markup without scripts, styles, requests, forms or names of ours; links absolute; images only as their text.

    What is too large or too tangled becomes its plain text. Cleaning what is clean changes nothing. `clean` may be
    another cleaner, one that leaves more images.
    """
    lean = _IMAGE_DATA.sub(r"\1", readable(html))
    settled = _settled(lean, clean or _cleaner.clean)
    return Markup(_settled(_words_alone(lean), _cleaner.clean) or "" if settled is None else settled)  # noqa: S704


def text_of(html: str) -> str:
    """The words of a piece of HTML, in lines, with "- " before list items, "> " before quotes, addresses after links."""
    return plain_of(sanitize(html))


def linkify(text: str) -> Markup:
    """Plain text as paragraphs with line breaks and links to http(s) addresses; nothing else in it has a meaning."""
    paragraphs = (_with_links(paragraph) for paragraph in re.split(r"\n{2,}", readable(text).strip("\n")))
    return sanitize("".join(f"<p>{'<br>'.join(paragraph.split(chr(10)))}</p>" for paragraph in paragraphs))


def markdown(text: str) -> Markup:
    """CommonMark with tables, as articles are written; HTML in it is shown, not obeyed."""
    if len(text) > MOST_CHARACTERS_AS_TEXT:
        return linkify(text)
    return sanitize(_markdown.render(readable(text)))


def crude_text_of(html: str) -> str:
    """The words of HTML that must not be parsed: tags cut out in one pass over at most MOST_CHARACTERS."""
    kept, position, inside = [], 0, ""
    html = html[:MOST_CHARACTERS]
    for tag in _TAG.finditer(html):
        if not inside:
            kept.append(html[position : tag.start()])
        position = tag.end()
        inside = _still_inside(inside, closing=bool(tag[1]), name=tag[2].lower())
    if not inside:
        kept.append(html[position:])
    return readable(unescape(" ".join(kept))).strip()


def _settled(html: str, clean: Clean) -> str | None:
    """What cleaning leaves and changes no more; None if that is too large, too deep, or does not come."""
    for _round in range(ROUNDS):
        if len(html) > MOST_CHARACTERS or html.count("<") > MOST_TAGS or _LONG_TAG.search(html):
            return None
        cleaned = _NEWLINES_OF_PRE.sub("<pre>", readable(clean(html)))
        if cleaned == html:
            return html if _depth(html) <= DEEPEST else None
        html = cleaned
    return None


def _depth(clean: str) -> int:
    deepest = depth = 0
    for tag in _TAG.finditer(clean):
        if tag[2] not in VOID:
            depth += -1 if tag[1] else 1
            deepest = max(deepest, depth)
    return deepest


def _words_alone(html: str) -> str:
    return f"<pre>{escape(crude_text_of(html)[:MOST_CHARACTERS_AS_TEXT])}</pre>"


def attribute(_tag: str, name: str, value: str) -> str | None:
    """What may stand there, None for nothing."""
    match name:
        case "href":
            address = value.strip()
            return as_value(address) if _ADDRESS.match(address) else None
        case "colspan" | "rowspan":
            return value if value.isascii() and value.isdigit() and len(value) < 3 else None
        case "alt" | "rel":
            return value
    return None  # the library lets more through than it is asked to: lang, title


def as_value(address: str) -> str:
    """An address in which every parser sees the same."""
    return _UNSAFE_IN_VALUES.sub(_percent, address)


def _percent(unsafe: re.Match[str]) -> str:
    return f"%{ord(unsafe[0]):02X}" if unsafe[0].isascii() else ""


def _still_inside(inside: str, *, closing: bool, name: str) -> str:
    """The element whose content is dropped, after this tag; "" outside of such."""
    if inside:
        return "" if closing and name == inside else inside
    return name if name in DROPPED_WITH_CONTENT and not closing else ""


def _with_links(text: str) -> str:
    pieces, position = [], 0
    for found in _LINK.finditer(text):
        address = _without_punctuation(found[0])
        pieces += [escape(text[position : found.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
        position = found.start() + len(address)
    return "".join([*pieces, escape(text[position:])])


def _without_punctuation(address: str) -> str:
    address = address.rstrip(".,;:!?'*_")
    return address if address.count(")") <= address.count("(") else address.rstrip(").,;:!?'*_")


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED_WITH_CONTENT,
    attributes=ATTRIBUTES,
    attribute_filter=attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=REL,
    strip_comments=True,
)
