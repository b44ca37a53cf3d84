from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CasesConfig(AppConfig):
    name = "tandem.cases"

    def ready(self) -> None:
        """Every room with a `reactions` module has said there what it listens to."""
        for room in apps.get_app_configs():
            if room.name.startswith("tandem.") and find_spec(f"{room.name}.reactions"):
                import_module(f"{room.name}.reactions")
