from django.apps import AppConfig


class CloseConfig(AppConfig):
    name = "tandem.close"
