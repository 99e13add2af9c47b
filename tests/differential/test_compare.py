"""The comparison itself sees what differs, and the log of requests keeps bodies within bounds."""

from __future__ import annotations

import asyncio
import json
import urllib.request

from spaces_tui.hub.client import Hub
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from tests.differential.compare import Found, Known, differences
from tests.differential.operation import SPACE
from tests.differential.requests_seen import Asked, all_asked

READ = Asked("GET /x", {"accept": "*/*"})
WRITE = Asked("POST /x", {"body.a": "1"})


def test_equal_requests_do_not_differ() -> None:
    assert differences([READ, WRITE, READ], [READ, WRITE, READ]) == []


def test_what_one_client_alone_asks_is_found() -> None:
    assert differences([READ, WRITE], [READ]) == [Found("request: sent | -", "POST /x")]
    assert differences([READ], [READ, READ]) == [Found("request: - | sent", "GET /x")]


def test_another_order_is_found() -> None:
    assert differences([READ, WRITE], [WRITE, READ]) == [Found("order", "GET /x then POST /x")]


def test_parts_come_in_any_order() -> None:
    one, two = (Asked(f"storage PUT /x part {number}", {}) for number in (1, 2))
    assert differences([one, two, READ], [two, one, READ]) == []
    assert differences([one, two, READ], [READ, two, one]) != []


def test_other_facts_are_found() -> None:
    other = Asked("POST /x", {"body.a": "2", "accept": "*/*"})
    assert differences([WRITE], [other]) == [
        Found("accept: - | */*", "POST /x"),
        Found("body.a: 1 | 2", "POST /x"),
    ]


def test_a_known_difference_covers_that_one_alone() -> None:
    known = Known("query.limit: … | -", "reason", on="GET /a…")
    assert known.covers(Found("query.limit: 20 | -", "GET /api"))
    assert not known.covers(Found("query.limit: 20 | 30", "GET /api"))
    assert not known.covers(Found("query.limit: 20 | -", "POST /api"))


def test_requests_are_told_without_what_differs_between_runs(local_hub: LocalHub) -> None:
    local_hub.create(SPACE)
    local_hub.keep_bodies()
    asyncio.run(_ask(local_hub))
    read, write = all_asked(local_hub)
    assert read.line == f"GET /api/spaces/{SPACE}/revision/{{commit}}"
    assert read.facts["accept-encoding"] == "compressed"
    assert write.facts["body.value"] == '"v"'
    assert write.facts["content-length"] == "right"
    assert not {"host", "user-agent", "x-amzn-trace-id"} & write.facts.keys()


def test_bodies_are_kept_on_request_and_within_bounds(local_hub: LocalHub) -> None:
    local_hub.create(SPACE)
    asyncio.run(_ask(local_hub))
    assert local_hub.requests()[-1].body is None
    local_hub.keep_bodies(30)
    asyncio.run(_ask(local_hub))
    asyncio.run(_ask(local_hub))
    kept = [each.body for each in local_hub.requests() if each.method == "POST"]
    assert kept == [None, b'{"key": "KEY", "value": "v"}', None]
    assert "KEY" not in repr(local_hub.requests())
    assert b"KEY" not in _listed(local_hub)


async def _ask(server: LocalHub) -> None:
    async with Hub(server.url, Secret(server.token("ada")), version="0") as hub:
        await hub.space(SPACE).info(server.head(SPACE))
        await hub.space(SPACE).secrets.set("KEY", Secret("v"))


def _listed(server: LocalHub) -> bytes:
    """Ask for the list of requests over HTTP."""
    request = urllib.request.Request(
        f"{server.url}/__local__/requests",
        json.dumps({}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        content: bytes = answer.read()
        return content
