from django.db import migrations, models
from django.db.models.deletion import PROTECT

# Processes of the version before write messages without the column while this goes on, and so does bulk data.
MAY_MOVE = """
CREATE FUNCTION cases_message_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stands_on_id := coalesce(NEW.stands_on_id, NEW.case_id);
    RETURN NEW;
END $$;
CREATE TRIGGER message_stands_where_written BEFORE INSERT ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_message_stands();

CREATE FUNCTION cases_message_may_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- `words` is made of the row after this trigger.
    IF to_jsonb(NEW) - '{stands_on_id,words}'::text[] = to_jsonb(OLD) - '{stands_on_id,words}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are appended, never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER message_unchangeable ON cases_message;
CREATE TRIGGER message_unchangeable BEFORE DELETE ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_unchangeable();
CREATE TRIGGER message_may_only_move BEFORE UPDATE ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_message_may_move();
"""
STAYS = """
DROP TRIGGER message_may_only_move ON cases_message;
DROP FUNCTION cases_message_may_move();
DROP TRIGGER message_unchangeable ON cases_message;
CREATE TRIGGER message_unchangeable BEFORE UPDATE OR DELETE ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_unchangeable();
DROP TRIGGER message_stands_where_written ON cases_message;
DROP FUNCTION cases_message_stands();
"""


class Migration(migrations.Migration):
    """An empty column is added to a big table at once; 0007 fills it while the house is open, 0008 demands it."""

    dependencies = [("cases", "0005_who_wants_mail")]
    operations = [
        migrations.AddField(
            "message",
            "stands_on",
            models.ForeignKey(
                "cases.case", on_delete=PROTECT, related_name="+", null=True, db_index=False, editable=False
            ),
        ),
        migrations.RunSQL(MAY_MOVE, STAYS),
    ]
