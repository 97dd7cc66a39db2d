from django.db import models

PIECE_BYTES = 1024 * 1024
"""How much of a file is one row: what a process that reads the file has in memory."""


class ImportPiece(models.Model):
    """A piece of an uploaded file. It is in the database, so that every process can read it."""

    batch = models.ForeignKey(
        "leads.ImportBatch", models.CASCADE, related_name="pieces", db_index=False
    )
    number = models.PositiveIntegerField(help_text="From 0.")
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="importpiece_is_one")
        ]

    def __str__(self) -> str:
        return f"Piece {self.number} of import {self.batch_id}"
