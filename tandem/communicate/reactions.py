from tandem.cases.ledger import on
from tandem.cases.models import Event


@on("case.entered_close", "case.merged")
def owe_no_word_any_more(event: Event) -> None:
    event.case.promises.withdraw()
