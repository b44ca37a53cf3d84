from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number START 1001", "DROP SEQUENCE cases_number"),
    ]
