from django.apps import AppConfig

from tandem.kit.later import ALSO


class SubmitConfig(AppConfig):
    name = "tandem.submit"

    def ready(self) -> None:
        from tandem.submit import arrival

        ALSO.append(arrival.read_next)
