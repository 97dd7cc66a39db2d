from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bad", "0001_good")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.AddField("shoe", "width", models.IntegerField(default=42))]
        ),
        migrations.RenameField("shoe", "name", "title"),
        migrations.AddIndex("shoe", models.Index(fields=["size"], name="shoe_size")),
        migrations.RemoveField("shoe", "colour"),
        migrations.RunPython(migrations.RunPython.noop),
    ]
