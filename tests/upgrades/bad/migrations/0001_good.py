from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            "Shoe",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=9)),
                ("size", models.IntegerField(default=42)),
            ],
        ),
        migrations.AddField("shoe", "height", models.IntegerField(db_default=42)),
        migrations.AddField("shoe", "colour", models.CharField(null=True, max_length=10)),
    ]
