"""Large files on their way: to the local Hub, to storage with faults, and to odd answers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import tracemalloc
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.sources import LargeFile
from spaces_tui.hub.space import SpaceResource
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.changes import LfsFile
from spaces_tui.model.identity import Secret
from tests.hub.talk import ENDPOINT, Naps, hub_on, raw_server

SPACE = "ada/demo"
CONTENT = bytes(range(256)) * 40 + b"the end"
SHA = hashlib.sha256(CONTENT).hexdigest()
STORAGE = "https://s3.example"


class Meter:
    """Remembers what it was told of progress."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, sent: int, total: int) -> None:
        assert 0 <= sent <= total
        self.told.append((sent, total))


@pytest.fixture
async def space(local_hub: LocalHub) -> AsyncIterator[SpaceResource]:
    local_hub.create(SPACE, files={"app.py": "print(1)\n"})
    token = Secret(local_hub.token())
    async with Hub(local_hub.url, token, version="0", retries=Retries(sleep=Naps())) as hub:
        yield hub.space(SPACE)


def stored(server: LocalHub) -> dict[str, bytes]:
    return server.call(lambda hub: dict(hub.lfs.objects))


async def test_one_piece(local_hub: LocalHub, space: SpaceResource, tmp_path: Path) -> None:
    file = tmp_path / "m.bin"
    file.write_bytes(CONTENT)
    meter = Meter()
    operations = await space.lfs.upload([LargeFile("models/m.bin", file)], progress=meter)
    assert operations == [LfsFile("models/m.bin", SHA, len(CONTENT))]
    assert stored(local_hub)[SHA] == CONTENT
    assert meter.told[-1] == (len(CONTENT), len(CONTENT))
    (put,) = [request for request in local_hub.requests() if request.method == "PUT"]
    assert put.origin == "storage"
    assert put.headers["content-length"] == str(len(CONTENT))
    assert "transfer-encoding" not in put.headers
    assert "authorization" not in put.headers
    (verify,) = [request for request in local_hub.requests() if request.path.endswith("/verify")]
    assert verify.account == "ada"
    done = await space.commit(operations, summary="Add a model", parent=None)
    assert await space.download("models/m.bin", done.result.oid, limit=2**20) == CONTENT


async def test_content_that_is_there_is_not_sent(local_hub: LocalHub, space: SpaceResource) -> None:
    local_hub.call(lambda hub: hub.lfs.put(CONTENT))
    meter = Meter()
    assert await space.lfs.upload([LargeFile("m.bin", CONTENT)], progress=meter)
    assert not [request for request in local_hub.requests() if request.origin == "storage"]
    assert meter.told == [(len(CONTENT), len(CONTENT))]


