"""The modules with the examinations of the project, in the order in which they are made."""

from loopin.doctor import (
    backups,  # noqa: F401
    clock,  # noqa: F401
    database,  # noqa: F401
    email,  # noqa: F401
    files,  # noqa: F401
    partitions,  # noqa: F401
    replica,  # noqa: F401
    site,  # noqa: F401
    worker,  # noqa: F401
)
