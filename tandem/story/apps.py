from django.apps import AppConfig


class StoryConfig(AppConfig):
    name = "tandem.story"
