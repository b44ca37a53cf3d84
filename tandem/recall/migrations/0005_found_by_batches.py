from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

BATCHES = models.Func(
    models.F("attachment"),
    output_field=ArrayField(base_field=models.BigIntegerField(), size=None),
    template="ARRAY[%(expressions)s / 4096, -1 - %(expressions)s / 65536]",
)


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("recall", "0004_words_by_their_beginning")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS file_texts_by_words_newest", migrations.RunSQL.noop),
        AddIndexConcurrently("filetext", GinIndex(models.F("words"), BATCHES, name="file_texts_by_words_newest", gin_pending_list_limit=64)),
        RemoveIndexConcurrently("filetext", "file_texts_by_words"),
    ]
