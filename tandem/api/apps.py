from typing import Any

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tandem.api"

    def ready(self) -> None:
        from tandem.cases.privacy.erasing import erased

        erased.connect(_forget_answers, dispatch_uid="answers")


def _forget_answers(*, text: str, **told: Any) -> None:
    """What was answered with it is not answered again."""
    from tandem.api.models import Answer

    Answer.objects.having(text).update(body="")
