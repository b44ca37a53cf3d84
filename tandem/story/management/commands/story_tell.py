from django.core.management.base import BaseCommand

from tandem.cases.models import Case
from tandem.story import telling


class Command(BaseCommand):
    help = "Tell thirty days at a fictional company into an empty database."

    def handle(self, *args: object, **options: object) -> None:
        if Case.objects.exists():
            self.stdout.write("The story is told already.")
            return
        self.stdout.write(f"The story has {telling.tell()} cases.")
