from typing import Any

from django import forms


class OwnIds(forms.Form):
    """A form that stands with others on one page: the ids of its fields begin with its room and its own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = f"{type(self).__module__.split('.')[1]}-{type(self).__name__}"
        super().__init__(*args, **{"auto_id": f"{name}-%s", **kwargs})
