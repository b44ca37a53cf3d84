from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "tandem.queue"
