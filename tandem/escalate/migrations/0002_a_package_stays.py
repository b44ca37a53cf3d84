from django.db import migrations

FORBID = """
CREATE FUNCTION escalate_package_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.package, OLD.asking, OLD.case_id, OLD.team_id, OLD.follows_id, OLD.requested_by_id, OLD.requested_at)
        IS DISTINCT FROM (NEW.package, NEW.asking, NEW.case_id, NEW.team_id, NEW.follows_id, NEW.requested_by_id, NEW.requested_at)
    THEN
        RAISE EXCEPTION 'What was asked of a team, and the package with it, never changes.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER escalation_package_stays BEFORE UPDATE OR DELETE ON escalate_escalation
    FOR EACH ROW EXECUTE FUNCTION escalate_package_stays();
"""
ALLOW = """
DROP TRIGGER escalation_package_stays ON escalate_escalation;
DROP FUNCTION escalate_package_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("escalate", "0001_the_escalations")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
