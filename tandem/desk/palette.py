"""The command palette: from a few letters to a page, a case, a person, an account, or something to do on the case one is on."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.automate.forms import MACRO
from tandem.automate.forms import grouped as acts_grouped
from tandem.cases.forms import numbers_in
from tandem.cases.journey import Stage
from tandem.cases.models import Case, Event
from tandem.desk import case_page, nav
from tandem.kit.addresses import url
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.people.roles import Can
from tandem.queue.models import SavedView
from tandem.queue.page import VIEWS
from tandem.queue.rows import address
from tandem.recall.calling import lately_called, numbered
from tandem.recall.candidates import BEGUN, beginning
from tandem.recall.names import accounts_named, beginnings, people_named
from tandem.recall.troubles import troubles_about

MOST, RECENT, OTHERS = 8, 6, 4
MOST_VIEWS = 200
SHORTEST = len("ab:*")  # of a name: one letter begins very many
LATELY = 20_000  # lines of the ledger looked back for what this person did
PATIENCE = 400  # milliseconds: who waits longer has typed on
ON_A_CASE = (
    ("r", "message-square", Can.SPEAK),
    ("n", "pencil", Can.WORK),
    ("a", "user", Can.STEER),
    ("e", "git-branch", Can.STEER),
)


class Option(NamedTuple):
    """`key` is what one may press instead."""

    says: str
    href: str
    detail: str = ""
    icon: str = "arrow-right"
    key: str = ""


Group = tuple[str, list[Option]]


def offered(typed: str, actor: Any, *, on: str = "", chosen: list[str] | None = None) -> list[Group]:
    """What there is for these letters, in groups that have something; `on` is the number of the case one is on, `chosen`
    are those of ticked cases.
    """
    case, numbers = numbered(on, actor), numbers_in(chosen or [])
    of_all = ngettext("On the {n} chosen case", "On the {n} chosen cases", len(numbers)).format(n=len(numbers))
    groups = [
        (of_all, islice(_like(typed, _acts(numbers, actor)), MOST) if numbers else []),
        (_("On this case"), islice(_like(typed, _on(case, actor)), MOST if typed else len(ON_A_CASE)) if case else []),
        (_("Cases") if typed else _("Your cases lately"), _cases(typed, actor)),
        (_("Broken now"), _troubles(typed, actor)),
        (_("Pages"), _like(typed, [*_pages(actor), *(_rooms_beside() if typed else [])])),
        (_("Views"), islice(_like(typed, _views(actor)), OTHERS) if typed else []),
        (_("People"), _people(typed, actor)),
        (_("Accounts"), _accounts(typed, actor)),
        (_("Everything"), [_everywhere(typed)]),
    ]
    return [(title, told) for title, options in groups if (told := list(options))]


def _like(typed: str, options: Iterable[Option]) -> Iterable[Option]:
    """Those with a word that begins so, for each word typed."""
    wanted = typed.lower().split()
    return (option for option in options if all(_begins(option.says.lower(), word) for word in wanted))


def _begins(says: str, word: str) -> bool:
    return says.startswith(word) or f" {word}" in says


def _acts(numbers: Iterable[int], actor: Any) -> Iterable[Option]:
    """What this person may do, each with its form; macros first."""
    for group, options in acts_grouped(actor):
        for name, label in options:
            there = urlencode({"cases": list(numbers), "act": name}, doseq=True)
            detail = str(group) if name.startswith(MACRO) else ""
            yield Option(label, f"{url('run_new')}?{there}", detail, "zap")


def _on(case: Case, actor: Any) -> Iterable[Option]:
    """The acts that have a key, the others, then every panel."""
    page = address(case.number)
    says = {"r": _("Reply"), "n": _("Write a note"), "a": _("Assign an owner"), "e": _("Escalate")}
    may = ((key, icon) for key, icon, need in ON_A_CASE if actor.may(need))
    yield from (Option(says[key], f"{page}#key-{key}", "", icon, key) for key, icon in may)
    yield from _acts([case.number], actor)
    for beside in [*case_page.BESIDE, *case_page.RARE]:
        name = beside.panel.name
        yield Option(str(beside.title), f"{page}?open={name}#panel-{name}", str(case.number), "list")


def _cases(typed: str, actor: Any) -> list[Option]:
    found = numbered(typed, actor)
    with_words = _called(typed, actor) if typed else _lately(actor)
    cases = [*([found] if found else []), *(case for case in with_words if case != found)]
    return [_case(case) for case in cases[:MOST]]


def _called(typed: str, actor: Any) -> list[Case]:
    """With these words in the title; nothing rather than a wait."""
    try:
        with bounded(PATIENCE):
            return lately_called(typed, actor, most=MOST)
    except TooMuchToSearch:
        return []


def _lately(actor: Any) -> list[Case]:
    """Those this person did something on last."""
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    mine = Event.objects.filter(by=actor, pk__gt=newest - LATELY).order_by("-pk").values_list("case", flat=True)
    last = list(dict.fromkeys(mine[: RECENT * 10]))[:RECENT]
    found = Case.objects.visible_to(actor).select_related("account", "reporter").in_bulk(last)
    return [found[pk] for pk in last if pk in found]


def _case(case: Case) -> Option:
    whose = str(case.account or case.reporter)
    return Option(
        case.title, address(case.number), f"{case.number} · {whose} · {Stage(case.stage).label}", "message-square"
    )


def _troubles(typed: str, actor: Any) -> Iterable[Option]:
    if len(typed) < BEGUN or not (words := beginning(typed)):
        return
    for one in troubles_about(words, actor):
        state = str(one.component.get_state_display())
        yield Option(one.component.name, url("component", one.component.slug), one.says or state, "triangle-alert")


def _pages(actor: Any) -> Iterable[Option]:
    for section in nav.doors(actor):
        yield from (Option(door.label, door.href, "", "arrow-right", door.key) for door in section)


def _rooms_beside() -> Iterable[Option]:
    """Pages that have no door of their own in the way around."""
    yield Option(_("Notices"), url("notices"))
    yield Option(_("What you are told: settings of notices, quiet hours, mail"), url("notice_settings"))
    yield Option(_("Hand over your cases"), url("handover_offer"))
    yield Option(_("Hand-overs given and taken"), url("handovers"))
    yield Option(_("Views of the queue"), url("saved_views"))
    yield Option(_("Calendars: working hours and holidays"), url("calendars"))
    yield Option(_("Runs of rules and macros"), url("runs"))


def _views(actor: Any) -> Iterable[Option]:
    """What is built in, then queries kept as views, their own and shared ones."""
    yield from (Option(str(says), f"{url('queue')}?view={name}", text, "list") for name, (says, text) in VIEWS.items())
    for view in SavedView.objects.visible_to(actor).standing().order_by("name", "pk")[:MOST_VIEWS]:
        yield Option(view.name, f"{url('queue')}?view={view.pk}", view.text, "list")


def _people(typed: str, actor: Any) -> Iterable[Option]:
    if len(beginnings(typed)) < SHORTEST:
        return
    for person in people_named(typed, actor)[:OTHERS]:
        word = "reporter" if person.is_customer else "owner"
        yield Option(person.name, _asked(f"{word}:{person.email} is:any"), person.email, "user")


def _accounts(typed: str, actor: Any) -> Iterable[Option]:
    if len(beginnings(typed)) < SHORTEST:
        return
    for account in accounts_named(typed, actor)[:OTHERS]:
        yield Option(account.name, _asked(f"account:{account.slug}"), str(account.get_tier_display()), "building-2")


def _asked(query: str) -> str:
    return f"{url('queue')}?{urlencode({'q': query})}"


def _everywhere(typed: str) -> Option:
    if not typed:
        return Option(_("Search everything"), url("search"), "", "search", "g s")
    return Option(
        _("Search everything for “{words}”").format(words=typed),
        f"{url('search')}?{urlencode({'q': typed})}",
        "",
        "search",
    )
