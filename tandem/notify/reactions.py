from tandem.cases.ledger import on_act
from tandem.notify.models.kinds import KIND_OF
from tandem.notify.spreading import spread


@on_act(*KIND_OF)
def tell_who_wants_to_know(events: dict[int, str]) -> None:
    spread(events)
