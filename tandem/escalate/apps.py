from django.apps import AppConfig


class EscalateConfig(AppConfig):
    name = "tandem.escalate"
