"""How a row names a file at rest, so that whoever sweeps knows which are needed."""

from typing import Any

from django.db import models


class StoredAs(models.CharField):
    """The name that `kit.files.store` gave. What no such field of any row names is swept away after a while."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 64, **kwargs})

    def deconstruct(self) -> tuple:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # to the database it is nothing else


class StoredFiles(models.JSONField):
    """A list of `kit.files.Stored`, for what is not said yet."""

    def deconstruct(self) -> tuple:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
