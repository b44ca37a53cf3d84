"""What may keep a case from walking on. A later room says so in its `reactions.py`: `@before_entering` above `def f(case, stage, by)`.

It refuses with a sentence, in the transaction of the walk; unlike a listener it is asked before, not told after.
"""

from collections.abc import Callable
from typing import Any

Guard = Callable[[Any, str, Any], None]
GUARDS: list[Guard] = []


def before_entering(guard: Guard) -> Guard:
    GUARDS.append(guard)
    return guard


def ask(case: Any, stage: str, *, by: Any) -> None:
    for guard in GUARDS:
        guard(case, stage, by)
