"""What a secret looks like. Every repetition has an end, so that no text makes a search long."""

import re
from functools import cache
from typing import Any, NamedTuple

from detect_secrets.plugins import (
    artifactory,
    aws,
    azure_storage_key,
    discord,
    github_token,
    gitlab_token,
    mailchimp,
    openai,
    pypi_token,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

KINDS = PASSWORD, TOKEN, KEY, COOKIE = "password", "token", "key", "cookie"

# Of the library only the shapes of tokens: its search takes a group of a pattern for the whole secret.
_PROVIDERS: list[Any] = [
    artifactory.ArtifactoryDetector,
    aws.AWSKeyDetector,
    azure_storage_key.AzureStorageKeyDetector,
    discord.DiscordBotTokenDetector,
    github_token.GitHubTokenDetector,
    gitlab_token.GitLabTokenDetector,
    mailchimp.MailchimpDetector,
    openai.OpenAIDetector,
    pypi_token.PypiTokenDetector,
    sendgrid.SendGridDetector,
    slack.SlackDetector,
    square_oauth.SquareOAuthDetector,
    stripe.StripeDetector,
    telegram_token.TelegramBotTokenDetector,
    twilio.TwilioKeyDetector,
]

# What the library does not know, or knows only the beginning of.
_KEY_BLOCK = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?"
# What must stand in a text, in small letters, for the search to be worth its time; and what to search for.
_TOKENS = [
    ("github_pat_", r"github_pat_[A-Za-z0-9_]{40,255}"),
    ("sk-", r"\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,250}"),
    ("", r"\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{24,250}"),
    ("aiza", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("xox", r"\bxox[a-z]-[A-Za-z0-9-]{10,250}"),
    ("dop_v1_", r"\bdop_v1_[0-9a-f]{64}"),
    ("eyj", r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}"),
    (
        "authorization",
        r"(?i)\bauthorization\b\"?\s{0,3}[:=]\s{0,3}\"?(?:bearer|basic|token|digest)\s{1,3}([^\s\"',]{6,8000})",
    ),
    ("bearer", r"(?i)\bbearer\s{1,3}([A-Za-z0-9_.~+/=-]{20,8000})"),
    (
        '"value"',
        r"(?i)\"name\":\s{0,3}\"[^\"\n]{0,40}(?:authorization|cookie|token|secret|api[-_]?key|csrf|xsrf|session|passw)[^\"\n]{0,40}\","
        r"\s{0,60}\"value\":\s{0,3}\"((?:[^\"\\]|\\.){4,8000})\"",
    ),
    ("</", r"(?i)<[a-z:._-]{0,40}(?:password|passwd|secret|token|api-?key)>\s{0,3}([^<>\s]{6,4000})\s{0,3}</"),
    ("=", r"(?i)[?&](?:access_token|api_?key|auth|token|signature|sig|secret|password)=([^\s&#\"'<>]{6,4000})"),
]
_COOKIE = r"(?i)\b(?:set-)?cookie\s?:\s?([^\s][^\n]{7,8000})"
_NAMES = (
    r"pass(?:word|wd|phrase|wort)?|pwd|kennwort|mot de passe|contraseña|secret|token|"
    r"(?:api|access|secret|client|auth|private)[ _-]?(?:key|token|secret)"
)
_HINTS = ("pass", "pwd", "kennwort", "contraseña", "mot de", "secret", "token", "key")
_IS = r"is|ist|est|es"
_ASSIGNED = (
    rf"(?i)(?:(?<![a-z])(?:{_NAMES})|(?<=[a-z])(?-i:Password|Passwd|Secret|Token))[\"']?"
    rf"(?:(?:\s{{1,3}}(?:{_IS}))?\s{{0,3}}[:=]{{1,2}}>?\s{{0,3}}|\s{{1,3}}(?:{_IS})\s{{1,3}})"
    r"(?:\"([^\"\n]{4,200})\"|'([^'\n]{4,200})'|([^\s\"'<>]{4,200}))"
)
# The name of a field that holds one, and holds nothing else: “API key”, “dbPassword”; not “password reset works?”.
_TELLING = re.compile(
    r"pass|(?:\w{1,30}[ _.-]{1,3}){0,2}"
    r"(?:\w{0,20}(?:passwor[dt]s?|passwd|passphrase|pwd|kennwort|contraseña)|mot de passe|secret|token"
    r"|(?:api|access|secret|client|auth|private)[ _-]?(?:key|token|secret))"
)
_LONGEST_NAME = 60
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# “No.”, and “No, I did not.”: never with a digit or a sign, and never with one word alone, which may be it.
_PLAIN = r"[^\W\d_](?:['’]?[^\W\d_]){0,15}"
_ABOUT_IT = re.compile(
    r"(?i)(?:[-–?.]{1,9}|(?:yes|no|ja|nein|oui|non|s[ií]|true|false|none|null|unknown|n/?a|ok|valid|expired|missing)"
    rf"(?:[.,;!]\s{{1,3}}{_PLAIN}(?:\s{{1,3}}{_PLAIN}){{1,7}})?[.!?]?)"
)
_IN_ADDRESS = r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{1,200}:([^\s/@\"'<>]{3,200})@"


class Shape(NamedTuple):
    """`kind` is what to call it. What its last group found is the secret; the whole, if `is_whole`.

    Without one of the `hints` in a text a search is a waste of time.
    """

    kind: str
    pattern: re.Pattern[str]
    is_whole: bool = False
    hints: tuple[str, ...] = ("",)

    def may_stand_in(self, lowered: str) -> bool:
        return any(hint in lowered for hint in self.hints)

    def value_in(self, found: re.Match[str]) -> tuple[int, str]:
        """Where it begins, and what it is."""
        group = 0 if self.is_whole else found.lastindex or 0
        return found.start(group), found[group]


@cache
def shapes() -> list[Shape]:
    """The surest first."""
    from_library = (pattern for detector in _PROVIDERS for pattern in detector.denylist)
    return [
        Shape(KEY, re.compile(_KEY_BLOCK), hints=("-----begin",)),
        *(Shape(TOKEN, pattern, is_whole=True) for pattern in from_library),
        *(Shape(TOKEN, re.compile(pattern), hints=(hint,)) for hint, pattern in _TOKENS),
        Shape(COOKIE, re.compile(_COOKIE), hints=("cookie",)),
        Shape(PASSWORD, re.compile(_IN_ADDRESS), hints=("://",)),
        Shape(PASSWORD, re.compile(_ASSIGNED), hints=_HINTS),
    ]


def is_whole(name: str, value: str) -> bool:
    """Whether all that stands under this name is a secret, whatever it looks like; “no” is none."""
    if len(name) > _LONGEST_NAME or not _TELLING.fullmatch(_CAMEL.sub("_", name).lower().strip(" :")):
        return False
    value = value.strip()
    return bool(value) and not (_ABOUT_IT.fullmatch(value) and not any(map(is_likely, value.split())))


def is_likely(value: str) -> bool:
    """Whether what was assigned to a “password” looks like one, and not like the rest of a sentence."""
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    inner = value.strip(".,;:!?()[]…")
    odd = any(not character.isalnum() and character not in "-'’" for character in inner)
    mixed = inner[1:].lower() != inner[1:] and inner.upper() != inner
    return len(inner) >= 6 and ((letters and digits) or (odd and letters) or mixed)
