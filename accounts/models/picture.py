from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from loopin.web import media_urls

ABANDONED_AFTER = timedelta(hours=1)
"""Writing the files takes seconds, so an upload that is unfinished after this time was
interrupted."""

NAME_PATTERN = r"^[0-9a-f]{32}$"
HASH_PATTERN = r"^[0-9a-f]{64}$"


class PictureQuerySet(models.QuerySet["Picture"]):
    def kept(self) -> "PictureQuerySet":
        """Pictures that are not discarded: visible ones, and those whose files are being
        written."""
        return self.filter(discarded_at=None)

    def visible(self) -> "PictureQuerySet":
        """Pictures that people see, in their order."""
        return self.kept().exclude(stored_at=None).order_by("position", "created_at", "pk")

    def file_names(self) -> Iterator[str]:
        """The names of the files of pictures that people see."""
        stored = self.visible().exclude(name="").order_by()
        for name in stored.values_list("name", flat=True).iterator():
            yield media_urls.large_file(name)
            yield media_urls.small_file(name)

    def made_from(self, source_hash: str) -> "PictureQuerySet":
        """Pictures that were uploaded from this file. At most one of a person's is visible."""
        return self.filter(source_hash=source_hash)

    def left_over(self) -> "PictureQuerySet":
        """Pictures that nobody sees, whose files may still exist because something was interrupted.

        If a picture is discarded while its files are being written, the upload deletes them. After
        an hour it counts as interrupted.
        """
        is_interrupted = Q(stored_at=None, created_at__lt=timezone.now() - ABANDONED_AFTER)
        return self.filter(is_interrupted | Q(discarded_at__isnull=False, stored_at__isnull=False))

    def count_sources(self) -> int:
        """How many links and different files there are. A file that is being uploaded twice, such
        as again after an interruption, becomes one picture."""
        files = self.exclude(source_hash="").values("source_hash").distinct().count()
        return files + self.filter(source_hash="").count()

    def next_position(self) -> int:
        last = self.kept().aggregate(last=Max("position"))["last"]
        return 0 if last is None else int(last) + 1

    def discard(self) -> list[Any]:
        """Hide these pictures and delete the links among them. Returns the keys of those with
        files."""
        self.filter(name="").delete()
        keys = list(self.kept().values_list("pk", flat=True))
        self.filter(pk__in=keys).update(discarded_at=timezone.now(), is_avatar=False)
        return keys

    def put_in_order(self, keys: Iterable[Any]) -> None:
        pictures = {picture.pk: picture for picture in self}
        for position, key in enumerate(keys):
            pictures[key].position = position
        self.bulk_update(pictures.values(), ["position"])


class Picture(models.Model):
    """One picture of a person's gallery: a link from an app, or files that we store.

    The row is created before the files and deleted after them, so that every file has a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pictures", db_index=True
    )
    url = models.URLField(max_length=2048, blank=True, help_text="Of a link; empty for files.")
    name = models.CharField(max_length=32, blank=True, help_text="Of the files; empty for a link.")
    source_hash = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the file it was made from; empty for a link.",
    )
    position = models.PositiveSmallIntegerField()
    is_avatar = models.BooleanField(default=False)
    width = models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link.")
    height = models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    stored_at = models.DateTimeField(null=True, help_text="Empty while its files are written.")
    discarded_at = models.DateTimeField(null=True, help_text="Empty while it counts.")

    objects = PictureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(name="", stored_at__isnull=False, discarded_at=None) & ~Q(url=""))
                | Q(url="", name__regex=NAME_PATTERN, source_hash__regex=HASH_PATTERN),
                name="picture_is_link_or_files",
            ),
            models.CheckConstraint(
                condition=Q(is_avatar=False) | Q(discarded_at=None),
                name="picture_discarded_is_no_avatar",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_avatar=True), name="picture_one_avatar"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=~Q(name=""), name="picture_name_is_unique"
            ),
            models.UniqueConstraint(
                fields=["user", "source_hash"],
                condition=Q(stored_at__isnull=False, discarded_at=None) & ~Q(source_hash=""),
                name="picture_once_for_each_source",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_url(self) -> str:
        """The full http(s) URL of the picture."""
        return media_urls.get_url(self.name) if self.name else self.url

    @property
    def thumbnail_url(self) -> str:
        """The full URL of the small file; a link has only one size."""
        return media_urls.get_small_url(self.name) if self.name else self.url
