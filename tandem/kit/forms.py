from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tandem.kit import conditions


class OwnIds(forms.Form):
    """A form that stands with others on one page: the ids of its fields begin with its room and its own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = f"{type(self).__module__.split('.')[1]}-{type(self).__name__}"
        super().__init__(*args, **{"auto_id": f"{name}-%s", **kwargs})


class ConditionField(forms.CharField):
    """A condition in CEL, drawn by the macro `condition`; empty is none. What is wrong with it is told beside it.

    `understood` says so: it raises `conditions.Wrong` for what cannot be used.
    """

    SHAPE = {"rows": 3, "class": "code", "spellcheck": "false", "autocapitalize": "off", "data-names": "variables"}

    def __init__(self, *, understood: Callable[[str], Any], **kwargs: Any) -> None:
        told: dict[str, Any] = {
            "required": False,
            "max_length": conditions.LONGEST,
            "widget": forms.Textarea(attrs=self.SHAPE),
        }
        super().__init__(**told | kwargs)
        self.understood = understood

    def to_python(self, value: Any) -> str:
        return conditions.tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if wrong := conditions.wrong_with(value, self.understood):
            raise ValidationError(wrong)
