"""One case told in the product's own verbs, with the clock set to each moment.

It follows a plot as far as its `end`; what reacts to it (drafts, reopenings, measured facts) really runs.
"""

from datetime import timedelta
from typing import Any

from tandem.kit import clock
from tandem.kit.later import drain
from tandem.story.arriving import Arriving
from tandem.story.plots import CASES
from tandem.story.solving import Solving

SORTED_OUT = CASES - 2  # the case that somebody reported twice
HELD = CASES - 14  # the case whose reporter holds still while we look


class Telling(Arriving, Solving):
    """One case told, from the first word to where its plot ends."""

    def tell(self) -> None:
        for step in self.road():
            with clock.at(self.moment):
                step()
                drain()
        self.case.refresh_from_db()
        if self.case.next_update_at and not self.is_to_break():
            with clock.at(clock.real() - timedelta(minutes=7 + 4 * (self.plot.nth % 11))):
                self.reassure()
                drain()

    def road(self) -> list[Any]:
        end = self.plot.end
        road = [self.submit]
        if end == "submit":
            return road
        if end == "handed_off":
            return [*road, self.triage, self.hand_off]
        if self.plot.nth % 4 == 2:
            road += [self.ask]
        road += [self.read_back]
        if end == "readback":
            return road
        road += [self.confirm, self.triage]
        if end == "triage":
            return road
        road += [self.send_recording] if self.plot.nth == CASES else []
        road += [self.investigate, *([self.sort_out] if self.plot.nth == SORTED_OUT else [])]
        if self.plot.nth % 8 == 0 and end != "broken":
            road += [self.speak_by_phone]
        if self.plot.nth == HELD:
            road += [self.hold_still]
        if end in ("investigate", "broken"):
            return road
        if end == "solved":
            return [*road, self.try_what_helps, self.resolve, self.verify, self.close, self.learn]
        road += [self.escalate]
        if end == "escalate":
            return road
        if end == "returned" or self.plot.nth % 3 == 0:
            road += [self.send_back]
            if end == "returned":
                return road
            road += [self.escalate_again]
        road += [self.accept]
        if end == "accepted":
            return road
        road += [self.work_around]
        if end == "workaround":
            return road
        road += [self.hand_back]
        if end == "handed_back":
            return road
        road += [self.try_what_helps, self.resolve]
        if end == "verify":
            return road
        return [*road, self.verify, self.close, self.learn]
