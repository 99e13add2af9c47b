"""What goes out: headers, the token, spelling, and how many requests."""

from __future__ import annotations

import json
import logging
import re
import traceback
import uuid

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.calls import Bearer, Call
from spaces_tui.hub.client import DASHBOARD, Hub
from spaces_tui.hub.rate import RateLimit
from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, DeleteFile, FileSample, UploadMode
from tests.hub.talk import ENDPOINT, TOKEN, Naps, Scripted, hub_on

OID = "a" * 40


def ok(value: object, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=value, headers=headers)


async def test_headers_of_a_request() -> None:
    server = Scripted(ok({"name": "ada"}))
    async with hub_on(server) as hub:
        await hub.whoami()
        await hub.whoami()
    first, second = (request.headers for request in server.requests)
    assert first["authorization"] == f"Bearer {TOKEN}"
    assert first["user-agent"].startswith("spaces-tui/1.2.3; python/3.")
    assert first["x-amzn-trace-id"] != second["x-amzn-trace-id"]
    assert uuid.UUID(first["x-amzn-trace-id"]).version == 4


async def test_without_a_token_no_header() -> None:
    server = Scripted(ok({"name": "ada"}))
    for token in (None, ""):
        async with hub_on(server, token=token) as hub:
            await hub.whoami()
    assert all("authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize("token", ["hf_a b", "hf_\n", "hf_ü", "hf_\x00", " "])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(errors.InvalidToken) as caught:
        hub_on(Scripted(ok({})), token=token)
    assert token not in "".join(traceback.format_exception(caught.value)) or token == " "
    assert isinstance(caught.value, errors.Unauthorized)


async def test_cookies_are_not_kept() -> None:
    server = Scripted(ok({"name": "ada"}, **{"set-cookie": "session=1; Path=/"}))
    async with hub_on(server) as hub:
        await hub.whoami()
        await hub.whoami()
    assert "cookie" not in server.requests[1].headers


async def test_the_list_asks_for_what_a_dashboard_shows_and_follows_the_pages() -> None:
    # The link names the production host, as it does behind a custom endpoint.
    link = '<https://huggingface.co/api/spaces?author=ada&limit=2&cursor=eyI%3D>; rel="next"'
    server = Scripted(
        ok([{"id": "ada/one"}, None, {"name": "no id"}, {"id": "ada/two"}], link=link),
        ok([{"id": "ada/three", "runtime": {"stage": "RUNNING"}}]),
    )
    async with hub_on(server) as hub:
        spaces = [space async for space in hub.spaces.list(author="ada", limit=2)]
    assert [space.id for space in spaces] == ["ada/one", "ada/two", "ada/three"]
    first, second = (request.url for request in server.requests)
    assert first.params["author"] == "ada"
    assert "search" not in first.params
    assert tuple(first.params.get_list("expand")) == DASHBOARD
    assert str(second) == f"{ENDPOINT}/api/spaces?author=ada&limit=2&cursor=eyI%3D"
    assert server.requests[1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_pages_in_a_circle_end_in_an_error() -> None:
    server = Scripted(ok([{"id": "a/b"}], link='</api/spaces?cursor=1>; rel="next"'))
    async with hub_on(server) as hub:
        with pytest.raises(errors.AnswerLost):
            async for _ in hub.spaces.list():
                pass
    assert len(server.requests) == 2


async def test_paths_and_revisions_are_quoted() -> None:
    server = Scripted(
        ok([]), ok([]), ok({"id": "ada/demo"}), httpx.Response(200, content=b"x"), ok([])
    )
    async with hub_on(server) as hub:
        space = hub.space("ada/demo")
        assert [e async for e in space.tree("refs/pr/3", "src/a b", recursive=False)] == []
        await space.commits("feat/x", limit=5)
        await space.info("feat/x")
        assert await space.download("src/a b?.py", "feat/x", limit=9) == b"x"
        assert [entry async for entry in space.tree()] == []
    assert [request.url.raw_path.decode() for request in server.requests] == [
        "/api/spaces/ada/demo/tree/refs%2Fpr%2F3/src%2Fa%20b",
        "/api/spaces/ada/demo/commits/feat%2Fx?limit=5",
        "/api/spaces/ada/demo/revision/feat%2Fx",
        "/spaces/ada/demo/resolve/feat%2Fx/src/a%20b%3F.py",
        "/api/spaces/ada/demo/tree/main?recursive=true",
    ]


async def test_an_endpoint_with_a_path_keeps_it() -> None:
    server = Scripted(ok({"stage": "RUNNING"}))
    async with hub_on(server, endpoint="https://proxy.example/hf/") as hub:
        assert hub.endpoint == "https://proxy.example/hf"
        await hub.space("a/b").runtime()
    assert str(server.requests[0].url) == "https://proxy.example/hf/api/spaces/a/b/runtime"


async def test_a_path_that_leaves_the_repository_is_not_asked_for() -> None:
    server = Scripted(ok({}))
    async with hub_on(server) as hub:
        for path in ("../../x", "a//b", "", "a/./b", "/etc"):
            with pytest.raises(errors.BadRequest):
                await hub.space("a/b").download(path, limit=9)
    assert server.requests == []


async def test_pause_and_restart_have_no_body() -> None:
    server = Scripted(ok({"stage": "PAUSED"}), ok({"stage": "BUILDING"}))
    async with hub_on(server) as hub:
        assert (await hub.space("a/b").pause()).stage.name == "PAUSED"
        assert (await hub.space("a/b").restart(factory=True)).stage.name == "BUILDING"
    pause, restart = server.requests
    assert (pause.method, pause.url.path, pause.content) == ("POST", "/api/spaces/a/b/pause", b"")
    assert pause.headers["content-length"] == "0"
    assert restart.url.query == b"factory=true"


async def test_preupload_goes_in_batches_and_keeps_the_first_head() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["files"]
        sizes.append(len(asked))
        return ok(
            {
                "files": [{"path": file["path"], "uploadMode": "lfs"} for file in asked],
                "commitOid": str(len(sizes)) * 40,
            }
        )

    sizes: list[int] = []
    files = [FileSample(f"f{number}", number, b"x" * min(number, 9)) for number in range(600)]
    async with hub_on(answer) as hub:
        plan = await hub.space("a/b").preupload(files)
    assert sizes == [256, 256, 88]
    assert plan.head == "1" * 40
    assert [mode.path for mode in plan.files] == [file.path for file in files]
    assert plan.files[0].mode is UploadMode.REGULAR
    assert plan.files[1].mode is UploadMode.LFS


async def test_a_commit_is_one_request_of_known_length() -> None:
    server = Scripted(ok({"success": True, "commitOid": OID}))
    async with hub_on(server) as hub:
        done = await hub.space("a/b").commit(
            [AddFile("big.txt", b"x" * 2**21), DeleteFile("old")],
            summary="s",
            parent="b" * 40,
            hot_reload=True,
        )
    (request,) = server.requests
    assert done.result.oid == OID
    assert done.body_bytes == len(request.content) == int(request.headers["content-length"])
    assert "transfer-encoding" not in request.headers
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.url.query == b"hot_reload=1"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b"<html>ok</html>"),
        httpx.Response(200, json={"success": True}),
        httpx.Response(200, json={"commitOid": "abc"}),
        httpx.Response(502, content=b"<html>"),
        httpx.Response(429, json={"error": "slow down"}, headers={"ratelimit": '"api";r=5;t=1'}),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.WriteError("x"),
    ],
)
async def test_a_commit_with_an_unclear_answer_is_not_sent_again(
    answer: httpx.Response | Exception,
) -> None:
    server = Scripted(answer)
    async with hub_on(server) as hub:
        with pytest.raises((errors.AnswerLost, errors.ServerError, errors.RateLimited)):
            await hub.space("a/b").commit([DeleteFile("x")], summary="s", parent=None)
    assert len(server.requests) == 1


