"""Where redirects lead, and where the token never goes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.repo import DeleteFile
from tests.hub.talk import ENDPOINT, Handler, Scripted, hub_on

OID = "a" * 40


def to(location: str, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={"location": location})


class Places:
    """A handler that answers by URL and remembers who brought a token where."""

    def __init__(self, places: dict[str, httpx.Response | Handler]) -> None:
        self.places = places
        self.seen: list[tuple[str, str, bool]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        self.seen.append((request.method, url, "authorization" in request.headers))
        answer = self.places[url]
        return answer if isinstance(answer, httpx.Response) else answer(request)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/api/spaces/a/new", "https://huggingface.co/api/spaces/a/new"]
)
async def test_a_read_follows_a_rename_with_the_token(status: int, location: str) -> None:
    server = Places(
        {
            f"{ENDPOINT}/api/spaces/a/old": to(location, status),
            f"{ENDPOINT}/api/spaces/a/new": httpx.Response(200, json={"id": "a/new"}),
        }
    )
    async with hub_on(server) as hub:
        space = hub.space("a/old")
        assert (await space.info()).id == "a/new"
        assert space.id == "a/new"
    assert [token for _, _, token in server.seen] == [True, True]


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/api/spaces/a/b",
        "http://hub.example/api/spaces/a/b",
        "https://hub.example:444/api/spaces/a/b",
        "//evil.example/api/spaces/a/b",
        "https://hub.example@evil.example/",
        "https://user:pass@hub.example/api/spaces/a/b",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("change", [False, True])
async def test_an_api_call_never_leaves_the_origin(location: str, change: bool) -> None:
    server = Scripted(to(location))
    async with hub_on(server) as hub:
        space = hub.space("a/b")
        with pytest.raises(errors.Untrusted) as caught:
            await (space.pause() if change else space.runtime())
    assert len(server.requests) == 1
    assert caught.value.call
    assert "pass" not in str(caught.value)


async def test_redirects_without_end() -> None:
    server = Scripted(to("/api/whoami-v2"))
    async with hub_on(server) as hub:
        with pytest.raises(errors.Redirected):
            await hub.whoami()
    assert len(server.requests) == 6


@pytest.mark.parametrize("answer", [httpx.Response(302), httpx.Response(304)])
async def test_a_redirect_to_nowhere(answer: httpx.Response) -> None:
    async with hub_on(Scripted(answer)) as hub:
        with pytest.raises(errors.Redirected):
            await hub.whoami()
        with pytest.raises(errors.Redirected):
            await hub.space("a/b").pause()


async def test_a_download_takes_the_token_to_the_hub_and_not_to_the_storage() -> None:
    server = Places(
        {
            f"{ENDPOINT}/spaces/a/old/resolve/main/m.bin": to("/spaces/a/b/resolve/main/m.bin"),
            f"{ENDPOINT}/spaces/a/b/resolve/main/m.bin": to("https://s3.example/x?sig=1", 302),
            "https://s3.example/x": to("https://s4.example/y"),
            "https://s4.example/y": httpx.Response(200, content=b"bytes"),
        }
    )
    async with hub_on(server) as hub:
        assert await hub.space("a/old").download("m.bin", limit=5) == b"bytes"
    assert [token for _, _, token in server.seen] == [True, True, False, False]


async def test_a_storage_that_points_back_to_the_hub_may_have_the_token_again() -> None:
    server = Places(
        {
            f"{ENDPOINT}/spaces/a/b/resolve/main/x": to("https://s3.example/x"),
            "https://s3.example/x": to(f"{ENDPOINT}/api/resolve-cache/x"),
            f"{ENDPOINT}/api/resolve-cache/x": httpx.Response(200, content=b"x"),
        }
    )
    async with hub_on(server) as hub:
        assert await hub.space("a/b").download("x", limit=5) == b"x"
    assert [token for _, _, token in server.seen] == [True, False, True]


async def test_a_download_never_goes_from_https_to_http() -> None:
    server = Scripted(to("http://s3.example/x"))
    async with hub_on(server) as hub:
        with pytest.raises(errors.Untrusted):
            await hub.space("a/b").download("x", limit=5)


async def test_the_message_of_a_foreign_failure_has_no_signature() -> None:
    server = Scripted(to("https://s3.example/x?X-Signature=s3cr3t"), httpx.Response(403))
    async with hub_on(server) as hub:
        with pytest.raises(errors.Forbidden) as caught:
            await hub.space("a/b").download("x", limit=5)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("told", [True, False])
async def test_a_download_beyond_the_limit_stops(told: bool) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    length = {"content-length": "1001"} if told else {}
    server = Scripted(httpx.Response(200, content=endless(), headers=length))
    async with hub_on(server) as hub:
        with pytest.raises(errors.TooLarge):
            await hub.space("a/b").download("x", limit=1000)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_change_is_repeated_on_the_confirmed_new_name(status: int) -> None:
    new = f"{ENDPOINT}/api/spaces/b/new"
    server = Places(
        {
            f"{ENDPOINT}/api/spaces/a/old/commit/main": to(
                "https://huggingface.co/api/spaces/b/new/commit/main", status
            ),
            new: httpx.Response(200, json={"id": "b/new"}),
            f"{new}/commit/main": httpx.Response(200, json={"commitOid": OID}),
            f"{new}/pause": httpx.Response(200, json={"stage": "PAUSED"}),
        }
    )
    async with hub_on(server) as hub:
        space = hub.space("a/old")
        done = await space.commit([DeleteFile("x")], summary="s", parent=None)
        assert done.result.oid == OID
        assert space.id == "b/new"
        await space.pause()
    assert [(method, url.removeprefix(ENDPOINT)) for method, url, _ in server.seen] == [
        ("POST", "/api/spaces/a/old/commit/main"),
        ("GET", "/api/spaces/b/new"),
        ("POST", "/api/spaces/b/new/commit/main"),
        ("POST", "/api/spaces/b/new/pause"),
    ]


@pytest.mark.parametrize(
    ("location", "info"),
    [
        ("/login", {"id": "a/old"}),
        ("/api/spaces/a/old/pause", {"id": "a/old"}),
        ("/api/spaces/a/new/pause", {"id": "a/other"}),
    ],
)
async def test_a_change_is_not_repeated_on_a_doubtful_name(
    location: str, info: dict[str, str]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        posts.append(request.method)
        return to(location) if request.method == "POST" else httpx.Response(200, json=info)

    posts: list[str] = []
    async with hub_on(answer) as hub:
        with pytest.raises(errors.Redirected):
            await hub.space("a/old").pause()
    assert posts.count("POST") == 1


async def test_a_second_rename_in_a_row_is_left_to_the_caller() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.split("/")[4]
        if request.method == "GET":
            return httpx.Response(200, json={"id": f"a/{name}"})
        return to(f"/api/spaces/a/{name}x/pause")

    async with hub_on(answer) as hub:
        with pytest.raises(errors.Redirected):
            await hub.space("a/b").pause()


async def test_a_stream_follows_a_rename() -> None:
    body = b'data: {"data":"x\\n","timestamp":"2026-01-01T00:00:00Z"}\n\n'
    server = Scripted(to("/api/spaces/a/new/logs/run"), httpx.Response(200, content=body))
    async with hub_on(server) as hub:
        chunks = [chunk.text async for chunk in hub.space("a/old").logs(LogStream.RUN, tail=3)]
    assert chunks == ["x\n"]
    assert server.requests[0].url.query == b"tail=3"
