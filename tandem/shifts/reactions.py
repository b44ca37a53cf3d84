"""What is erased on a case goes from what was said of it at the end of a shift, too."""

from typing import Any

from django.dispatch import receiver

from tandem.cases.privacy.erasing import cover, erased
from tandem.shifts.models import HandOver


@receiver(erased)
def _forget(cases: list[int], text: str, **told: Any) -> None:
    cover(HandOver.objects.filter(handed__case__in=cases), text)
