"""How many processes and threads serve, and what they log."""

from typing import Annotated, Literal

from pydantic import Field

from loopin.config.secret_files import Secret
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
        64,
        ge=2,
        le=256,
        description="How many requests each process has in hand at once. Two of them work, each"
        " with a database connection; the others wait for the SMS provider, for their client or for"
        " a password's hash. Only if those that work hang, more do: 8 at most.",
    )
    LOG_FORMAT: Annotated[
        Literal["line", "json"], ByDefault(development="line", production="json")
    ] = Field(
        NOT_SET,
        description="How the log is written: lines for people, or one JSON object a line for"
        " programs.",
    )
    METRICS_PORT: int = Field(
        0,
        ge=0,
        le=65534,
        description="Where Prometheus finds the metrics, apart from the site: `/metrics` on this"
        " port. `manage.py work` by itself has its own on the next one. 0: nothing is measured."
        " See docs/observability.md.",
        examples=["9464"],
    )
    METRICS_HOST: str = Field(
        "127.0.0.1",
        description="The address that the metrics are served on. They tell how many people sign up,"
        " so give others than this machine a token too.",
    )
    METRICS_TOKEN: Annotated[str, Secret()] = Field(
        "",
        description="What Prometheus sends as its bearer token. Without it, whoever reaches the"
        " port sees the metrics; with it, everybody else gets 404.",
    )
