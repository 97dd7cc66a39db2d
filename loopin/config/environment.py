"""All environment variables together, read and checked as a whole.

`docs/configuration.md` and `.env.example` are made from them: see loopin/config/documents.py.
"""

import os

from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError

from loopin.config.access_tokens import TokenVariables
from loopin.config.database import DatabaseVariables
from loopin.config.desk import DeskVariables
from loopin.config.email import EmailVariables
from loopin.config.legal import LegalVariables
from loopin.config.limits import LimitVariables
from loopin.config.mobile_apps import MobileAppVariables
from loopin.config.picture_storage import PictureVariables
from loopin.config.server import ServerVariables
from loopin.config.sign_up import SignUpVariables
from loopin.config.site import SiteVariables
from loopin.config.sms import SmsVariables
from loopin.config.telemetry import TelemetryVariables

PRODUCTION_UNSAID = (
    "ENVIRONMENT is not set, and DEBUG is off: set ENVIRONMENT=prod, or ENVIRONMENT=dev for"
    " development without debug pages"
)


# pydantic reads and checks the fields of the last base first.
class Environment(
    TelemetryVariables,
    ServerVariables,
    PictureVariables,
    DeskVariables,
    LimitVariables,
    LegalVariables,
    MobileAppVariables,
    SignUpVariables,
    EmailVariables,
    SmsVariables,
    TokenVariables,
    DatabaseVariables,
    SiteVariables,
):
    """All environment variables of the process."""


def read_environment() -> Environment:
    """Read the variables, `.env` (or the file named by `ENV_FILE`) standing in for missing ones.

    Raises:
        ImproperlyConfigured: one message that lists every problem at once, without values.
    """
    env_file = os.environ.get("ENV_FILE", ".env") or None
    problems: list[str] = []
    try:
        environment = Environment(_env_file=env_file)
        if not _is_production_unsaid(environment):
            return environment
        problems.append(PRODUCTION_UNSAID)
        Environment(_env_file=env_file, ENVIRONMENT="prod")
    except ValidationError as error:
        problems += [
            f"{problem['loc'][0]} {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
    raise ImproperlyConfigured(
        "Loopin cannot start. Mend these environment variables:\n"
        + "\n".join(f"  - {problem}" for problem in problems)
    )


def _is_production_unsaid(environment: Environment) -> bool:
    """Whether somebody turned debugging off, as only production does, and did not say which kind of
    site this is. Development would run in its place, with codes in the log."""
    said = environment.model_fields_set
    return "ENVIRONMENT" not in said and "DEBUG" in said and not environment.DEBUG
