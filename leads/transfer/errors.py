"""The errors of exports and imports."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class BadSelection(LoopinError):
    status = 422
    code = "bad_selection"
    message = _("Choose leads from the list.")


class NothingToExport(LoopinError):
    status = 409
    code = "nothing_to_export"
    message = _("No leads match, so there is nothing to export.")


class ExportRunning(LoopinError):
    status = 409
    code = "export_running"
    message = _("Another export of yours is still running. Wait until it has finished.")


class ExportsUsedUp(LoopinError):
    """`retry_after`: seconds until the day is over."""

    status = 429
    code = "exports_used_up"
    message = _("You have exported as often as one may in a day. Please go on tomorrow.")

    def __init__(self, retry_after: int = 3600) -> None:
        self.retry_after = retry_after
        super().__init__()


class ExportNotFound(LoopinError):
    """Also for an export of somebody else, so that nobody learns whether it exists."""

    status = 404
    code = "export_not_found"
    message = _("There is no such export.")


class ExportGone(LoopinError):
    status = 410
    code = "export_gone"
    message = _("This file was downloaded already, or an hour has passed. Please export again.")


class ImportRefused(LoopinError):
    """`reason`: why nothing of the file can be read."""

    status = 422
    code = "import_refused"
    field = "file"

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or gettext("Choose a CSV file."))


class ImportNotFound(LoopinError):
    """Also for an import of somebody else, so that nobody learns whether it exists."""

    status = 404
    code = "import_not_found"
    message = _("There is no such import.")


class ImportExpired(LoopinError):
    status = 410
    code = "import_expired"
    message = _("This file waited for more than an hour. Please upload it again.")


class ImportNotWaiting(LoopinError):
    status = 409
    code = "import_not_waiting"
    message = _("This import has gone on meanwhile. Please look at how far it is.")


class TooManyImports(LoopinError):
    status = 409
    code = "too_many_imports"
    message = _("Several imports of yours are not finished. Please finish or cancel one first.")


class UndoTooLate(LoopinError):
    status = 410
    code = "undo_too_late"
    message = _("An import can be undone for a day only.")


class FileTooLarge(LoopinError):
    """`most`: how large a file may be, in mebibytes."""

    status = 413
    code = "file_too_large"
    message = _("This file is too large. Send at most %(most)s MB, or split it.")
    field = "file"

    def __init__(self, most: int = 0) -> None:
        super().__init__(self.message % {"most": most})


class FileNotStored(LoopinError):
    status = 503
    code = "file_not_stored"
    message = _("The file could not be stored just now. Please try again in a moment.")
    field = "file"
    retry_after = 60


class PreviewsUsedUp(LoopinError):
    """`retry_after`: seconds until the day is over."""

    status = 429
    code = "previews_used_up"
    message = _("You have uploaded as many files as one may in a day. Please go on tomorrow.")

    def __init__(self, retry_after: int = 3600) -> None:
        self.retry_after = retry_after
        super().__init__()
