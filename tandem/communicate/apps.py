from django.apps import AppConfig


class CommunicateConfig(AppConfig):
    name = "tandem.communicate"
