"""Answers of the production Hub, byte for byte as they were recorded, read by our client."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.model.identity import Secret
from spaces_tui.model.newspace import NewSpace
from spaces_tui.model.repo import AddFile, FileMode, FileSample, UploadMode
from spaces_tui.model.space import Domain, Runtime
from spaces_tui.model.stage import Stage
from tests.hub.talk import Scripted, hub_on

SPACE = "user/tmp_test_space"
SAMPLE = (
    "CmltcG9ydCBncmFkaW8gYXMgZ3IKCgpkZWYgZ3JlZXQobmFtZSk6CiAgICByZXR1cm4gIkhlbGxvICIgKyBuYW1lICsg"
    "IiEhIgoKaWZhY2UgPSBnci5JbnRlcmZhY2UoZm49Z3JlZXQsIGlucHV0cz0idGV4dCIsIG91dHB1dHM9InRleHQiKQpp"
    "ZmFjZS5sYXVuY2goKQo="
)
APP = base64.b64decode(SAMPLE)
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "X-Powered-By": "huggingface-moon",
    "ETag": 'W/"de-+RBX"',
    "X-Request-Id": "Root=1-67cae57a-3f9c;1b7c0c2e",
}
DOMAINS = b'"domains":[{"domain":"user-tmp-test-space.hf.space","stage":"READY"}]}'
BUILDING = (
    b'{"stage":"BUILDING","hardware":{"current":null,"requested":"cpu-basic"},"storage":null,'
    b'"gcTimeout":172800,"replicas":{"requested":1},"devMode":false,' + DOMAINS
)
PAUSED = BUILDING.replace(b"BUILDING", b"PAUSED")
STATIC = (
    b'{"stage":"RUNNING","hardware":{"current":null,"requested":null},"storage":null,'
    b'"replicas":{"requested":1,"current":1}}'
)


def recorded(
    body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> httpx.Response:
    return httpx.Response(status, content=body, headers=HEADERS | (headers or {}))


async def ask(
    make: Callable[[Hub], Awaitable[Any]], *answers: httpx.Response
) -> tuple[Any, list[httpx.Request]]:
    """Make a call that these answers are given to; return its result and the requests."""
    server = Scripted(*answers)
    async with hub_on(server, endpoint="https://huggingface.co") as hub:
        return await make(hub), server.requests


def fresh(stage: str) -> Runtime:
    return Runtime(
        stage=Stage(stage),
        requested_hardware="cpu-basic",
        sleep_time=172_800,
        requested_replicas=1,
        domains=(Domain("user-tmp-test-space.hf.space", "READY"),),
    )


async def test_a_first_build() -> None:
    runtime, _ = await ask(lambda hub: hub.space(SPACE).runtime(), recorded(BUILDING))
    assert runtime == fresh("BUILDING")


async def test_a_static_space() -> None:
    runtime, _ = await ask(lambda hub: hub.space(SPACE).runtime(), recorded(STATIC))
    assert runtime == Runtime(stage=Stage("RUNNING"), replicas=1, requested_replicas=1)


async def test_pause_and_restart() -> None:
    paused, (pause,) = await ask(lambda hub: hub.space(SPACE).pause(), recorded(PAUSED))
    again, (restart,) = await ask(lambda hub: hub.space(SPACE).restart(), recorded(BUILDING))
    assert (paused, again) == (fresh("PAUSED"), fresh("BUILDING"))
    assert (pause.method, pause.url.path) == ("POST", f"/api/spaces/{SPACE}/pause")
    assert (restart.method, restart.url.path) == ("POST", f"/api/spaces/{SPACE}/restart")
    assert pause.content == restart.content == b""


async def test_info_with_one_field() -> None:
    body = b'{"_id":"67cae5358ccdbd832011c081","id":"user/tmp_test_space","xetEnabled":false}'
    space, _ = await ask(lambda hub: hub.space(SPACE).info("main"), recorded(body))
    assert (space.id, space.uid) == (SPACE, "67cae5358ccdbd832011c081")
    assert space.visibility is None
    assert space.private is None


async def test_create() -> None:
    body = (
        b'{"url":"https://huggingface.co/spaces/user/tmp_test_space",'
        b'"name":"user/tmp_test_space","id":"67cae56f9b4f4ee4713c83e7"}'
    )
    wish = NewSpace(SPACE, "gradio", visibility="private")
    created, (request,) = await ask(lambda hub: hub.repos.create(wish), recorded(body))
    assert (created.id, created.uid, created.existed) == (SPACE, "67cae56f9b4f4ee4713c83e7", False)
    assert created.url == "https://huggingface.co/spaces/user/tmp_test_space"
    assert json.loads(request.content) == {
        "name": "tmp_test_space",
        "organization": "user",
        "type": "space",
        "sdk": "gradio",
        "visibility": "private",
    }


TAKEN = (
    b'{"error":"You already created this space repo",'
    b'"url":"https://huggingface.co/spaces/user/tmp_test_space"}'
)


async def test_create_what_is_there() -> None:
    wish = NewSpace(SPACE, "gradio")
    found, requests = await ask(
        lambda hub: hub.repos.create(wish, exist_ok=True), recorded(TAKEN, 409)
    )
    assert (found.id, found.existed, len(requests)) == (SPACE, True, 1)
    with pytest.raises(errors.Conflict, match="You already created this space repo") as caught:
        await ask(lambda hub: hub.repos.create(wish), recorded(TAKEN, 409))
    assert caught.value.url == "https://huggingface.co/spaces/user/tmp_test_space"


async def test_delete_is_answered_in_plain_text() -> None:
    answer = recorded(b"OK", headers={"Content-Type": "text/plain; charset=utf-8"})
    result, (request,) = await ask(lambda hub: hub.repos.delete(SPACE), answer)
    assert result is None
    assert (request.method, request.url.path) == ("DELETE", "/api/repos/delete")
    assert request.content == (
        b'{"name": "tmp_test_space", "organization": "user", "type": "space"}'
    )


async def test_secrets_are_answered_with_nothing() -> None:
    _, (request,) = await ask(
        lambda hub: hub.space(SPACE).secrets.set("bar", Secret("123"), "This is a secret"),
        recorded(b"{}"),
    )
    assert request.content == (b'{"key": "bar", "value": "123", "description": "This is a secret"}')
    _, (request,) = await ask(
        lambda hub: hub.space(SPACE).secrets.delete("gh_api_key"), recorded(b"{}")
    )
    assert (request.method, request.content) == ("DELETE", b'{"key": "gh_api_key"}')
    assert request.headers["content-type"] == "application/json"


async def test_variables_are_answered_with_all_of_them() -> None:
    body = b'{"foo":{"value":"123","updatedAt":"2025-03-07T12:24:18.657Z"}}'
    found, (request,) = await ask(
        lambda hub: hub.space(SPACE).variables.set("foo", "123"), recorded(body)
    )
    assert request.content == b'{"key": "foo", "value": "123"}'
    assert (found["foo"].key, found["foo"].value, found["foo"].description) == ("foo", "123", "")
    assert found["foo"].updated == datetime(2025, 3, 7, 12, 24, 18, 657_000, UTC)


async def test_variables_with_descriptions_keep_their_order() -> None:
    body = (
        b'{"foo":{"value":"456","description":"updated description",'
        b'"updatedAt":"2025-03-07T12:24:19.875Z"},'
        b'"MODEL_PAPER":{"value":"arXiv","description":"found it there",'
        b'"updatedAt":"2025-03-07T12:24:19.337Z"}}'
    )
    found, (request,) = await ask(
        lambda hub: hub.space(SPACE).variables.set("foo", "456", "updated description"),
        recorded(body),
    )
    assert request.content == (
        b'{"key": "foo", "value": "456", "description": "updated description"}'
    )
    assert list(found) == ["foo", "MODEL_PAPER"]
    assert found["MODEL_PAPER"].description == "found it there"
    left, (request,) = await ask(
        lambda hub: hub.space(SPACE).variables.delete("missing_key"), recorded(body)
    )
    assert request.content == b'{"key": "missing_key"}'
    assert left == found


async def test_preupload() -> None:
    bodies = (
        b'{"files":[{"path":"app.py","uploadMode":"regular","shouldIgnore":false}],'
        b'"commitOid":"c28c3378a2354b5aa3b65c9652ed8ed8941ba3d5"}',
        b'{"files":[{"path":"app.py","uploadMode":"regular","shouldIgnore":false,'
        b'"oid":"1a42034850e2f5213e1a89a887747b667dc9d125"}],'
        b'"commitOid":"c52ce5e45984b9378ef6247fe7a45ed72b096b24"}',
    )
    plans = []
    for body in bodies:
        plan, (request,) = await ask(
            lambda hub: hub.space(SPACE).preupload([FileSample("app.py", 152, APP)]),
            recorded(body),
        )
        plans.append(plan)
    assert request.content == (
        b'{"files": [{"path": "app.py", "sample": "' + SAMPLE.encode() + b'", "size": 152}]}'
    )
    assert plans[0].files == (FileMode("app.py", UploadMode.REGULAR),)
    assert plans[0].head == "c28c3378a2354b5aa3b65c9652ed8ed8941ba3d5"
    assert plans[1].files[0].oid == "1a42034850e2f5213e1a89a887747b667dc9d125"


async def test_commit() -> None:
    body = (
        b'{"success":true,"commitOid":"eff8e0eb38c673ede5f5d4c4d106255900fa39e2",'
        b'"commitUrl":"https://huggingface.co/spaces/user/tmp_test_space/commit/'
        b'eff8e0eb38c673ede5f5d4c4d106255900fa39e2","hookOutput":""}'
    )
    done, (request,) = await ask(
        lambda hub: hub.space(SPACE).commit(
            [AddFile("app.py", APP)], summary="Upload app.py with huggingface_hub", parent=None
        ),
        recorded(body),
    )
    sent = [json.loads(line) for line in request.content.splitlines()]
    assert sent == [
        {
            "key": "header",
            "value": {"summary": "Upload app.py with huggingface_hub", "description": ""},
        },
        {"key": "file", "value": {"content": SAMPLE, "path": "app.py", "encoding": "base64"}},
    ]
    assert list(sent[1]["value"]) == ["content", "path", "encoding"]
    assert done.result.oid == "eff8e0eb38c673ede5f5d4c4d106255900fa39e2"
    assert done.result.url.endswith(done.result.oid)
    assert (done.pull_request, done.pull_request_url) == (None, None)
