"""Where the site is found, who may call it, and whom it trusts."""

import os
from typing import Annotated

from pydantic import AfterValidator, Field

from loopin.config.secret_files import Secret
from loopin.config.support_contact import check_contact, check_page
from loopin.config.variables import (
    NOT_SET,
    BaseVariables,
    ByDefault,
    CommaSeparated,
    Format,
    OnInProduction,
    RequiredInProduction,
    WebAddress,
)

MIN_ENCRYPTION_KEY_BYTES = 32
"""As many bits as the cipher's key has (AES-256)."""


LOCAL = "http://localhost:8000"

SERVED_AT = "LOOPIN_SERVED_AT"
"""The variable in which `manage.py develop` tells the processes that it starts where it serves."""


def _check_encryption_keys(keys: list[str]) -> list[str]:
    if any(len(key.encode()) < MIN_ENCRYPTION_KEY_BYTES for key in keys):
        raise ValueError(f"must be keys of at least {MIN_ENCRYPTION_KEY_BYTES} bytes each")
    return keys


class SiteVariables(BaseVariables):
    """The site."""

    SECRET_KEY: Annotated[
        str,
        ByDefault(development="development-only-secret-key-never-use-in-production", production=""),
        RequiredInProduction(),
        Secret(),
    ] = Field(
        NOT_SET,
        description="Signs cookies, and the key that protects stored codes is made from it. A"
        " change signs everybody out of the pages and makes the codes on their way worthless.",
    )
    ENCRYPTION_KEYS: Annotated[
        CommaSeparated,
        AfterValidator(_check_encryption_keys),
        Format(f"a list, separated by commas; each of at least {MIN_ENCRYPTION_KEY_BYTES} bytes"),
        Secret(),
    ] = Field(
        [],
        description="Encrypt the keys of staff's authenticator apps in the database, newest first:"
        " the first encrypts, and all of them, and SECRET_KEY after them, decrypt. Without any,"
        " SECRET_KEY encrypts.",
        examples=["at-least-32-bytes-that-nobody-can-guess"],
    )
    ALLOWED_HOSTS: Annotated[CommaSeparated, ByDefault(development=["*"], production=[])] = Field(
        NOT_SET,
        description="Host names that the site answers to; `.example.com` covers every subdomain."
        " Requests for any other name get status 400.",
        examples=["loopin.example.com"],
    )
    SITE_URL: Annotated[WebAddress, ByDefault(development=LOCAL, production=LOCAL)] = Field(
        NOT_SET,
        description="The address that people open. Its host name ends the SMS, so that browsers"
        " can fill in the code, and links and the URLs of pictures begin with it. If it is not set,"
        " development goes by the address that a request was sent to, and outside of requests by"
        " the host and port of `make run`.",
    )
    API_DOCS_ENABLED: bool = Field(
        True,
        description="Whether the API's documentation and its description (openapi.json) are"
        " served. If not, their addresses get status 404.",
    )
    SERVICE_WORKER: bool = Field(
        True,
        description="Whether browsers keep a page of ours to show when there is no network. If"
        " not, browsers that have it remove it at their next visit.",
    )
    SUPPORT_CONTACT: Annotated[
        str,
        AfterValidator(check_contact),
        Format("a mail address, a phone number or the https address of a page"),
    ] = Field(
        "",
        description="Where people find help. The footer and the pages of errors link to it."
        " Without it they name nobody.",
        examples=["help@loopin.example"],
    )
    SECURITY_CONTACT: Annotated[
        str,
        AfterValidator(check_contact),
        Format("a mail address, a phone number or the https address of a page"),
    ] = Field(
        "",
        description="Where somebody who found a vulnerability turns to, for"
        " /.well-known/security.txt. Without it that file does not exist.",
        examples=["security@loopin.example"],
    )
    SECURITY_POLICY: Annotated[
        str, AfterValidator(check_page), Format("the https address of a page")
    ] = Field(
        "",
        description="The page with your rules for reports of vulnerabilities, for the same file.",
        examples=["https://loopin.example/security"],
    )
    CORS_ALLOWED_ORIGINS: CommaSeparated = Field(
        [],
        description="Origins of web apps on other hosts that may call the API from a browser,"
        " with their scheme.",
        examples=["https://app.example.com"],
    )
    CSRF_TRUSTED_ORIGINS: CommaSeparated = Field(
        [],
        description="Origins from which the pages' forms may be sent, besides the site's own, with"
        " their scheme.",
        examples=["https://www.example.com"],
    )
    TRUSTED_PROXY_COUNT: int = Field(
        0,
        ge=0,
        le=10,
        description="How many proxies of your own stand in front. The client's IP is that"
        " many places from the right in X-Forwarded-For; what stands further left is the client's"
        " own claim and is not believed. With 0 the header is not read. If the header has fewer"
        " places than that, the IP of the connection counts. If the place holds no IP, the client"
        " is unknown, and the log says so.",
    )
    IP_COUNTRY_HEADER: Annotated[str, Format("letters, digits and hyphens")] = Field(
        "",
        pattern="^[A-Za-z0-9-]*$",
        description="The header in which such a proxy tells the country of the client's IP."
        " The proxy has to overwrite what the client sent. Without it, or with"
        " TRUSTED_PROXY_COUNT=0, the country is not known.",
        examples=["CF-IPCountry"],
    )
    STAFF_REQUIRE_2FA: OnInProduction = Field(
        NOT_SET,
        description="Whether staff give a code from an authenticator app besides their password."
        " If not, only staff who set one up are asked for it.",
    )

    @property
    def follows_requests(self) -> bool:
        """Whether full URLs begin with the address that the request was sent to."""
        return self.ENVIRONMENT == "dev" and "SITE_URL" not in self.model_fields_set

    @property
    def site_url(self) -> str:
        return os.environ.get(SERVED_AT, LOCAL) if self.follows_requests else self.SITE_URL
