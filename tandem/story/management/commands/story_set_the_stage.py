from django.core.management.base import BaseCommand

from tandem.story import stage


class Command(BaseCommand):
    help = "People, customers and components of the story, without what happens to them."

    def handle(self, *args: object, **options: object) -> None:
        who = stage.people()
        stage.dependencies_of(stage.customers(), by=who["erin"])
