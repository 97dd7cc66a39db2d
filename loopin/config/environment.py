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


# pydantic reads and checks the fields of the last base first.
class Environment(
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
    try:
        return Environment(_env_file=os.environ.get("ENV_FILE", ".env") or None)
    except ValidationError as error:
        problems = [
            f"  - {problem['loc'][0]} {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise ImproperlyConfigured(
            "Loopin cannot start. Mend these environment variables:\n" + "\n".join(problems)
        ) from None
