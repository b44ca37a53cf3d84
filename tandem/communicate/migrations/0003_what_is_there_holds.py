from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Look at the rows there are, without keeping anybody from writing: hence apart from making the constraints."""

    dependencies = [("communicate", "0002_to_each_of_them")]

    operations = [
        ValidateConstraint(model_name="delivery", name="delivery_of_one_message"),
        ValidateConstraint(model_name="update", name="update_kind_known"),
    ]
