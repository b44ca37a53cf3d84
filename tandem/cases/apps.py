from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CasesConfig(AppConfig):
    name = "tandem.cases"

    def ready(self) -> None:
        """Rooms say in their `reactions` what they listen to, in their `queries` what one may ask about them, in their
        `acts` what may be done by name, in their `portables` what of them goes into a file of settings."""
        for room in apps.get_app_configs():
            for said in ("reactions", "queries", "acts", "portables"):
                if room.name.startswith("tandem.") and find_spec(module := f"{room.name}.{said}"):
                    import_module(module)
