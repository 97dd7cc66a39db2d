"""The mobile apps that belong to the site, and how old they may be."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from loopin.config.variables import BaseVariables, CommaSeparated, Format

FINGERPRINT_EXAMPLE = ":".join(["14", "6D", "E9", "83", "C5", "73", "06", "50"] * 4)

_is_ios_app = re.compile(r"[A-Z0-9]{10}\.[A-Za-z0-9.-]{1,155}").fullmatch
_is_package = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+").fullmatch
_is_fingerprint = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){31}").fullmatch
_is_sms_hash = re.compile(r"(?:[A-Za-z0-9+/]{11})?").fullmatch
_VERSION = r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}"
_is_version = re.compile(_VERSION).fullmatch
_version_at_start = re.compile(rf"{_VERSION}(?=[-+ ]|\Z)").match


def read_android_app(app: str) -> tuple[str, str]:
    """The package and the fingerprint of `package=SHA256:FINGERPRINT`. Raises ValueError."""
    package, _, fingerprint = app.partition("=")
    fingerprint = fingerprint.strip().upper().removeprefix("SHA256:").strip()
    if not _is_package(package):
        raise ValueError("must begin with a package, such as com.example.loopin=SHA256:14:6D:…")
    if not _is_fingerprint(fingerprint):
        raise ValueError(
            f"must have 32 bytes in hex behind {package}=SHA256:, with colons, as keytool writes"
        )
    return package, fingerprint


def read_version(version: str) -> tuple[int, ...] | None:
    """The numbers of a version like 1.4.2 or 1.4.2-beta+57, without zeros at the end; None if it
    is none."""
    found = _version_at_start(version)
    if found is None:
        return None
    numbers = [int(part) for part in found[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _check_ios_apps(apps: list[str]) -> list[str]:
    if not all(map(_is_ios_app, apps)):
        raise ValueError(
            "must be a team's id and a bundle's, such as A1B2C3D4E5.com.example.loopin"
        )
    return apps


def _check_android_apps(apps: list[str]) -> list[str]:
    for app in apps:
        read_android_app(app)
    return apps


def _check_sms_hash(value: str) -> str:
    if not _is_sms_hash(value):
        raise ValueError("must be the 11 characters of the app's hash, such as FA+9qCX9VSu")
    return value


def _check_version(value: str) -> str:
    if value and not _is_version(value):
        raise ValueError("must be 1 to 4 numbers with dots between them, such as 1.4.2")
    return value


class MobileAppVariables(BaseVariables):
    """The mobile apps."""

    IOS_APPS: Annotated[
        CommaSeparated,
        AfterValidator(_check_ios_apps),
        Format("a list, separated by commas, of team ids and bundle ids"),
    ] = Field(
        [],
        description="The iOS apps of this site, for /.well-known/apple-app-site-association: iOS"
        " offers the codes of messages inside them, and links open them.",
        examples=["A1B2C3D4E5.com.example.loopin"],
    )
    ANDROID_APPS: Annotated[
        CommaSeparated,
        AfterValidator(_check_android_apps),
        Format("a list, separated by commas, of packages and fingerprints of certificates"),
    ] = Field(
        [],
        description="The Android apps of this site, for /.well-known/assetlinks.json: links open"
        " them. A package that is signed with several certificates is listed with each.",
        examples=[f"com.example.loopin=SHA256:{FINGERPRINT_EXAMPLE}"],
    )
    ANDROID_SMS_HASH: Annotated[
        str, AfterValidator(_check_sms_hash), Format("the 11 characters of an app's hash")
    ] = Field(
        "",
        description="Ends every SMS with a code, so that the Android app of this hash reads it"
        " without asking (SMS Retriever). Other languages than English then have shorter words.",
        examples=["FA+9qCX9VSu"],
    )
    MINIMUM_APP_VERSION: Annotated[
        str, AfterValidator(_check_version), Format("1 to 4 numbers with dots between them")
    ] = Field(
        "",
        description="The oldest version that may call the API. An app that says in the header"
        " App-Version that it is older gets status 426, and asks people to update it.",
        examples=["1.4.2"],
    )
