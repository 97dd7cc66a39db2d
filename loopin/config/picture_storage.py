"""Where uploaded pictures are kept: a folder, or a bucket that speaks S3."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from loopin.config.secret_files import Secret
from loopin.config.variables import BaseVariables, PicturesAddress, RequiredInProduction

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 2
FOR_EVER = "public, max-age=31536000, immutable"


class PictureVariables(BaseVariables):
    """Uploaded pictures.

    They are kept in a folder, or in a bucket that speaks S3.
    """

    S3_BUCKET: str = Field(
        "",
        description="The name of the bucket. Empty: pictures are kept in the folder MEDIA_ROOT.",
        examples=["loopin-pictures"],
    )
    S3_REGION: str = Field(
        "",
        description="The bucket's region. Empty: that of the machine's configuration.",
        examples=["ap-south-1"],
    )
    S3_ENDPOINT_URL: str = Field(
        "",
        description="The address of a service other than Amazon's. Empty: Amazon's.",
        examples=["https://s3.example.com"],
    )
    S3_ACCESS_KEY_ID: str = Field(
        "",
        description="The id of the access key. Empty: the rights of the machine's role are used.",
    )
    S3_SECRET_ACCESS_KEY: Annotated[str, Secret()] = Field(
        "", description="The secret that belongs to the id."
    )
    MEDIA_ROOT: Annotated[str, RequiredInProduction(unless=("S3_BUCKET",))] = Field(
        "",
        description="The folder of the pictures. Empty: media/ beside manage.py. Every process of"
        " the site needs the same one, the worker too.",
        examples=["/var/lib/loopin/media"],
    )
    MEDIA_URL: PicturesAddress = Field(
        "/media/",
        description="Where browsers find the pictures: at Loopin itself, or at a CDN or bucket."
        " docs/deployment.md tells what such a server has to send.",
    )


def picture_storage(env: PictureVariables, media_root: str | Path) -> dict[str, Any]:
    """Django's settings of the storage "pictures". Nothing else may lie there: it is public."""
    if not env.S3_BUCKET:
        backend = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": backend, "OPTIONS": {"location": media_root, "base_url": env.MEDIA_URL}}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _bucket(env)}


def _bucket(env: PictureVariables) -> dict[str, Any]:
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415  slow to load, and few need it
    from botocore.config import Config  # noqa: PLC0415

    patience = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        signature_version="s3v4",
        # Others than Amazon do not all know its newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return {
        "bucket_name": env.S3_BUCKET,
        "region_name": env.S3_REGION or None,
        "endpoint_url": env.S3_ENDPOINT_URL or None,
        "access_key": env.S3_ACCESS_KEY_ID or None,
        "secret_key": env.S3_SECRET_ACCESS_KEY or None,
        "client_config": patience,
        "transfer_config": TransferConfig(use_threads=False),  # files are small
        "default_acl": None,
        "querystring_auth": False,
        "file_overwrite": False,
        "object_parameters": {"CacheControl": FOR_EVER, "ContentType": "image/webp"},
    }
