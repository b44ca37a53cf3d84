from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0003_where_one_is_the_person_says")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS accounts_in_any_letters", migrations.RunSQL.noop),
        AddIndexConcurrently("account", models.Index(Upper("name"), name="accounts_in_any_letters")),
    ]
