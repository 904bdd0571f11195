"""The Search and SearchIndexes ports: the index of cases on OpenSearch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from chalicelib.adapters.opensearch import answers, cursors, queries
from chalicelib.adapters.opensearch.client import BULK_PATIENCE, NotThere, Refused, client, told_apart
from chalicelib.adapters.opensearch.mappings import alias, all_written, template, written_through
from chalicelib.domain.searches import Found, Hit, Written, is_within, scope_of
from chalicelib.errors import Fault, SearchUnavailable, TransientFault

if TYPE_CHECKING:
    from botocore.session import Session

    from chalicelib.adapters.opensearch.client import Client
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.searches import CaseQuery

NEWER_STANDS, NOT_THERE = 409, 404  # of a document, or of an index that was removed since
PATIENT = 35  # seconds for what an operator's command asks


class OpenSearchCases:
    """`stage` names the indexes, so that an engine may serve several stages."""

    def __init__(self, engine: Client, stage: str) -> None:
        self._engine, self._stage, self._alias = engine, stage, alias(stage)

    @classmethod
    def of(cls, endpoint: str, stage: str, session: Session) -> Self:
        return cls(client(endpoint, session), stage)

    # ── searching

    def find(self, actor: Actor, query: CaseQuery, now: datetime) -> Found:
        scope = scope_of(actor)
        at, after = cursors.place_of(query, scope, now, len(queries.SORTS[query.order]))
        answer = self._asked(queries.body(query, scope, at, after), after is not None)
        listed = answer["hits"]["hits"]
        hits = [Hit(answers.document(hit["_source"]), tuple(answers.marks(hit))) for hit in listed[: query.limit]]
        # The engine was told whose cases these must be. Should it ever not have listened, nobody is shown them.
        if not all(is_within(hit.document, scope) for hit in hits):
            raise Fault("the search engine found cases that the caller may not see")
        more = len(listed) > query.limit
        total = answer["hits"]["total"]
        return Found(
            hits=hits,
            cursor=cursors.next_cursor(query, scope, at, listed[query.limit - 1]["sort"]) if more else None,
            total=int(total["value"]),
            exact=total["relation"] == "eq",
            facets=answers.facets(answer["aggregations"]),
            sums=answers.sums(answer["aggregations"]),
        )

    def _asked(self, body: Mapping[str, Any], goes_on: bool) -> dict[str, Any]:
        try:
            with told_apart():
                answer: dict[str, Any] = self._engine.search(
                    index=self._alias, body=body, params={"allow_partial_search_results": "false"}
                )
        except NotThere as missing:
            raise SearchUnavailable(missing.detail) from None
        except Refused as refused:
            if goes_on:  # the point in a cursor that somebody made up
                raise cursors.not_ours() from None
            raise Fault(refused.detail) from None
        if answer["timed_out"]:
            raise SearchUnavailable("the search took too long")
        return answer

    # ── writing

    def targets(self) -> Sequence[str]:
        try:
            with told_apart():
                return sorted(self._engine.indices.get_alias(name=all_written(self._stage)))
        except NotThere:
            return ()

    def write(self, targets: Sequence[str], items: Sequence[Written]) -> frozenset[str]:
        lines = [line for index in targets for item in items for line in _action(index, item)]
        if not lines:
            return frozenset()
        with told_apart():
            answer = self._engine.bulk(body=lines, params={"require_alias": "true"}, request_timeout=BULK_PATIENCE)
        refused = set()
        for done in answer["items"]:
            [(_, told)] = done.items()
            if told["status"] < 300 or told["status"] in (NEWER_STANDS, NOT_THERE):
                continue
            if told["status"] == 429 or told["status"] >= 500:
                raise TransientFault(f"the search engine says {told['status']} to a document")
            refused.add(str(told["_id"]))
        return frozenset(refused)

    # ── rebuilding

    def live(self) -> str | None:
        try:
            with told_apart():
                return next(iter(self._engine.indices.get_alias(name=self._alias)), None)
        except NotThere:
            return None

    def begin(self) -> str:
        live = self.live()
        for index in self.targets():
            if index != live:
                self.drop(index)
        index = f"{self._alias}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        with told_apart():
            self._engine.indices.put_index_template(name=self._alias, body=template(self._stage))
            self._engine.indices.create(
                index=index,
                body={"aliases": {all_written(self._stage): {}, written_through(index): {}}},
                params={"timeout": "30s"},
                request_timeout=PATIENT,
            )
        return index

    def drop(self, index: str) -> None:
        with told_apart():
            self._engine.indices.delete(index=index, params={"ignore_unavailable": "true"}, request_timeout=PATIENT)

    def replace(self, index: str) -> None:
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": self._alias}}]
        before = self.live()
        if before is not None and before != index:
            actions.append({"remove_index": {"index": before}})
        with told_apart():
            self._engine.indices.update_aliases(body={"actions": actions}, request_timeout=PATIENT)

    def refresh(self, index: str) -> None:
        with told_apart():
            self._engine.indices.refresh(index=index, request_timeout=PATIENT)

    def page(self, index: str, after: str, limit: int) -> Sequence[Written]:
        body: dict[str, Any] = {
            "size": limit,
            "version": True,
            "sort": [{"case_id": "asc"}],
            "query": {"match_all": {}},
        }
        if after:
            body["search_after"] = [after]
        with told_apart():
            answer = self._engine.search(index=index, body=body, request_timeout=BULK_PATIENCE)
        return [_written(hit) for hit in answer["hits"]["hits"]]

    def standing(self, index: str, case_ids: Sequence[str]) -> Mapping[str, Written]:
        with told_apart():
            answer = self._engine.mget(index=index, body={"ids": list(case_ids)}, request_timeout=BULK_PATIENCE)
        return {item.case_id: item for item in map(_written, filter(lambda doc: doc.get("found"), answer["docs"]))}


def _action(index: str, item: Written) -> Iterator[dict[str, Any]]:
    about = {
        "_index": written_through(index),
        "_id": item.case_id,
        "version": item.version,
        "version_type": "external",
    }
    if item.document is None:
        yield {"delete": about}
    else:
        yield {"index": about}
        yield item.document.model_dump(mode="json")


def _written(found: Mapping[str, Any]) -> Written:
    return Written(str(found["_id"]), int(found["_version"]), answers.document(found["_source"]))
