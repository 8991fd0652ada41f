"""A real server on localhost that speaks the S3 protocol.

Put here: starting it, and a bucket's address.
Not here: what is stored there (the tests).
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

ACCOUNT = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
"""Credentials that the server takes: any."""


@contextmanager
def serving() -> Iterator[str]:
    """The server's address, as long as the context lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    S3FileSystem.clear_instance_cache()  # what asked another server would still ask that one
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        S3FileSystem.clear_instance_cache()


def bucket(endpoint: str) -> str:
    """A new bucket's address."""
    name = f"smart21-{uuid.uuid4().hex[:12]}"
    boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        region_name="us-east-1",
    ).create_bucket(Bucket=name)
    return f"s3://{name}"
