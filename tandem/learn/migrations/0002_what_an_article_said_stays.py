from django.db import migrations

FORBID = """
CREATE TRIGGER article_version_unchangeable BEFORE UPDATE OR DELETE ON learn_articleversion
    FOR EACH ROW EXECUTE FUNCTION cases_unchangeable();
"""
ALLOW = "DROP TRIGGER article_version_unchangeable ON learn_articleversion;"


class Migration(migrations.Migration):
    dependencies = [("learn", "0001_the_articles"), ("cases", "0003_what_was_said_stays")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
