"""Rules as tests write them, and what sets them off."""

from tandem.automate.models import Rule
from tandem.cases.audience import Audience

NOTE = {"act": "note", "with": {"text": "They ask for their money back."}}
GIVE = {"act": "give_to", "with": {"to": "sam@tandem.example"}}
REFUND = 'event.text.contains("refund") && account.slug == "northwind"'


def written(max, *, on=True, **told):
    told = {"name": "Refunds", "when": "message.received", "acts": [NOTE]} | told
    rule = Rule.objects.write(**told, by=max)
    if on:
        rule.switch_on(by=max)
    return rule


def says(case, text, worker):
    case.messages.write(text, by=case.reporter, audience=Audience.CUSTOMER)
    worker()


def notes(case):
    return case.messages.filter(audience=Audience.SUPPORT).count()