@pytest.mark.parametrize("error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x")])
async def test_a_commit_is_sent_again_when_there_was_no_connection(error: Exception) -> None:
    server = Scripted(error, ok({"commitOid": OID}))
    async with hub_on(server) as hub:
        done = await hub.space("a/b").commit([DeleteFile("x")], summary="s", parent=None)
    assert done.result.oid == OID
    assert len(server.requests) == 2


async def test_reads_are_repeated_with_the_hubs_waiting_time() -> None:
    naps = Naps()
    limited = httpx.Response(429, headers={"ratelimit": '"api";r=0;t=3'})
    server = Scripted(limited, httpx.Response(503), ok({"stage": "RUNNING"}))
    async with hub_on(server, naps=naps) as hub:
        assert (await hub.space("a/b").runtime()).stage.running
    assert naps.asked[0] == 4
    assert len(naps.asked) == 2


async def test_a_long_wait_is_an_error_that_says_how_long() -> None:
    server = Scripted(httpx.Response(429, headers={"ratelimit": '"api";r=0;t=250'}))
    async with hub_on(server) as hub:
        with pytest.raises(errors.RateLimited) as caught:
            await hub.space("a/b").runtime()
    assert caught.value.retry_after == 251
    assert len(server.requests) == 1


async def test_the_rate_is_known_after_every_answer() -> None:
    rates: list[RateLimit] = []
    server = Scripted(
        ok({"name": "ada"}, ratelimit='"api";r=9;t=5', **{"ratelimit-policy": '"w";q=10;w=300'}),
        httpx.Response(404, headers={"ratelimit": '"api";r=8;t=4'}),
        httpx.Response(200, content=b"", headers={"ratelimit": '"resolvers";r=7;t=4'}),
    )
    async with hub_on(server) as hub:
        before = hub.rate
        hub.on_rate = rates.append
        await hub.whoami()
        with pytest.raises(errors.NotFound):
            await hub.space("a/b").runtime()
        await hub.space("a/b").download("x", limit=9)
        assert (before, hub.rate) == (None, RateLimit("api", 8, 4))
    assert [rate.bucket for rate in rates] == ["api", "api", "resolvers"]
    assert rates[0] == RateLimit("api", 9, 5, 10, 300)


