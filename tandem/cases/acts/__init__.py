"""What may be done with a case by name: on many at once, in a macro, by a rule. A room says its own in its `acts.py`."""

from tandem.cases.acts import own
from tandem.cases.acts.own import ball_of, give_ball_back
from tandem.cases.acts.registry import ACTS, Act, AsItWas, ChangedSince, NoSuchAct, Undo, act, get, undoes

__all__ = [
    "ACTS",
    "Act",
    "AsItWas",
    "ChangedSince",
    "NoSuchAct",
    "Undo",
    "act",
    "ball_of",
    "get",
    "give_ball_back",
    "own",
    "undoes",
]
