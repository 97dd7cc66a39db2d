"""How many processes and threads serve, and what they log."""

from typing import Annotated, Literal

from pydantic import Field

from loopin.config.variables import NOT_SET, BaseVariables, ByDefault


class ServerVariables(BaseVariables):
    """The server."""

    WORKERS: int = Field(
        2,
        ge=1,
        le=64,
        description="How many processes serve. About one for each CPU core is right.",
    )
    WORKER_THREADS: int = Field(
        16,
        ge=2,
        le=256,
        description="How many threads each process has. At most half of them wait for the SMS"
        " provider at once. Each thread may keep one database connection open.",
    )
    LOG_FORMAT: Annotated[
        Literal["line", "json"], ByDefault(development="line", production="json")
    ] = Field(
        NOT_SET,
        description="How the log is written: lines for people, or one JSON object a line for"
        " programs.",
    )
