from django.db import migrations

# Only an erasure says this word, for its own transaction.
BUT_FOR_ERASING = """
DROP TRIGGER escalation_package_stays ON escalate_escalation;
CREATE TRIGGER escalation_package_stays BEFORE UPDATE OR DELETE ON escalate_escalation FOR EACH ROW
    WHEN (current_setting('tandem.erasing', true) IS DISTINCT FROM 'yes') EXECUTE FUNCTION escalate_package_stays();
"""
NEVER = """
DROP TRIGGER escalation_package_stays ON escalate_escalation;
CREATE TRIGGER escalation_package_stays BEFORE UPDATE OR DELETE ON escalate_escalation
    FOR EACH ROW EXECUTE FUNCTION escalate_package_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("escalate", "0002_a_package_stays")]
    operations = [migrations.RunSQL(BUT_FOR_ERASING, NEVER)]
