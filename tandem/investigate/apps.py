from django.apps import AppConfig


class InvestigateConfig(AppConfig):
    name = "tandem.investigate"
