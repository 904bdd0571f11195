"""The engine's library, and nobody else imports it: its connections, its signatures, and its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection
from opensearchpy.exceptions import ConnectionError as Unreachable
from opensearchpy.exceptions import ImproperlyConfigured, SerializationError, TransportError

from chalicelib.errors import Fault, SearchUnavailable

if TYPE_CHECKING:
    from botocore.session import Session

PATIENCE = 2  # seconds for a question: somebody waits, and lists would have answered
BULK_PATIENCE = 20  # for a batch of documents

Client = OpenSearch


class Refused(Fault):
    """Raised when the engine does not take a request as it is; `detail` is its status and its kind of error."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"the search engine refused a request: {status} {kind}")
        self.status = status


class NotThere(SearchUnavailable):
    """Raised when an index or an alias is not there."""


def client(endpoint: str, session: Session) -> Client:
    """A client of the engine; requests to AWS are signed by whoever runs this, those to this machine are not.

    Nothing is tried twice: a stream, a person or an operator does that, each in its own time.
    """
    parts = urlsplit(endpoint)
    signed: dict[str, Any] = {}
    if (parts.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn", ".aos.aws", ".on.aws")):
        region = session.get_config_variable("region")
        signed["http_auth"] = Urllib3AWSV4SignerAuth(session.get_credentials(), region, "es")
    return OpenSearch(
        [endpoint],
        connection_class=Urllib3HttpConnection,
        timeout=PATIENCE,
        max_retries=0,
        retry_on_timeout=False,
        pool_maxsize=4,
        **signed,
    )


@contextmanager
def told_apart() -> Iterator[None]:
    """Raises SearchUnavailable for an engine that is away, late, full or has no index yet; else Refused.

    The engine's own words may quote a document, so they go no further.
    """
    try:
        yield
    except Unreachable as error:  # also when its answer took too long
        raise SearchUnavailable(f"the search engine does not answer: {type(error).__name__}") from None
    except TransportError as error:
        status = error.status_code if isinstance(error.status_code, int) else 0
        kind = str(error.error)[:80]
        if status == 404:
            raise NotThere("the search index is not built: make reindex") from None
        if status == 429 or status >= 500:
            raise SearchUnavailable(f"the search engine says {status} {kind}") from None
        raise Refused(status, kind) from None
    except (ImproperlyConfigured, SerializationError) as error:
        raise Fault(f"the search engine's client: {type(error).__name__}") from None
