"""Where uploaded pictures are kept: a folder, or a bucket that speaks S3."""

from pathlib import Path
from typing import Any

from loopin.environment import Environment

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 2
FOR_EVER = "public, max-age=31536000, immutable"


def picture_storage(env: Environment, media_root: str | Path) -> dict[str, Any]:
    """Django's settings of the storage "pictures". Nothing else may lie there: it is public."""
    if not env.S3_BUCKET:
        backend = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": backend, "OPTIONS": {"location": media_root, "base_url": env.MEDIA_URL}}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _bucket(env)}


def _bucket(env: Environment) -> dict[str, Any]:
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
