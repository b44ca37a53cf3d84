from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CasesConfig(AppConfig):
    name = "tandem.cases"

    def ready(self) -> None:
        """Rooms say in their `reactions` what they listen to, in their `queries` what one may ask about them, in their
        `acts` what may be done by name."""
        for room in apps.get_app_configs():
            for module in (f"{room.name}.reactions", f"{room.name}.queries", f"{room.name}.acts"):
                if room.name.startswith("tandem.") and find_spec(module):
                    import_module(module)
