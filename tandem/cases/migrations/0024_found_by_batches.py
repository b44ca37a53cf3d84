from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

BATCHES = models.Func(
    models.F("id"),
    output_field=ArrayField(base_field=models.BigIntegerField(), size=None),
    template="ARRAY[%(expressions)s / 4096, -1 - %(expressions)s / 65536]",
)


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0023_due_first")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS cases_by_words_newest", migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS messages_by_words_newest", migrations.RunSQL.noop),
        AddIndexConcurrently("case", GinIndex(models.F("words"), BATCHES, name="cases_by_words_newest", gin_pending_list_limit=64)),
        RemoveIndexConcurrently("case", "cases_by_words"),
        AddIndexConcurrently("message", GinIndex(models.F("words"), BATCHES, name="messages_by_words_newest", gin_pending_list_limit=64)),
        RemoveIndexConcurrently("message", "messages_by_words"),
    ]
