"""What we can see of a case by ourselves, saved as it is at this moment: evidence that is gone a minute later."""

import json
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from tandem.cases.models import Case
from tandem.customers.models import Environment
from tandem.kit import clock
from tandem.signals.models import Alert, components_of

BEFORE = timedelta(hours=2)


def seen(case: Case) -> bytes:
    """Facts, the components the installation depends on, their alerts, and its newest configuration, as JSON."""
    told = {
        "at": clock.now(),
        "case": case.number,
        "facts": list(case.facts.known().values("key", "source", "value", "noted_at")),
        **(_around(case.environment) if case.environment else {}),
    }
    return json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode(errors="replace")


def _around(environment: Environment) -> dict[str, Any]:
    components = components_of(environment)
    alerts = Alert.objects.filter(component__in=components).during(clock.now() - BEFORE, clock.now())
    newest = environment.snapshots.values("taken_at", "content").first()
    return {
        "environment": {"name": environment.name, "version": environment.version},
        "components": list(components.values("slug", "state", "state_since", "because")),
        "alerts": list(alerts.values("labels", "annotations", "starts_at", "ends_at")),
        "configuration": newest,
    }
