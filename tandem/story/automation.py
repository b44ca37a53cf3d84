"""What Max has the house do by itself: a rule that runs, one that he only rehearsed, and a macro that Sam uses."""

from typing import Any

from tandem.automate.models import Macro, Rule
from tandem.cases.models import Case

CRITICAL = "Critical: call them within the hour, and write down whom you reached."


def rules(who: dict[str, Any]) -> None:
    """Before the first case, so that the rule that is on sees all of them."""
    rule = Rule.objects.write(
        name="What is critical is called",
        when="assessment.judged",
        condition='case.priority == 1 && account.tier == "enterprise"',
        acts=[{"act": "note", "with": {"text": CRITICAL}}],
        by=who["max"],
    )
    rule.switch_on(by=who["max"])


def rehearsed(who: dict[str, Any]) -> None:
    rule = Rule.objects.write(
        name="Nobody waits a working day",
        when="no_answer",
        span="8h",
        condition="event.weekday <= 5",
        acts=[{"act": "draft_reply", "with": {"template": "No news"}}, {"act": "pass_ball", "with": {"to": "support"}}],
        by=who["max"],
    )
    rule.current.rehearsals.begin(by=who["max"])


def macro(who: dict[str, Any]) -> None:
    """Written by Max, used by Sam on the newest case that is open."""
    acts = [
        {"act": "draft_reply", "with": {"template": "Ask for a log"}},
        {"act": "note", "with": {"text": "Asked for the log of one failed run; look at it before anything is tried."}},
    ]
    written = Macro.objects.write(name="Ask for the log", acts=acts, by=who["max"])
    written.use(list(Case.objects.open().order_by("-pk")[1:2]), by=who["sam"])
