from django.db import models


class WorkerHeartbeat(models.Model):
    """When a worker was last at work: one row, which every worker writes (loopin/background).

    It says that one is there, not which: several share the work, and any of them is enough.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="workerheartbeat_is_one"),
        ]

    def __str__(self) -> str:
        return f"at work at {self.beat_at}"