CALLS = {
    "GET /api/whoami-v2": lambda hub: hub.whoami(),
    "GET /api/spaces": lambda hub: anext(aiter(hub.spaces.list())),
    "GET /api/spaces/hardware": lambda hub: hub.spaces.hardware(),
    "GET /api/spaces/a/b": lambda hub: hub.space("a/b").info(),
    "GET /api/spaces/a/b/runtime": lambda hub: hub.space("a/b").runtime(),
    "POST /api/spaces/a/b/pause": lambda hub: hub.space("a/b").pause(),
    "POST /api/spaces/a/b/restart": lambda hub: hub.space("a/b").restart(),
    "GET /api/spaces/a/b/tree/main": lambda hub: anext(aiter(hub.space("a/b").tree())),
    "GET /api/spaces/a/b/commits/main": lambda hub: hub.space("a/b").commits(),
    "POST /api/spaces/a/b/preupload/main": lambda hub: hub.space("a/b").preupload(
        [FileSample("x", 1, b"x")]
    ),
    "POST /api/spaces/a/b/commit/main": lambda hub: hub.space("a/b").commit(
        [DeleteFile("x")], summary="s", parent=None
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b'"text"', b"null", b"7", b"[" * 100_000, b'{"id": "\xff']
)
async def test_an_answer_that_is_none_is_lost_and_the_call_is_named(call: str, body: bytes) -> None:
    server = Scripted(httpx.Response(200, content=body, headers={"x-request-id": "Root=1"}))
    async with hub_on(server) as hub:
        with pytest.raises(errors.AnswerLost) as caught:
            await CALLS[call](hub)
    assert caught.value.call == call
    assert caught.value.message.endswith(".")
    assert len(server.requests) == 1


@pytest.mark.parametrize("call", CALLS)
async def test_a_failure_names_the_call_and_the_request(call: str) -> None:
    server = Scripted(httpx.Response(403, json={"error": "no"}, headers={"x-request-id": "R;1"}))
    async with hub_on(server) as hub:
        with pytest.raises(errors.Forbidden) as caught:
            await CALLS[call](hub)
    assert (caught.value.call, caught.value.request_id) == (call, "R;1")


async def test_without_an_answer_our_own_trace_id_is_kept() -> None:
    server = Scripted(httpx.ReadTimeout("x"))
    async with hub_on(server, attempts=1) as hub:
        with pytest.raises(errors.AnswerLost) as caught:
            await hub.whoami()
    assert caught.value.request_id == server.requests[0].headers["x-amzn-trace-id"]
    assert caught.value.call == "GET /api/whoami-v2"


