from typing import Any

from django.db import models

from tandem.cases.models.attachment import Attachment
from tandem.kit import clock, files, pictures
from tandem.kit.files.fields import StoredAs


class Side(models.IntegerChoices):
    SMALL = pictures.SMALL, "small"
    LARGE = pictures.LARGE, "large"


class PreviewManager(models.Manager["Preview"]):
    def draw(self) -> None:
        """attachment.previews.draw(): every size of it, once; none if it is no picture that can be drawn.

        Raises `limited.Hindered`.
        """
        attachment: Attachment = self.instance  # type: ignore[attr-defined]
        if not attachment.is_open or self.exists():
            return
        try:
            drawn = pictures.shrunk(b"".join(files.read(attachment.stored_as)))
        except (pictures.Undrawable, FileNotFoundError):
            return
        for side, picture in drawn.items():
            self.keep(side, picture)
        attachment.message.announce()

    def keep(self, side: int, picture: pictures.Picture) -> None:
        kept = files.store([picture.content], name="preview")
        told: dict[str, Any] = {"width": picture.width, "height": picture.height, "size": kept.size}
        self.get_or_create(side=side, defaults={**told, "stored_as": kept.stored_as, "sha256": kept.sha256})


class Preview(models.Model):
    """A picture as we have drawn it anew, small or large. Nothing else that people send is shown by a browser."""

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="previews")
    side = models.PositiveSmallIntegerField(choices=Side)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = StoredAs(unique=True)
    drawn_at = models.DateTimeField(default=clock.now, editable=False)

    objects = PreviewManager()

    class Meta:
        ordering = ["attachment", "side"]
        constraints = [models.UniqueConstraint("attachment", "side", name="one_preview_of_a_size")]
