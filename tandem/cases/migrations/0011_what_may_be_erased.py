from django.db import migrations

# Only an erasure says this word, for its own transaction. Other rooms' tables have triggers with the first function, too.
BUT_FOR_ERASING = """
CREATE OR REPLACE FUNCTION cases_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('tandem.erasing', true) = 'yes' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are appended, never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER message_may_only_move ON cases_message;
CREATE TRIGGER message_may_only_move BEFORE UPDATE ON cases_message FOR EACH ROW
    WHEN (current_setting('tandem.erasing', true) IS DISTINCT FROM 'yes') EXECUTE FUNCTION cases_message_may_move();
"""
NEVER = """
DROP TRIGGER message_may_only_move ON cases_message;
CREATE TRIGGER message_may_only_move BEFORE UPDATE ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_message_may_move();
CREATE OR REPLACE FUNCTION cases_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are appended, never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_secrets")]
    operations = [migrations.RunSQL(BUT_FOR_ERASING, NEVER)]
