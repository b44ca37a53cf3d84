from django.apps import AppConfig


class LearnConfig(AppConfig):
    name = "tandem.learn"
