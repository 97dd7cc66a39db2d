from django.db import models


class LastBackup(models.Model):
    """When the last backup was made: one row, or none before the first (loopin/backup).

    `made_at`: the moment of the database that it holds.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="lastbackup_is_one"),
        ]

    def __str__(self) -> str:
        return f"a backup of {self.made_at}"
