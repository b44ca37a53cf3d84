"""The cast, and the stage they stand on: a PostgreSQL of our own, thrown away afterwards."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine is no mistake of ours
hypothesis.settings.load_profile("patient")

_stage = tempfile.TemporaryDirectory(prefix="tandem-tests-", ignore_cleanup_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "tandem.config.settings"
os.environ["TANDEM_DATA"] = _stage.name
os.environ.setdefault("TANDEM_SECRET_KEY", "only-for-tests-and-known-to-all-of-them")
os.environ.setdefault("TANDEM_REPLY_DOMAIN", "reply.tandem.example")
os.environ.setdefault("TANDEM_SMTP_URL", "file:outbox")
os.environ.setdefault("TANDEM_UNDO_SECONDS", "0")


def pytest_configure(config: pytest.Config) -> None:
    """One cluster for the whole run: the first process starts it, the workers of xdist use it.

    Its database is up to date and used by nobody: each test database is a copy of it.
    """
    if not os.environ.get("TANDEM_DATABASE_URL") and not config.option.collectonly:
        from tandem.kit.postgres import Cluster
        from tandem.kit.postgres.settings import DATABASE
        from tests import migrated

        migrated.copy_to(home := Path(_stage.name) / "postgres")
        config._tandem_cluster = Cluster(home, fsync=False)  # type: ignore[attr-defined]
        os.environ["TANDEM_DATABASE_URL"] = config._tandem_cluster.start()  # type: ignore[attr-defined]
        os.environ["TESTS_COPY"] = DATABASE
    # Only now is the address of the database known; tests import models as they are collected.
    import django
    from django.conf import settings

    django.setup()
    if template := os.environ.get("TESTS_COPY"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := getattr(config, "_tandem_cluster", None):
        cluster.stop()


@pytest.fixture(autouse=True)
def _a_stage_of_ones_own(settings, tmp_path_factory) -> None:
    """A place for files, and passwords hashed quickly: a good hash takes a third of a second, for each of the cast."""
    settings.DATA = tmp_path_factory.mktemp("data")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _our_files_found_once() -> Iterator[None]:
    """Each browser of a test builds its middleware anew, and would find and compress the same files again."""
    from tandem.kit.lighter import Files

    found = Files(lambda request: None).files
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "add_files_from_finders", lambda files: files.files.update(found))
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered_of_the_test_before(monkeypatch) -> None:
    """Each process keeps for seconds what reports ask and what is fetched; a test may change either, and may be slow."""
    from tandem.automate.models import Rule, rule
    from tandem.submit.models import Mailbox, ReportTemplate, mailboxes, template

    monkeypatch.setattr(template, "KEPT", timedelta(days=1))
    ReportTemplate.objects.forget()
    monkeypatch.setattr(mailboxes, "REMEMBERED", timedelta(days=1))
    Mailbox.objects.forget()
    monkeypatch.setattr(rule, "REMEMBERED", 86_400)
    Rule.objects.forget()


@pytest.fixture(autouse=True)
def _no_jobs_of_the_test_before(request, django_db_blocker):
    """Procrastinate's tables are not Django's, so the flush after a test with real commits leaves its jobs behind."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def worker(db) -> Callable[[], int]:
    """Do all jobs that wait, now: `worker()`."""
    from tandem.kit.later import drain

    return drain


@pytest.fixture
def outbox(settings) -> Callable[[], list]:
    """The mails that left so far, parsed: `outbox()`."""
    import email

    def left() -> list:
        files = sorted((settings.DATA / "outbox").glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes()) for file in files]

    return left


@pytest.fixture
def northwind(db):
    from tandem.customers.models import Account

    account = Account.objects.create(
        name="Northwind Analytics", slug="northwind", tier="enterprise", domains=["northwind.example"]
    )
    account.environments.create(name="production", version="4.3", region="eu-west")
    return account


@pytest.fixture
def production(northwind):
    return northwind.environments.get()


@pytest.fixture
def globex(db):
    """Somebody else."""
    from tandem.customers.models import Account

    return Account.objects.create(name="Globex", slug="globex", domains=["globex.example"])


def _contact(email: str, name: str, account) -> object:
    from tandem.customers.models import Contact

    return Contact.objects.meet(email, name=name, account=account).user


def _colleague(email: str, name: str, role: str):
    from tandem.people.models import User

    return User.objects.welcome(email, name=name, role=role, password="correct horse battery staple")


@pytest.fixture
def ana(northwind):
    """Customer at Northwind Analytics."""
    return _contact("ana@northwind.example", "Ana Lima", northwind)


@pytest.fixture
def mallory(globex):
    """Somebody else's customer."""
    return _contact("mallory@globex.example", "Mallory Quinn", globex)


@pytest.fixture
def support(db):
    from tandem.people.models import Team

    return Team.objects.create(name="Support", slug="support", kind="support")


@pytest.fixture
def platform(db):
    """The engineering team Erin is in."""
    from tandem.people.models import Team

    return Team.objects.create(name="Platform", slug="platform", kind="engineering")


@pytest.fixture
def sam(support):
    user = _colleague("sam@tandem.example", "Sam Okafor", "support")
    user.teams.add(support)
    return user


@pytest.fixture
def erin(platform):
    user = _colleague("erin@tandem.example", "Erin Haas", "engineer")
    user.teams.add(platform)
    return user


@pytest.fixture
def max(support):
    user = _colleague("max@tandem.example", "Max Berger", "manager")
    user.teams.add(support)
    return user


@pytest.fixture
def ada(db):
    return _colleague("ada@tandem.example", "Ada Novak", "administrator")


@pytest.fixture
def case(ana, production):
    """Ana's case: the nightly export stops at row 10,000."""
    from tandem.cases.audience import Audience
    from tandem.cases.models import Case, Channel

    case = Case.objects.open_for(ana, title="Nightly export stops at row 10,000", environment=production)
    case.messages.write(
        "Since this morning the export ends after 10,000 rows, no error. We close the month tonight.",
        by=ana,
        audience=Audience.CUSTOMER,
        channel=Channel.PORTAL,
    )
    return case


@pytest.fixture
def mallorys_case(mallory):
    from tandem.cases.models import Case

    return Case.objects.open_for(mallory, title="A case of somebody else")


@pytest.fixture
def at_the_desk(client) -> Callable:
    """A browser without JavaScript, with this person signed in: `at_the_desk(sam).get(…)`."""
    from django.test import Client

    def sign_in(person) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    return sign_in


@pytest.fixture
def by_api() -> Callable:
    """A program acting for this person: `by_api(sam).post("/api/v1/…", {…})`, JSON in and out."""
    from django.test import Client

    def sign_in(person, scopes: list[str] | None = None) -> Client:
        _token, secret = person.tokens.issue(name="test", scopes=scopes or ["read", "write"])
        return Client(headers={"authorization": f"Bearer {secret}"})

    return sign_in
