from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models.functions import Left

TAGLESS = models.Func(
    Left("body", 100_000), models.Value("<>"), models.Value("  "), function="translate", output_field=models.TextField()
)
PIECES = models.Func(
    TAGLESS,
    models.Value(r"(\S{100})"),
    models.Value(r"\1 "),
    models.Value("g"),
    function="regexp_replace",
    output_field=models.TextField(),
)


class Migration(migrations.Migration):
    """Every message is read again, which takes about a minute for a million of them, and nobody writes meanwhile."""

    dependencies = [("cases", "0014_by_chat")]
    operations = [
        migrations.RemoveIndex("message", "messages_by_words"),
        # The expression of a generated column cannot be altered.
        migrations.RemoveField("message", "words"),
        migrations.AddField(
            "message",
            "words",
            models.GeneratedField(
                db_persist=True, expression=SearchVector(PIECES, config="english"), output_field=SearchVectorField()
            ),
        ),
        migrations.AddIndex("message", GinIndex("words", name="messages_by_words")),
    ]
