from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    name = "tandem.shifts"
