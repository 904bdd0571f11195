"""Evidence files: the bytes go between browser and bucket, we only sign who may do what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.ports import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_SECONDS = 600
LINK_SECONDS = 300


class EvidenceBucket:
    """S3. Whoever holds a form may upload that one object, of that type, up to that size, for ten minutes."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def upload(self, object_key: str, content_type: str, max_bytes: int) -> Upload:
        form = self._client.generate_presigned_post(
            self._bucket,
            object_key,
            Fields={"Content-Type": content_type},
            Conditions=[
                ["eq", "$Content-Type", content_type],
                ["content-length-range", 1, max_bytes],
            ],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return Upload(url=form["url"], fields=form["fields"])

    def link(self, object_key: str) -> str:
        """Always a download: a file that somebody uploaded must never run as a page of the bucket's origin."""
        name = re.sub(r"[^A-Za-z0-9._-]", "_", object_key.rsplit("/", 1)[-1])
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "ResponseContentDisposition": f'attachment; filename="{name}"',
            },
            ExpiresIn=LINK_SECONDS,
        )
