"""Reports for people: beside the evidence, in the private bucket that keeps for three years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.faults import told_apart

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300


class ReportBucket:
    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, object_key: str, content: bytes) -> None:
        with told_apart("PutObject"):
            self._client.put_object(
                Bucket=self._bucket, Key=object_key, Body=content, ContentType="text/csv; charset=utf-8"
            )

    def link(self, object_key: str) -> str:
        name = object_key.rsplit("/", 1)[-1]
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "ResponseContentDisposition": f'attachment; filename="{name}"',
            },
            ExpiresIn=LINK_SECONDS,
        )
