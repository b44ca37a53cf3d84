from collections.abc import Iterator
from typing import IO

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from tandem.kit.files.shelf import Away, Kept

GONE = {"NoSuchKey", "404"}


class Bucket:
    """Files in a bucket that speaks S3. They travel in parts, and only ever through us."""

    def __init__(self, place: str) -> None:
        self.bucket, _slash, prefix = place.partition("/")
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.client = boto3.client(
            "s3",
            endpoint_url=settings.S3_ENDPOINT or None,
            region_name=settings.S3_REGION or None,
            aws_access_key_id=settings.S3_KEY or None,
            aws_secret_access_key=settings.S3_SECRET or None,
            config=Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=30),
        )

    def put(self, stored_as: str, file: IO[bytes]) -> None:
        """In parts as it comes; parts of what was broken off are let go of."""
        try:
            self.client.upload_fileobj(file, self.bucket, self._key(stored_as))
        except (ClientError, BotoCoreError, Boto3Error) as error:
            raise Away(str(error)) from error

    def open(self, stored_as: str, *, first: int = 0, last: int | None = None) -> IO[bytes]:
        asked = {"Range": f"bytes={first}-{'' if last is None else last}"} if first or last is not None else {}
        try:
            return self.client.get_object(Bucket=self.bucket, Key=self._key(stored_as), **asked)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise FileNotFoundError(stored_as) from error
            raise Away(str(error)) from error
        except BotoCoreError as error:
            raise Away(str(error)) from error

    def remove(self, stored_as: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self._key(stored_as))

    def all(self) -> Iterator[Kept]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._key(""))
        for page in pages:
            for found in page.get("Contents", []):
                yield Kept(found["Key"].rpartition("/")[2], found["LastModified"])

    def _key(self, stored_as: str) -> str:
        return self.prefix + stored_as
