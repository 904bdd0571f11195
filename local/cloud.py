"""Clients of the local cloud. Their credentials are words that open nothing anywhere else."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from local.ministack import ACCOUNT, REGION


class Cloud:
    """Makes clients, one of each kind: making one costs more than using it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._clients: dict[str, Any] = {}
        self._session = boto3.Session(ACCOUNT, "test", region_name=REGION)

    def client(self, service: str, *, config: Config | None = None) -> Any:
        """`config` for who wants another patience than usual: a client of its own."""
        # Path style, because a bucket's name is no host here; and no proxy is asked for the way to 127.0.0.1.
        usual = Config(s3={"addressing_style": "path"}, proxies={}, max_pool_connections=64)
        if config is not None:
            return self._session.client(service, endpoint_url=self.endpoint, config=usual.merge(config))
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self.endpoint, config=usual)
        return self._clients[service]
