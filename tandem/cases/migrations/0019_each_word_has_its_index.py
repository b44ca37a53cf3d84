import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


# Cases have both owners or none, which PostgreSQL would not guess.
OWNED_TOGETHER = """
CREATE STATISTICS IF NOT EXISTS cases_owned_together (mcv) ON in_queue, customer_owner_id, technical_owner_id FROM cases_case
"""


class Migration(migrations.Migration):
    """Built while the house is open. What is replaced goes last; if it is interrupted, drop what is invalid, and begin anew."""

    dependencies = [
        ("cases", "0018_due_by_the_clocks"),
        ("customers", "0002_mail_that_comes_back"),
        ("people", "0002_what_a_team_signs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    atomic = False
    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("customer_owner"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_owner",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("technical_owner"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_engineer",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("ball"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_ball",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("stage"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_stage",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("realm"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_realm",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("priority"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                name="cases_open_by_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("in_queue", True)), fields=["-opened_at", "-id"], name="cases_open_by_opening"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "close")), fields=["-opened_at", "-id"], name="cases_closed_by_opening"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "close")),
                fields=["priority", "-active_at", "-id"],
                name="cases_closed_by_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "close"), models.Q(("ball", "nobody"), _negated=True)),
                fields=["ball", "-active_at", "-id"],
                name="cases_closed_by_ball",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("stage", "close"), ("ball_with__isnull", False)),
                fields=["ball_with"],
                name="cases_closed_by_turn",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(fields=["realm", "-active_at", "-id"], name="cases_by_realm"),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ball_holder__isnull", False)), fields=["ball_holder"], name="cases_held_by"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ball_team__isnull", False)), fields=["ball_team"], name="cases_held_by_team"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="cases_merged"
            ),
        ),
        migrations.RunSQL(OWNED_TOGETHER, "DROP STATISTICS cases_owned_together"),
        migrations.AlterField(
            model_name="case",
            name="account",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="customers.account",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="ball_holder",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="ball_team",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.team",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_cases",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="realm",
            field=models.SlugField(blank=True, db_index=False, max_length=40),
        ),
    ]
