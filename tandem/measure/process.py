"""The process map and the numbers that stand in its boxes right now."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.kit import clock, say

PARTS = "RACI"
STANDING = """
    SELECT stage, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %s - stage_since))
    FROM cases_case
    WHERE stage <> 'close' OR stage_since > %s - interval '30 days'
    GROUP BY stage
"""


@cache
def drawn() -> dict[str, Any]:
    """The map as written in `process.yaml`."""
    return yaml.safe_load((Path(__file__).parent / "process.yaml").read_text())


def boxes() -> list[dict[str, Any]]:
    """Every box with how many cases stand there and their median age, for the `process_map` macro. One query."""
    standing = _standing()
    return [_box(box, standing) for box in drawn()["boxes"]]


def arrows() -> list[dict[str, Any]]:
    return [
        {"from_id": way["from"], "to_id": way["to"], "when": _(way["when"]), "back": way.get("back", False)}
        for way in drawn()["arrows"]
    ]


def faults(process: dict[str, Any]) -> list[str]:
    """What is wrong with a map: a box nobody answers for, an arrow to nowhere, a stage in no box."""
    known = {box["id"] for box in process["boxes"]}
    shown = {stage for box in process["boxes"] for stage in box["stages"]}
    found = [f"Nobody is accountable for “{box['what']}”." for box in process["boxes"] if "A" not in box["who"]]
    ends = [end for way in process["arrows"] for end in (way["from"], way["to"])]
    found += [f"An arrow names “{end}”, which is no box." for end in ends if end not in known]
    return found + [f"The stage “{stage}” stands in no box." for stage in Stage.values if stage not in shown]


def _standing() -> dict[str, tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [clock.now(), clock.now()])
        return {stage: (count, age) for stage, count, age in cursor.fetchall()}


def _box(box: dict[str, Any], standing: dict[str, tuple[int, float]]) -> dict[str, Any]:
    here = [standing[stage] for stage in box["stages"] if stage in standing]
    column, row = box["place"]
    return {
        "id": box["id"],
        "number": box["number"],
        "what": _(box["what"]),
        "who": [{"part": part, "name": _(box["who"][part])} for part in PARTS if part in box["who"]],
        "systems": box["systems"],
        "count": sum(count for count, _age in here) if box["stages"] else None,
        "age": say.duration(max(age for _count, age in here)) if here else None,
        "href": f"{reverse('queue')}?stage={box['stages'][0]}" if box["stages"] else None,
        "col": column,
        "row": row,
        "state": "busy" if here else "",
    }
