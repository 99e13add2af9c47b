"""Answers of every shape: what is odd is tolerated, what is useless is said to be."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces_tui.hub import errors
from spaces_tui.hub.endpoint import Endpoint
from spaces_tui.hub.reload import report_base
from spaces_tui.model.access import DeviceCode
from spaces_tui.model.environment import NewSecret
from spaces_tui.model.hotreload import HotReloading, Region, ReplicaReload
from spaces_tui.model.identity import Secret
from spaces_tui.model.newspace import NewSpace
from spaces_tui.model.space import Space
from spaces_tui.model.volume import Volume
from tests.hub.every_call import CASES, Case
from tests.hub.talk import ENDPOINT, Naps, Scripted, hub_on

SPACE = "a/b"
OID = "a" * 40
WORDS = """
id _id name user fullname type sdk stage hardware current requested replicas gcTimeout domains
domain volumes source mountPath hotReloading status replicaStatuses runtime cardData usage period
periodStart lines label quantity totalCostMicroUSD runs used resetsAt base url size oid path lfs
branches tags targetCommit files commitOid commitId token accessToken exp device_code user_code
verification_uri interval access_token expires_in scope errors warnings message templates repoId
spaces emoji key value description updatedAt visibility gated success failed processed objects
actions upload href header chunk_size fileOid unitCostMicroUSD accelerator prettyName unitLabel
"""
NAMES = st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["a/b", OID, "https://hub.example/x", "2026-01-01T00:00:00Z", "auto", "7"])
)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
READABLE = [case for case in CASES if not case.stream]


def ok(value: object) -> httpx.Response:
    return httpx.Response(200, json=value)


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.asks)
def test_no_shape_of_json_breaks_a_call(case: Case) -> None:
    @settings(max_examples=15)
    @given(SHAPES)
    def check(shape: object) -> None:
        async def make() -> None:
            # Python's own encoder lets NaN and infinities pass, as its decoder does.
            answer = httpx.Response(200, content=json.dumps(shape).encode())
            async with hub_on(Scripted(answer), attempts=1, upload_attempts=1) as hub:
                with suppress(errors.HubError):
                    await case.make(hub)

        asyncio.run(make())

    check()


async def asked(value: object, hub_call: Any) -> Any:
    async with hub_on(Scripted(ok(value))) as hub:
        return await hub_call(hub)


async def test_odd_secrets_and_variables() -> None:
    shape = {
        "PLAIN": {"key": "ANOTHER", "value": "x", "updatedAt": None},
        "NUMBER": {"value": 7, "description": None},
        "NOTHING": None,
        "EVIL": {"value": "a\x1b[2Jb", "description": "c\x1b[2Jd"},
    }
    found = await asked(shape, lambda hub: hub.space(SPACE).variables.list())
    assert list(found) == list(shape)
    assert (found["PLAIN"].key, found["PLAIN"].value) == ("PLAIN", "x")
    assert (found["NUMBER"].value, found["NOTHING"].value) == ("7", "")
    assert (found["EVIL"].value, found["EVIL"].shown) == ("a\x1b[2Jb", "ab")
    assert found["EVIL"].description == "cd"
    secrets = await asked(shape, lambda hub: hub.space(SPACE).secrets.list())
    assert secrets["NOTHING"].updated is None


async def test_odd_runtimes() -> None:
    shape = {
        "stage": "RUNNING_CONTAINER_STARTING",
        "hardware": None,
        "replicas": {"current": None, "requested": "auto"},
        "gcTimeout": -1,
        "storage": "small",
        "volumes": [
            {"type": "bucket", "source": "****/******", "mountPath": "/data", "readOnly": True},
            {"type": "bucket"},
            None,
        ],
        "hotReloading": {
            "status": "created",
            "replicaStatuses": [["r1", "created"], ["r2", None], ["r3"], [], "r4", [None]],
        },
        "somethingNew": {},
    }
    runtime = await asked(shape, lambda hub: hub.space(SPACE).runtime())
    assert runtime.stage.transitional
    assert (runtime.autoscaled, runtime.sleep_time, runtime.storage) == (True, None, "small")
    assert runtime.volumes == (
        Volume("bucket", "****/******", "/data", read_only=True),
        Volume("bucket", "", ""),
    )
    assert all(one.masked for one in runtime.volumes)
    assert runtime.hot_reloading == HotReloading(
        "created",
        (ReplicaReload("r1", "created"), ReplicaReload("r2"), ReplicaReload("r3")),
    )
    plain = await asked({"stage": "RUNNING"}, lambda hub: hub.space(SPACE).runtime())
    assert (plain.volumes, plain.hot_reloading) == ((), None)


async def test_what_a_search_by_meaning_finds() -> None:
    shape = [
        {"id": "acme/only-the-id"},
        {
            "id": "acme/upscaler",
            "emoji": "🔍",
            "ai_short_description": "Upscale photos",
            "ai_category": "Image Upscaling",
            "semanticRelevancyScore": 0.61,
            "runtime": {"stage": "RUNNING"},
        },
        {"title": "no id"},
    ]
    bare, full = await asked(shape, lambda hub: hub.spaces.semantic_search("bigger photos"))
    assert (bare.space.id, bare.summary, bare.relevance) == ("acme/only-the-id", "", None)
    assert (full.summary, full.category, full.relevance) == (
        "Upscale photos",
        "Image Upscaling",
        0.61,
    )


async def test_money_is_micro_dollars() -> None:
    line = {
        "label": "acme/builder",
        "product": "spaces-t4",
        "productPrettyName": "T4",
        "quantity": 90,
        "unitLabel": "minute",
        "unitCostMicroUSD": 6667,
        "totalCostMicroUSD": 600030,
        "startedAt": "2026-01-01T00:00:00Z",
        "active": True,
    }
    shape = {
        "usage": {"Spaces": [line, None], "Endpoints": [{"totalCostMicroUSD": "1000"}], "Odd": 7},
        "period": {"_id": "x" * 24, "periodStart": 1790812800},
    }
    usage = await asked(shape, lambda hub: hub.billing_usage())
    assert (usage.micro_usd, usage.usd) == (601030, 0.60103)
    assert [each.group for each in usage.lines] == ["Spaces", "Endpoints"]
    assert usage.lines[0].product == "T4"
    assert usage.begins == datetime.fromtimestamp(1790812800, UTC)
    assert usage.ends is None


async def test_the_quota_is_what_remains() -> None:
    shape = {
        "base": 2400,
        "current": 1830,
        "resetsAt": None,
        "runs": {"used": 3, "limit": 8, "remaining": 5, "resetsAt": "2026-08-21T07:30:00.000Z"},
    }
    quota = await asked(shape, lambda hub: hub.zero_gpu_quota())
    assert (quota.base, quota.remaining, quota.resets) == (2400, 1830, None)
    assert (quota.runs.remaining, quota.runs.resets.hour) == (5, 7)


@pytest.mark.parametrize(
    ("body", "diff"),
    [(b'"--- a\\n+++ b\\n"', "--- a\n+++ b\n"), (b"--- a\n+\x1b[2Jx", "--- a\n+x"), (b"7", "7")],
)
async def test_a_diff_is_text_or_json(body: bytes, diff: str) -> None:
    async with hub_on(Scripted(httpx.Response(200, content=body))) as hub:
        assert await hub.space(SPACE).compare("v1", "main") == diff


async def test_paths_info_goes_as_a_form_in_batches() -> None:
    server = Scripted(ok([{"path": "ä b", "type": "file"}]))
    async with hub_on(server) as hub:
        await hub.space(SPACE).paths_info([f"ä b/{n}" for n in range(1001)], "refs/pr/3")
    sizes = [request.content.count(b"paths=") for request in server.requests]
    assert sizes == [500, 500, 1]
    last = server.requests[-1]
    assert last.content == b"paths=%C3%A4+b%2F1000&expand=false"
    assert last.headers["content-type"] == "application/x-www-form-urlencoded"
    assert last.url.raw_path.endswith(b"/paths-info/refs%2Fpr%2F3")


@pytest.mark.parametrize("foreign", [True, False])
async def test_the_head_of_a_file_is_on_the_first_answer(foreign: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.method, "authorization" in request.headers))
        if "resolve-cache" in request.url.path:
            return httpx.Response(200, headers={"content-length": "9", "etag": '"second"'})
        if "/a/old/" in request.url.path:
            return httpx.Response(307, headers={"location": "/spaces/a/b/resolve/main/x"})
        place = "https://s3.example/x" if foreign else "/api/resolve-cache/x"
        linked = {"x-linked-size": "123", "x-linked-etag": '"sha"'} if foreign else {}
        headers = {"location": place, "x-repo-commit": OID, "etag": 'W/"first"'} | linked
        return httpx.Response(302, headers=headers)

    seen: list[tuple[str, str, bool]] = []
    async with hub_on(answer) as hub:
        head = await hub.space("a/old").head("x")
    assert head.commit == OID
    if foreign:
        assert (head.etag, head.size, head.large) == ("sha", 123, True)
    else:
        assert (head.etag, head.size, head.large) == ("first", 9, False)
    assert all(url.startswith(ENDPOINT) and token for url, _, token in seen)
    assert {method for _, method, _ in seen} == {"HEAD"}


async def test_a_card_the_hub_refuses_is_an_answer() -> None:
    body = {"errors": [{"message": "one\ntwo"}, {"message": "three"}], "warnings": []}
    async with hub_on(Scripted(httpx.Response(400, json=body))) as hub:
        check = await hub.validate_yaml("---\n---\n")
        assert (check.good, check.errors) == (False, ("one", "two", "three"))
    async with hub_on(Scripted(httpx.Response(413))) as hub:
        with pytest.raises(errors.BadRequest):
            await hub.validate_yaml("x")


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize(
    ("info", "there"),
    [
        (ok({"id": SPACE}), True),
        (ok({"id": "a/renamed"}), False),
        (httpx.Response(404), False),
        (httpx.ReadTimeout("x"), False),
    ],
)
async def test_a_create_refused_by_plan_or_role(
    status: int, info: httpx.Response | Exception, there: bool
) -> None:
    server = Scripted(httpx.Response(status, json={"error": "no"}), info)
    async with hub_on(server, attempts=1) as hub:
        wish = NewSpace(SPACE, "gradio")
        if there:
            assert (await hub.repos.create(wish, exist_ok=True)).existed
        else:
            with pytest.raises(errors.HubError) as caught:
                await hub.repos.create(wish, exist_ok=True)
            assert caught.value.status == status


async def test_a_create_names_type_and_only_what_was_asked_for() -> None:
    server = Scripted(ok({"name": SPACE}))
    async with hub_on(server) as hub:
        await hub.repos.create(
            NewSpace(
                SPACE,
                "docker",
                hardware="t4-small",
                sleep_time=-1,
                secrets=(NewSecret("KEY", Secret("x")),),
                volumes=(Volume("bucket", "a/data", "/data"),),
                dev_mode=False,
                license="mit",
                region="eu",
                resource_group="f" * 24,
            )
        )
    assert json.loads(server.requests[0].content) == {
        "name": "b",
        "organization": "a",
        "type": "space",
        "sdk": "docker",
        "hardware": "t4-small",
        "sleepTimeSeconds": -1,
        "secrets": [{"key": "KEY", "value": "x"}],
        "volumes": [{"type": "bucket", "source": "a/data", "mountPath": "/data"}],
        "devModeEnabled": False,
        "license": "mit",
        "region": "eu",
        "resourceGroupId": "f" * 24,
    }


CODE = DeviceCode(Secret("device"), "ABCD", "https://hub.example/device", None, 5, 60)


async def test_waiting_for_a_sign_in_keeps_the_pace_and_survives_trouble() -> None:
    server = Scripted(
        httpx.Response(400, json={"error": "authorization_pending"}),
        httpx.Response(400, json={"error": "slow_down", "error_description": "too fast"}),
        httpx.Response(502),
        httpx.ReadTimeout("x"),
        ok({"access_token": "hf_oauth_x", "refresh_token": "r", "expires_in": 9, "scope": "a b"}),
    )
    naps = Naps()
    async with hub_on(server, naps=naps) as hub:
        tokens = await hub.oauth.wait("id", CODE, clock=lambda: 0.0)
    assert naps.asked == [5, 5, 10, 10, 10]
    assert (tokens.access_token.reveal(), tokens.scope) == ("hf_oauth_x", ("a", "b"))
    assert "hf_oauth_x" not in repr(tokens)
    assert server.requests[0].content == (
        b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        b"&device_code=device&client_id=id"
    )


async def test_a_code_that_runs_out() -> None:
    server = Scripted(httpx.Response(400, json={"error": "authorization_pending"}))
    moments = iter([0.0, 10.0, 56.0])
    async with hub_on(server) as hub:
        with pytest.raises(errors.LoginRefused) as caught:
            await hub.oauth.wait("id", CODE, clock=lambda: next(moments))
    assert caught.value.reason == "expired_token"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("host", "subdomain", "base"),
    [
        ("https://a-b.hf.space", "a-b", "https://a-b--7887.hf.space"),
        ("https://a-b.hf.space/", "a-b", "https://a-b--7887.hf.space"),
        (f"{ENDPOINT}/apps/a-b", "a-b", f"{ENDPOINT}/apps/a-b--7887"),
        ("http://a-b.hf.space", "a-b", None),
        ("https://a-b.hf.space.evil.example", "a-b", None),
        ("https://evil.example/a-b.hf.space", "a-b", None),
        ("https://evil.example#.hf.space", "evil.example#", None),
        ("https://.hf.space", "", None),
        ("", "", None),
    ],
)
async def test_the_token_goes_to_apps_alone(host: str, subdomain: str, base: str | None) -> None:
    if base:
        assert report_base(Endpoint.parse(ENDPOINT), host, subdomain) == base
        return
    server = Scripted(httpx.Response(200))
    async with hub_on(server) as hub:
        space = Space(SPACE, host=host, subdomain=subdomain)
        with pytest.raises(errors.Untrusted):
            await anext(hub.space(SPACE).reload_report(space, "r1", OID))
    assert server.requests == []


async def test_a_report_that_comes_late_and_says_everything() -> None:
    region = {"startLine": 1, "startCol": 0, "endLine": 2, "endCol": 4}
    lines: list[dict[str, Any]] = [
        {"kind": "update", "region": region, "objectType": "function", "objectName": "f"},
        {"kind": "run", "region": region, "codeLines": "x = 1", "stdout": "hi\x1b[2J"},
        {"kind": "exception", "region": None, "traceback": "Traceback"},
        {"kind": "ui", "updated": True},
        {"kind": "somethingNew"},
    ]
    body = b"".join(
        b"event: message\ndata: " + json.dumps({"data": line}).encode() + b"\n\n" for line in lines
    )
    body += b'data: {"data": {}}\n\ndata: nonsense\n\nevent: other\ndata: {"data":{"kind":"x"}}\n\n'
    server = Scripted(httpx.Response(204), httpx.Response(204), httpx.Response(200, content=body))
    naps = Naps()
    async with hub_on(server, naps=naps) as hub:
        space = Space(SPACE, host="https://a-b.hf.space", subdomain="a-b")
        report = [event async for event in hub.space(SPACE).reload_report(space, "r+1", OID)]
    assert [event.kind for event in report] == [line["kind"] for line in lines]
    assert report[0].region == Region(1, 0, 2, 4)
    assert (report[1].code_lines, report[1].stdout) == ("x = 1", "hi")
    assert (report[2].failed, report[2].traceback) == (True, "Traceback")
    assert naps.asked == [0.5, 0.5]
    request = server.requests[0]
    assert request.url.raw_path == b"/--replicas/+r%2B1/get-reload"
    assert (request.url.host, request.headers["host"]) == ("a-b--7887.hf.space",) * 2
    assert json.loads(request.content) == {"reloadId": OID}
    assert request.headers["authorization"].startswith("Bearer ")


async def test_a_report_is_never_redirected() -> None:
    server = Scripted(httpx.Response(307, headers={"location": "https://evil.example/"}))
    async with hub_on(server) as hub:
        space = Space(SPACE, host="https://a-b.hf.space", subdomain="a-b")
        with pytest.raises((errors.Untrusted, errors.Redirected)):
            await anext(hub.space(SPACE).reload_report(space, "r", OID))
    assert len(server.requests) == 1
