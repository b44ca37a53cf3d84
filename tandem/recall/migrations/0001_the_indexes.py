from django.db import migrations

# As `recall.names` writes them: an index serves only the very same expression.
MAKE = """
CREATE INDEX accounts_by_name ON customers_account
    USING gin (to_tsvector('simple'::regconfig, COALESCE(name, '')));
CREATE INDEX people_by_name ON people_user
    USING gin (to_tsvector('simple'::regconfig, COALESCE(name, '') || ' ' || COALESCE(translate(email, '@.-_+', '     '), '')));
"""
DROP = """
DROP INDEX people_by_name;
DROP INDEX accounts_by_name;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "__first__"), ("customers", "__first__")]
    operations = [migrations.RunSQL(MAKE, DROP)]
