"""The server that sends e-mail, and what depends on it."""

from typing import Annotated, Literal

from pydantic import Field

from loopin.config.secret_files import Secret
from loopin.config.variables import BaseVariables


class EmailVariables(BaseVariables):
    """E-mail.

    It carries codes and notices to e-mail addresses. Without EMAIL_HOST development prints e-mails
    and shows them at /dev/inbox/. Production then sends none: requests for a code by e-mail get
    status 503, and notices are left out with a warning in the log.
    """

    EMAIL_LOGIN_ENABLED: bool = Field(
        True,
        description="Whether the log-in page offers e-mail and password besides the phone. The API"
        " offers both in any case.",
    )
    EMAIL_HOST: str = Field(
        "", description="The mail server's host name.", examples=["smtp.example.com"]
    )
    EMAIL_PORT: int = Field(587, ge=1, le=65535, description="The mail server's port.")
    EMAIL_HOST_USER: str = Field(
        "",
        description="The user at the mail server. Empty: without logging in.",
        examples=["loopin"],
    )
    EMAIL_HOST_PASSWORD: Annotated[str, Secret()] = Field(
        "", description="The password of that user."
    )
    EMAIL_SECURITY: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection to the mail server is kept private. tls usually takes"
        " port 465; none is for a server on the same machine.",
    )
    EMAIL_FROM: str = Field(
        "Loopin <no-reply@localhost>",
        description="The sender of every e-mail. The domain's SPF and DKIM records have to allow"
        " the mail server, or e-mails end as spam.",
        examples=["Loopin <no-reply@loopin.example>"],
    )
