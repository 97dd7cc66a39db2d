"""Why there is no backup, or why it is not restored."""


class BackupFailed(Exception):
    """Nothing was kept, and what was there before is as it was. The message says what to do."""


class RestoreRefused(Exception):
    """Nothing was changed. The message says why, and what to do."""


class RestoreFailed(Exception):
    """The restore began and did not end. The message says what there is, and how to go on."""
