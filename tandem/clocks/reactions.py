from tandem.cases.ledger import on
from tandem.cases.models import Event
from tandem.clocks import keeping
from tandem.clocks.history import HEARD, TALK

CHOOSES = ("assessment.judged", "assessment.taken_back", "case.placed", "tag.put_on", "tag.taken_off")
MATTERS = (*HEARD, *CHOOSES, "field.filled_in", "field.emptied")


@on(*MATTERS)
def reckon_its_clocks(event: Event) -> None:
    """With the last line of an act: what was said before it is replayed with it."""
    if Event.objects.filter(case=event.case_id, seq__gt=event.seq, verb__in=MATTERS).exists():
        return
    keeping.reckon(event.case_id, since=event.at)


@on(*TALK)
def reckon_where_it_is_read(event: Event) -> None:
    if event.case.merged_into_id:
        keeping.reckon(event.case.merged_into_id, since=event.at)
