"""Where errors and traces are reported to."""

from typing import Annotated

from pydantic import Field

from loopin.config.secret_files import Secret
from loopin.config.variables import BaseVariables, Format

SHARE = Format("0 to 1")


class TelemetryVariables(BaseVariables):
    """Errors and traces.

    Nothing is reported by default. What leaves has no number, code, password, e-mail address,
    token, cookie or body: see docs/logs.md.
    """

    SENTRY_DSN: Annotated[str, Format("a DSN of Sentry"), Secret()] = Field(
        "",
        pattern=r"^(https?://[^\s/@]+@[^\s/]+/\S+)?$",
        description="Where errors are reported to: Sentry, or what speaks its protocol. Empty:"
        " nowhere.",
        examples=["https://public@o0.ingest.sentry.io/1"],
    )
    SENTRY_ENVIRONMENT: str = Field(
        "",
        description="How reports name this site. Empty: ENVIRONMENT.",
        examples=["staging"],
    )
    SENTRY_RELEASE: str = Field(
        "",
        description="How reports name what runs. Empty: loopin@ and the version.",
        examples=["loopin@1.1.0"],
    )
    SENTRY_SAMPLE_RATE: Annotated[float, SHARE] = Field(
        1.0, ge=0, le=1, description="Which share of errors is reported."
    )
    SENTRY_TRACES_SAMPLE_RATE: Annotated[float, SHARE] = Field(
        0.0,
        ge=0,
        le=1,
        description="Which share of requests and periodic tasks is also reported as a transaction.",
    )
    OTEL_EXPORTER_OTLP_ENDPOINT: Annotated[str, Format("a web address")] = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="The collector that takes traces by OTLP over HTTP; /v1/traces is put behind"
        " it. Empty: nothing is traced. The other standard variables (OTEL_EXPORTER_OTLP_HEADERS,"
        " OTEL_RESOURCE_ATTRIBUTES and so on) are read from the environment, not from `.env`.",
        examples=["http://localhost:4318"],
    )
    OTEL_SERVICE_NAME: str = Field("loopin", description="How traces name this site.")
    OTEL_TRACES_SAMPLER_ARG: Annotated[float, SHARE] = Field(
        0.1,
        ge=0,
        le=1,
        description="Which share of requests and periodic tasks is traced. A `traceparent` that a"
        " proxy sends decides for its request.",
    )
