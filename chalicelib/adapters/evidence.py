"""Evidence files: the bytes go between browser and bucket, we only sign who may do what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.adapters.faults import told_apart
from chalicelib.domain.evidence import UPLOAD_SECONDS
from chalicelib.ports import StoredFile, Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300
NOTHING_THERE = frozenset({"NoSuchKey", "404"})
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}


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

    def fetch(self, object_key: str, most: int) -> StoredFile | None:
        with told_apart("GetObject"):
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=object_key)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in NOTHING_THERE:
                    return None
                raise
        with found["Body"] as body, told_apart("GetObject"):
            content = body.read(most + 1)
        return StoredFile(
            content=content,
            content_type=found.get("ContentType", ""),
            size=found["ContentLength"],
            version=found.get("VersionId", ""),
        )

    def link(self, object_key: str, content_type: str, version: str) -> str:
        """Always a download, of the type that was found: what somebody uploaded never runs as a page of the bucket."""
        name = re.sub(r"[^A-Za-z0-9._-]", "_", object_key.rsplit("/", 1)[-1])
        named = f"{name}.{EXTENSIONS[content_type]}" if content_type in EXTENSIONS else name
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "VersionId": version,
                "ResponseContentDisposition": f'attachment; filename="{named}"',
                "ResponseContentType": content_type,
            },
            ExpiresIn=LINK_SECONDS,
        )
