"""What every part of a case's story stands on: its plot, who takes part, and the clock that goes on."""

from datetime import timedelta
from typing import Any

from tandem.cases.models import Case
from tandem.communicate.models import Kind
from tandem.kit import clock
from tandem.people.models import Team
from tandem.story.plots import CASES, ENDS, Plot


class Teller:
    """`later(minutes)` moves the clock, never beyond now."""

    case: Case

    def __init__(self, plot: Plot, who: dict[str, Any]) -> None:
        self.plot, self.words, self.who = plot, plot.words, who
        self.moment = plot.begins
        self.customer = plot.environment.account.contacts.order_by("pk")[0].user
        self.support = who["sam"] if plot.nth % 3 else who["priya"]
        self.team = Team.objects.get(slug=self.words["team"])
        self.engineer = who["erin"] if self.words["team"] == "platform" else self.team.members.order_by("pk")[0]
        # Recent cases move faster, so that all that was told lies in the past.
        self.pace = 1.0 if plot.begins < clock.real() - timedelta(days=3) else 0.35

    def later(self, minutes: float) -> None:
        self.moment = min(self.moment + timedelta(minutes=minutes * self.pace), clock.real() - timedelta(seconds=30))

    def speak(self, text: str, *, hours: float, kind: str = Kind.UPDATE) -> None:
        self.case.refresh_from_db()
        self.case.updates.send(
            text, by=self.support, kind=kind, promise_at=clock.now() + timedelta(hours=hours * self.pace + 3)
        )

    def is_to_break(self) -> bool:
        """One promise of the whole story is not kept."""
        return self.plot.end == "broken" and self.plot.nth > CASES - len(ENDS)
