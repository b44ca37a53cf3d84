from django.db import migrations

FORBID = """
CREATE FUNCTION cases_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are appended, never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER message_unchangeable BEFORE UPDATE OR DELETE ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_unchangeable();
CREATE TRIGGER event_unchangeable BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_unchangeable();
"""
ALLOW = """
DROP TRIGGER event_unchangeable ON cases_event;
DROP TRIGGER message_unchangeable ON cases_message;
DROP FUNCTION cases_unchangeable();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_the_cases")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