async def test_the_log_tells_how_each_request_went_and_shows_no_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    good = ok(
        [],
        **{
            "x-request-id": "Root=7",
            "ratelimit": '"api";r=489;t=189',
            "ratelimit-policy": '"fixed window";"api";q=500;w=300',
            "set-cookie": "a=harmful",
        },
    )
    server = Scripted(good, httpx.ConnectError("x"))
    async with hub_on(server, attempts=1) as hub:
        assert [space async for space in hub.spaces.list(search="private-name")] == []
        with pytest.raises(errors.Unreachable):
            await hub.whoami()
    ours = [record.getMessage() for record in caplog.records if record.name == "spaces_tui.hub"]
    asked, answered, asked_again, failed = ours
    host = ENDPOINT.partition("//")[2]
    assert asked.startswith(f"GET {host}/api/spaces > ")
    assert "Authorization: Bearer •••" in asked
    assert f"X-Amzn-Trace-Id: {server.requests[0].headers['x-amzn-trace-id']}" in asked
    assert re.match(
        rf"GET {host}/api/spaces 200 \d+ ms Root=7 \(api: 489 of 500 left, new in 189 s\) < ",
        answered,
    )
    assert "set-cookie: •••" in answered
    assert asked_again.startswith(f"GET {host}/api/whoami-v2 > ")
    trace = server.requests[1].headers["x-amzn-trace-id"]
    assert re.fullmatch(rf"GET {host}/api/whoami-v2 Unreachable \d+ ms {trace}", failed)
    for hidden in ("private-name", "harmful", TOKEN):
        assert hidden not in "".join(ours)
    assert TOKEN not in caplog.text


async def test_by_default_the_log_has_what_went_wrong_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="spaces_tui.hub")
    refused = httpx.Response(403, json={"error": "private"}, headers={"x-request-id": "Root=8"})
    server = Scripted(ok({"name": "ada"}), refused, httpx.ConnectError("x"))
    async with hub_on(server, attempts=1) as hub:
        await hub.whoami()
        for error in (errors.Forbidden, errors.Unreachable):
            with pytest.raises(error):
                await hub.whoami()
    ours = [record.getMessage() for record in caplog.records if record.name == "spaces_tui.hub"]
    refusal, failure = ours
    assert re.fullmatch(r"GET \S+/api/whoami-v2 403 \d+ ms Root=8", refusal)
    assert re.fullmatch(r"GET \S+/api/whoami-v2 Unreachable \d+ ms \S+", failure)


async def test_the_log_does_not_show_what_storage_is_to_be_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    call = Call(
        "PUT",
        "/object",
        bearer=Bearer.NEVER,
        headers=(("X-Signed", "harmful"), ("Authorization", "Basic harmful")),
    )
    async with hub_on(Scripted(ok({}))) as hub:
        await hub._wire.answer(call, "https://storage.example/b/object?signature=harmful")
    ours = [record.getMessage() for record in caplog.records if record.name == "spaces_tui.hub"]
    assert ours[0].startswith("PUT storage.example/b/object > X-Signed: •••; Authorization: •••; ")
    assert "harmful" not in "".join(ours)


async def test_nothing_shows_the_token() -> None:
    hub = hub_on(Scripted(httpx.ReadTimeout("x")), attempts=1)
    with pytest.raises(errors.AnswerLost) as caught:
        await hub.whoami()
    shown = "".join(traceback.TracebackException.from_exception(caught.value).format())
    assert TOKEN not in shown + repr(hub) + repr(vars(hub)) + repr(caught.value)
    await hub.aclose()


async def test_a_closed_hub_stays_closed() -> None:
    server = Scripted(ok({"name": "ada"}))
    hub = hub_on(server)
    await hub.whoami()
    await hub.aclose()
    await hub.aclose()
    with pytest.raises(errors.Unreachable):
        await hub.whoami()
    assert len(server.requests) == 1


def test_making_a_hub_opens_nothing_and_needs_no_loop() -> None:
    hub = Hub("http://127.0.0.1:1/", Secret(TOKEN), version="0")
    assert hub.endpoint == "http://127.0.0.1:1"
    with pytest.raises(errors.InvalidSpaceId):
        hub.space("../../etc")
