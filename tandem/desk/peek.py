"""A case in short, beside the list it stands in: its head, what wants attention, and the last that was said."""

from typing import Any

from tandem.cases.models import Case, Message
from tandem.desk import case_page, glance
from tandem.people.roles import Role

LAST = 3
SIDES: dict[str, str] = {Role.CONTACT: "customer", Role.ENGINEER: "engineering"}


def of(case: Case, actor: Any) -> dict[str, Any]:
    told = glance.read(case, actor)
    lines = glance.lines(case, told)
    noted = [(beside.title, lines[beside.panel.name]) for beside in case_page.BESIDE if beside.panel.name in lines]
    return {
        **case_page.strip(case, actor, told),
        "noted": [(title, line) for title, line in noted if line.tone],
        "messages": [(message, _side(message)) for message in _last(case, actor)],
    }


def _last(case: Case, actor: Any) -> list[Message]:
    """The newest, in the order they were written."""
    rows = Message.objects.visible_to(actor).of(case).select_related("author")
    return list(rows.order_by("-created_at", "-pk")[:LAST])[::-1]


def _side(message: Message) -> str:
    return SIDES.get(message.author.role, "support") if message.author else "system"