async def test_the_same_content_twice_is_sent_once(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    operations = await space.lfs.upload([LargeFile("a", CONTENT), LargeFile("b", CONTENT)])
    assert [operation.path for operation in operations] == ["a", "b"]
    assert len([r for r in local_hub.requests() if r.method == "PUT"]) == 1


@pytest.mark.parametrize("chunk", [1000, 1024, len(CONTENT) - 1])
async def test_parts(local_hub: LocalHub, space: SpaceResource, chunk: int) -> None:
    local_hub.multipart(over=100, chunk=chunk)
    meter = Meter()
    await space.lfs.upload([LargeFile("m.bin", CONTENT)], progress=meter)
    assert stored(local_hub)[SHA] == CONTENT
    assert meter.told[-1] == (len(CONTENT), len(CONTENT))
    puts = [request for request in local_hub.requests() if request.method == "PUT"]
    assert len(puts) == -(-len(CONTENT) // chunk)
    assert sum(int(put.headers["content-length"]) for put in puts) == len(CONTENT)


async def test_a_file_read_from_disk_in_parts(
    local_hub: LocalHub, space: SpaceResource, tmp_path: Path
) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(content := bytes(3_000_001))
    local_hub.multipart(over=100, chunk=700_001)
    await space.lfs.upload([LargeFile("large.bin", file)])
    assert stored(local_hub)[hashlib.sha256(content).hexdigest()] == content


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_part_that_fails_is_sent_again_alone(
    local_hub: LocalHub, space: SpaceResource, status: int
) -> None:
    local_hub.multipart(over=100, chunk=1000)
    local_hub.fault(r"partNumber=|X-Amz-Signature", method="PUT", status=status, count=2, skip=3)
    meter = Meter()
    await space.lfs.upload([LargeFile("m.bin", CONTENT)], progress=meter)
    assert stored(local_hub)[SHA] == CONTENT
    assert len([r for r in local_hub.requests() if r.method == "PUT"]) == 11 + 2
    assert meter.told[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_part_whose_answer_is_lost_is_sent_again(
    local_hub: LocalHub, space: SpaceResource, drop: Any
) -> None:
    local_hub.multipart(over=100, chunk=4000)
    local_hub.fault("X-Amz-Signature", method="PUT", drop=drop, count=1, skip=1)
    await space.lfs.upload([LargeFile("m.bin", CONTENT)])
    assert stored(local_hub)[SHA] == CONTENT


@pytest.mark.parametrize("chunk", [None, 2000])
async def test_expired_addresses_are_asked_for_again(
    local_hub: LocalHub, space: SpaceResource, chunk: int | None
) -> None:
    if chunk:
        local_hub.multipart(over=100, chunk=chunk)
    local_hub.fault("X-Amz-Signature", method="PUT", status=403, count=1)
    meter = Meter()
    await space.lfs.upload([LargeFile("m.bin", CONTENT)], progress=meter)
    assert stored(local_hub)[SHA] == CONTENT
    assert meter.told[-1] == (len(CONTENT), len(CONTENT))
    batches = [request for request in local_hub.requests() if request.path.endswith("/batch")]
    assert len(batches) == 2


async def test_a_storage_that_always_refuses_is_given_up(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    local_hub.fault("X-Amz-Signature", method="PUT", status=403, count=None)
    with pytest.raises(errors.Forbidden):
        await space.lfs.upload([LargeFile("m.bin", CONTENT)])
    assert len([r for r in local_hub.requests() if r.path.endswith("/batch")]) == 3


async def test_an_object_the_hub_does_not_take(local_hub: LocalHub, space: SpaceResource) -> None:
    local_hub.refuse_object(SHA, code=422, message="This is not for us")
    with pytest.raises(errors.BadRequest, match="This is not for us"):
        await space.lfs.upload([LargeFile("m.bin", CONTENT)])
    assert not [request for request in local_hub.requests() if request.origin == "storage"]


async def test_a_renamed_space(local_hub: LocalHub, space: SpaceResource) -> None:
    local_hub.rename(SPACE, "ada/new")
    await space.lfs.upload([LargeFile("m.bin", CONTENT)])
    assert stored(local_hub)[SHA] == CONTENT
    assert space.id == "ada/new"


async def test_the_production_origin_in_answers_is_ours(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    local_hub.name_origin()
    await space.lfs.upload([LargeFile("m.bin", CONTENT)])
    assert [request.account for request in local_hub.requests() if "verify" in request.path] == [
        "ada"
    ]


async def test_many_files(local_hub: LocalHub, space: SpaceResource) -> None:
    files = [LargeFile(f"{number}.bin", b"%d" % number) for number in range(300)]
    assert len(await space.lfs.upload(files)) == 300
    assert len([r for r in local_hub.requests() if r.path.endswith("/batch")]) == 2
    assert len(stored(local_hub)) >= 300


async def test_an_empty_file_is_none_of_these(space: SpaceResource) -> None:
    with pytest.raises(ValueError, match="empty"):
        await space.lfs.upload([LargeFile("empty", b"")])


async def test_a_file_that_is_not_there(space: SpaceResource, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await space.lfs.upload([LargeFile("m.bin", tmp_path / "none")])


@pytest.mark.parametrize("change", ["longer", "shorter", "touched"])
async def test_a_file_that_changes_after_it_was_measured(
    local_hub: LocalHub, space: SpaceResource, tmp_path: Path, change: str
) -> None:
    file = tmp_path / "m.bin"
    file.write_bytes(CONTENT)
    known = await space.lfs.measure(LargeFile("m.bin", file))
    contents = {"longer": CONTENT + b"x", "shorter": CONTENT[:-1], "touched": b"x" + CONTENT[1:]}
    file.unlink()
    file.write_bytes(contents[change])
    with pytest.raises(errors.SourceChanged, match=r"m\.bin changed"):
        await space.lfs.upload([known])
    assert SHA not in stored(local_hub)


class Storage:
    """A Hub and its storage in one function, whose answers a test changes."""

    def __init__(self, *, chunk: int | None = 4000, upload_id: str | None = "u1") -> None:
        self.chunk = chunk
        self.upload_id = upload_id
        self.parts: dict[int, bytes] = {}
        self.puts: list[int] = []
        self.batches = 0
        self.refuse: set[int] = set()
        self.joined: list[dict[str, Any]] = []
        self.etags = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/batch"):
            self.batches += 1
            return httpx.Response(200, json=self.answer(json.loads(request.content)))
        assert "authorization" not in request.headers
        assert str(request.url).startswith(STORAGE)
        if request.method == "POST":
            self.joined.append(json.loads(request.content))
            return httpx.Response(200, json={})
        return self.put(request)

    def put(self, request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["partNumber"])
        self.puts.append(number)
        if number in self.refuse:
            self.refuse.discard(number)
            return httpx.Response(403)
        self.parts[number] = request.content
        headers = {"etag": f'"tag-{number}"'} if self.etags else {}
        return httpx.Response(200, headers=headers)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["operation"] == "upload"
        (wanted,) = asked["objects"]
        count = -(-wanted["size"] // (self.chunk or 1))
        header = {str(number): self.address(number) for number in range(count, 0, -1)}
        upload = {
            "href": f"{STORAGE}/join?sig=a%2Fb+c",
            "header": header | {"chunk_size": str(self.chunk)},
        }
        return {"transfer": "multipart", "objects": [wanted | {"actions": {"upload": upload}}]}

    def address(self, number: int) -> str:
        known = f"&uploadId={self.upload_id}" if self.upload_id else ""
        return f"{STORAGE}/x?partNumber={number}{known}&sig=A%2BB/{self.batches}"


async def test_parts_are_sorted_by_number_and_joined_with_their_tags() -> None:
    storage = Storage(chunk=900)
    async with hub_on(storage) as hub:
        await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert b"".join(storage.parts[number] for number in range(1, 13)) == CONTENT
    (joined,) = storage.joined
    assert joined["oid"] == SHA
    assert joined["parts"] == [
        {"partNumber": number, "etag": f'"tag-{number}"'} for number in range(1, 13)
    ]


async def test_parts_that_are_there_stay_when_the_upload_is_the_same() -> None:
    storage = Storage(chunk=1000)
    storage.refuse = {7}
    async with hub_on(storage) as hub:
        await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert storage.batches == 2
    assert b"".join(storage.parts[number] for number in range(1, 12)) == CONTENT
    assert [storage.puts.count(number) for number in (1, 2, 3, 7)] == [1, 1, 1, 2]


async def test_parts_of_another_upload_are_sent_anew() -> None:
    class Renewing(Storage):
        def address(self, number: int) -> str:
            self.upload_id = f"u{self.batches}"
            return super().address(number)

    storage = Renewing(chunk=1000)
    storage.refuse = {11}
    async with hub_on(storage) as hub:
        await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert storage.batches == 2
    assert storage.puts.count(1) == 2
    assert b"".join(storage.parts[number] for number in range(1, 12)) == CONTENT


async def test_an_upload_that_failed_goes_on_where_it_was() -> None:
    class Failing(Storage):
        down = True

        def put(self, request: httpx.Request) -> httpx.Response:
            if self.down and request.url.params["partNumber"] == "9":
                raise httpx.ConnectError("gone")
            return super().put(request)

    storage = Failing(chunk=1000)
    async with hub_on(storage, upload_attempts=2) as hub:
        space = hub.space("a/b")
        with pytest.raises(errors.Unreachable):
            await space.lfs.upload([LargeFile("m", CONTENT)])
        before = set(storage.parts)
        storage.down = False
        storage.puts.clear()
        await space.lfs.upload([LargeFile("m", CONTENT)])
    assert storage.batches == 1
    assert before
    assert not before & set(storage.puts)
    assert b"".join(storage.parts[number] for number in range(1, 12)) == CONTENT


async def test_a_part_without_a_tag_is_fatal() -> None:
    storage = Storage()
    storage.etags = False
    async with hub_on(storage) as hub:
        with pytest.raises(errors.AnswerLost, match="did not name"):
            await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert storage.joined == []


@pytest.mark.parametrize("chunk", [len(CONTENT) * 2, 1])
async def test_a_wrong_number_of_parts_is_refused(chunk: int) -> None:
    class Wrong(Storage):
        def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
            answer = super().answer(asked)
            header = answer["objects"][0]["actions"]["upload"]["header"]
            header["chunk_size"] = str(chunk)
            return answer

    storage = Wrong()
    async with hub_on(storage) as hub:
        with pytest.raises(errors.AnswerLost):
            await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert storage.puts == []


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("http://s3.example/x", errors.Untrusted),
        ("https://user:pass@s3.example/x", errors.Untrusted),
        ("file:///etc/passwd", errors.Untrusted),
        (None, errors.AnswerLost),
    ],
)
async def test_an_address_one_does_not_send_to(
    href: str | None, kind: type[errors.HubError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        upload = {"href": href, "header": {"x": "y"}}
        entry = {"oid": SHA, "actions": {"upload": upload}}
        return httpx.Response(200, json={"objects": [entry]})

    requests: list[str] = []
    async with hub_on(answer) as hub:
        with pytest.raises(kind):
            await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])
    assert len(requests) == 1


async def test_headers_of_answers_go_along_but_no_credentials() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        header = {"Authorization": "Basic evil", "x-amz-acl": "private", "Host": "evil.example"}
        if not request.url.path.endswith("/batch"):
            return httpx.Response(200)
        actions = {
            "upload": {"href": f"{STORAGE}/x?sig=1", "header": header},
            "verify": {"href": "https://huggingface.co/v", "header": header | {"x-verify": "7"}},
        }
        return httpx.Response(200, json={"objects": [{"oid": SHA, "actions": actions}]})

    requests: list[httpx.Request] = []
    async with hub_on(answer) as hub:
        await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)], create_pr=True)
    batch, put, verify = requests
    assert "ref" not in json.loads(batch.content)
    assert batch.headers["content-type"] == "application/vnd.git-lfs+json"
    assert batch.headers["accept"] == "application/vnd.git-lfs+json"
    assert (put.headers["x-amz-acl"], put.headers["host"]) == ("private", "s3.example")
    assert "authorization" not in put.headers
    assert str(verify.url) == f"{ENDPOINT}/v"
    assert verify.headers["authorization"].startswith("Bearer hf_")
    assert verify.headers["x-verify"] == "7"
    assert json.loads(verify.content) == {"oid": SHA, "size": len(CONTENT)}


async def test_a_transfer_nobody_asked_for_is_refused() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"transfer": "xet", "objects": []})

    async with hub_on(answer) as hub:
        with pytest.raises(errors.BadRequest, match="does not know"):
            await hub.space("a/b").lfs.upload([LargeFile("m", CONTENT)])


