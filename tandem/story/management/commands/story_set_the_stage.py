import json

from django.core.management.base import BaseCommand

from tandem.story import stage
from tandem.story.cast import CAST


class Command(BaseCommand):
    help = "Put the cast, customers and components into an empty database, and print an API token for each of the cast."

    def handle(self, *args: object, **options: object) -> None:
        people = stage.people()
        environments = stage.customers()
        stage.components(by=people["erin"])
        stage.dependencies(environments)
        self.stdout.write(json.dumps({key: self._token(people[key]) for key in (person.key for person in CAST)}))

    def _token(self, person: object) -> str:
        _row, secret = person.tokens.issue(name="stage", scopes=["read", "write"])  # type: ignore[attr-defined]
        return secret
