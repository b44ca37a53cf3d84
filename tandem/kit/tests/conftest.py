"""An S3 to keep files in: a server of its own that really speaks it."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import eventually, free_port


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of the server."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    eventually(listens)
    yield address
    server.terminate()
    server.wait()


@pytest.fixture
def bucket(s3, settings, request) -> str:
    """s3://… of an empty bucket, and the settings that lead there."""
    import boto3

    settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_KEY, settings.S3_SECRET = s3, "us-east-1", "key", "secret"
    name = f"bucket-{abs(hash(request.node.nodeid))}"
    boto3.client(
        "s3", endpoint_url=s3, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    ).create_bucket(Bucket=name)
    return f"s3://{name}"
