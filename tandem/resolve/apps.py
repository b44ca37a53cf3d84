from django.apps import AppConfig


class ResolveConfig(AppConfig):
    name = "tandem.resolve"
