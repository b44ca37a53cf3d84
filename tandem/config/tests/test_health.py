"""What a load balancer is told."""

from django.db import connection

from tandem.config import health


def test_a_process_that_lives_says_so_without_asking_the_database(client):
    assert client.get("/healthz").content == b"ok\n"


def test_it_is_ready_when_the_database_is_of_this_version(client, db):
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_before(client, db):
    health._require_all_migrations.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases'")

    assert client.get("/readyz").status_code == 503