async def test_an_upload_that_is_given_up_leaves_no_connection(tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(8 * 2**20))
    sha = hashlib.sha256(bytes(8 * 2**20)).hexdigest()
    begun, closed = asyncio.Event(), asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"POST"):
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            port = writer.get_extra_info("sockname")[1]
            upload = {"href": f"http://127.0.0.1:{port}/x"}
            body = json.dumps({"objects": [{"oid": sha, "actions": {"upload": upload}}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ")
            writer.write(b"%d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            return
        await reader.readexactly(2**20)
        begun.set()
        await reader.read(-1)
        closed.set()

    async with raw_server(talk) as url, Hub(url, None, version="0") as hub:
        task = asyncio.create_task(hub.space("a/b").lfs.upload([LargeFile("large.bin", file)]))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await closed.wait()


async def test_memory_stays_flat(tmp_path: Path) -> None:
    size = 48 * 2**20
    file = tmp_path / "large.bin"
    with file.open("wb") as opened:
        opened.truncate(size)
    received = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal received
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.findall(rb"content-length: (\d+)", head, re.IGNORECASE)[0])
            body = b""
            if head.startswith(b"POST"):
                asked = json.loads(await reader.readexactly(length))
                port = writer.get_extra_info("sockname")[1]
                upload = {"href": f"http://127.0.0.1:{port}/x"}
                entry = asked["objects"][0] | {"actions": {"upload": upload}}
                body = json.dumps({"objects": [entry]}).encode()
            else:
                while received < length:
                    received += len(await reader.read(2**16))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()

    async def until_closed(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except asyncio.IncompleteReadError:
            return

    async with raw_server(until_closed) as url, Hub(url, None, version="0") as hub:
        tracemalloc.start()
        try:
            await hub.space("a/b").lfs.upload([LargeFile("large.bin", file)])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert received == size
    assert peak < 12 * 2**20
