"""Every call against the local Hub, over real HTTP, with its faults."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.hub.follow import LogReset, Patience
from spaces_tui.hub.replay import Delivery
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.space import SpaceResource
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.tree import lfs_blob
from spaces_tui.model.identity import Role, Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogChunk
from spaces_tui.model.repo import AddFile, DeleteFile, EntryType, FileSample, UploadMode
from tests.hub.talk import Naps

SPACE = "ada/demo"


def connect(server: LocalHub, name: str = "ada", role: str = "write") -> Hub:
    token = Secret(server.token(name, role))
    return Hub(server.url, token, version="0", retries=Retries(sleep=Naps()))


@pytest.fixture
async def hub(local_hub: LocalHub) -> AsyncIterator[Hub]:
    local_hub.create(SPACE, files={"app.py": "print(1)\n", "src/a b.py": "x = 1\n"})
    async with connect(local_hub) as client:
        yield client


@pytest.fixture
def space(hub: Hub) -> SpaceResource:
    return hub.space(SPACE)


def control(server: LocalHub, command: str, **arguments: object) -> None:
    """Speak to the local Hub's control over HTTP."""
    body = json.dumps(arguments).encode()
    address = f"{server.url}/__local__/{command}"
    request = urllib.request.Request(
        address, body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


async def test_who_am_i(hub: Hub) -> None:
    identity = await hub.whoami()
    assert identity.name == "ada"
    assert identity.token_role == "write"
    assert Role.UNKNOWN not in {organization.role for organization in identity.organizations}
    assert hub.rate is not None
    assert hub.rate.bucket == "api"


async def test_a_wrong_token(local_hub: LocalHub) -> None:
    async with Hub(local_hub.url, Secret("hf_wrong"), version="0") as hub:
        with pytest.raises(errors.Unauthorized):
            await hub.whoami()


async def test_a_revoked_token(local_hub: LocalHub, hub: Hub) -> None:
    await hub.whoami()
    control(local_hub, "revoke", name="ada", role="write")
    with pytest.raises(errors.Unauthorized):
        await hub.space(SPACE).runtime()


async def test_all_pages_of_the_list(local_hub: LocalHub, hub: Hub) -> None:
    for number in range(5):
        local_hub.create(f"acme/space-{number}")
    found = [space async for space in hub.spaces.list(author="acme", limit=2)]
    assert {space.name for space in found} >= {f"space-{number}" for number in range(5)}
    assert all(space.owner == "acme" and space.runtime for space in found)
    assert [s.id async for s in hub.spaces.list(author="acme", search="space-3")] == [
        "acme/space-3"
    ]


async def test_an_unknown_field_is_refused(hub: Hub) -> None:
    with pytest.raises(errors.BadRequest):
        async for _ in hub.spaces.list(expand=("nonsense",)):
            pass


async def test_the_price_list(hub: Hub) -> None:
    flavours = {flavour.name: flavour for flavour in await hub.spaces.hardware()}
    assert flavours["cpu-basic"].usd_per_hour == 0
    assert flavours["t4-small"].usd_per_hour == pytest.approx(0.4)
    assert flavours["t4-small"].accelerator is not None


async def test_info_and_runtime(local_hub: LocalHub, space: SpaceResource) -> None:
    info = await space.info()
    assert (info.id, info.sha) == (SPACE, local_hub.head(SPACE))
    assert (await space.info("main")).sha == info.sha
    assert (await space.runtime()).stage.running
    with pytest.raises(errors.RevisionNotFound):
        await space.info("no-such-branch")


async def test_what_is_missing_or_private(local_hub: LocalHub, hub: Hub) -> None:
    with pytest.raises(errors.NotFoundOrPrivate):
        await hub.space("ada/missing").info()
    local_hub.set_private(SPACE, private=True)
    async with Hub(local_hub.url, None, version="0") as nobody:
        with pytest.raises(errors.NotFoundOrPrivate):
            await nobody.space(SPACE).runtime()
    async with connect(local_hub, "bob") as bob:
        with pytest.raises(errors.NotFoundOrPrivate):
            await bob.space(SPACE).runtime()


async def test_unknown_stages_come_through(local_hub: LocalHub, space: SpaceResource) -> None:
    local_hub.set_stage(SPACE, "RUNNING_CONTAINER_STARTING", error="odd\x1b[2J")
    runtime = await space.runtime()
    assert runtime.stage.name == "RUNNING_CONTAINER_STARTING"
    assert runtime.error_message == "odd"


async def test_pause_and_restart(local_hub: LocalHub, space: SpaceResource) -> None:
    assert (await space.pause()).stage.name == "PAUSED"
    assert (await space.restart()).stage.transitional
    with pytest.raises(errors.Forbidden):
        async with connect(local_hub, role="read") as reader:
            await reader.space(SPACE).pause()
    local_hub.create("ada/page", sdk="static")
    async with connect(local_hub) as hub:
        with pytest.raises(errors.BadRequest):
            await hub.space("ada/page").pause()


async def test_tree_history_and_download(space: SpaceResource) -> None:
    entries = {entry.path: entry async for entry in space.tree()}
    assert entries["src"].type is EntryType.DIRECTORY
    assert entries["src/a b.py"].size == 6
    assert [entry.path async for entry in space.tree(path="src")] == ["src/a b.py"]
    assert await space.download("src/a b.py", limit=6) == b"x = 1\n"
    with pytest.raises(errors.TooLarge):
        await space.download("src/a b.py", limit=5)
    with pytest.raises(errors.EntryNotFound):
        await space.download("nope.py", limit=5)
    with pytest.raises(errors.EntryNotFound):
        async for _ in space.tree(path="nope"):
            pass
    with pytest.raises(errors.RevisionNotFound):
        await space.commits("nope")
    assert len(await space.commits(limit=1)) == 1


async def test_a_large_file_comes_from_the_storage_without_the_token(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    content = bytes(range(256)) * 64

    def store(state: LocalHubState) -> None:
        blob = lfs_blob(state.lfs.put(content), len(content))
        state.commit(state.spaces[SPACE], {"model.bin": blob}, author="carol", title="Model")

    local_hub.call(store)
    assert await space.download("model.bin", limit=2**20) == content
    stored = [request for request in local_hub.requests() if request.origin == "storage"]
    assert stored
    for request in stored:
        assert "authorization" not in request.headers


async def test_commit(local_hub: LocalHub, space: SpaceResource) -> None:
    head = local_hub.head(SPACE)
    plan = await space.preupload([FileSample("ä.py", 3, b"abc"), FileSample("empty", 0, b"")])
    assert plan.head == head
    assert {mode.path: mode.mode for mode in plan.files} == {
        "ä.py": UploadMode.REGULAR,
        "empty": UploadMode.REGULAR,
    }
    done = await space.commit(
        [AddFile("ä.py", b"abc"), AddFile("empty", b""), DeleteFile("app.py")],
        summary="Rework",
        description="why",
        parent=head,
    )
    assert done.result.oid == local_hub.head(SPACE)
    files = local_hub.files(SPACE)
    assert (files["ä.py"], files["empty"]) == (b"abc", b"")
    assert "app.py" not in files
    (newest,) = await space.commits(limit=1)
    assert (newest.oid, newest.title) == (done.result.oid, "Rework")


async def test_a_commit_on_an_old_parent(local_hub: LocalHub, space: SpaceResource) -> None:
    old = local_hub.head(SPACE)
    new = local_hub.commit(SPACE, {"other.txt": "x"})
    with pytest.raises(errors.Moved):
        await space.commit([AddFile("a", b"")], summary="s", parent=old)
    assert local_hub.head(SPACE) == new


@pytest.mark.parametrize(
    ("operation", "kind"),
    [(DeleteFile("nope"), errors.EntryNotFound), (AddFile("../x", b""), errors.BadRequest)],
)
async def test_a_commit_the_hub_refuses(
    space: SpaceResource, operation: AddFile | DeleteFile, kind: type[errors.HubError]
) -> None:
    with pytest.raises(kind):
        await space.commit([operation], summary="s", parent=None)


async def test_a_commit_without_the_right(local_hub: LocalHub, space: SpaceResource) -> None:
    async with connect(local_hub, role="read") as reader:
        with pytest.raises(errors.Forbidden):
            await reader.space(SPACE).commit([AddFile("a", b"")], summary="s", parent=None)
    with pytest.raises(errors.RevisionNotFound):
        await space.commit([AddFile("a", b"")], summary="s", parent=None, revision="nope")


@pytest.mark.parametrize(
    "fault", [{"drop": "after"}, {"mangle": "malformed"}, {"mangle": "truncated"}]
)
async def test_a_lost_reply_is_unclear_and_the_commit_is_there_once(
    local_hub: LocalHub, space: SpaceResource, fault: dict[str, str]
) -> None:
    before = len(await space.commits(limit=100))
    control(local_hub, "fault", path="/commit/", **fault)
    with pytest.raises(errors.AnswerLost) as caught:
        await space.commit([AddFile("a", b"")], summary="s", parent=local_hub.head(SPACE))
    assert caught.value.call == f"POST /api/spaces/{SPACE}/commit/main"
    assert len(await space.commits(limit=100)) == before + 1


async def test_a_failing_commit_is_sent_once(local_hub: LocalHub, space: SpaceResource) -> None:
    head = local_hub.head(SPACE)
    for fault in ({"drop": "before"}, {"status": 502, "body": "<html>"}):
        control(local_hub, "fault", path="/commit/", **fault)
        with pytest.raises((errors.AnswerLost, errors.ServerError)):
            await space.commit([AddFile("a", b"")], summary="s", parent=head)
    sent = [request for request in local_hub.requests() if "/commit/" in request.path]
    assert len(sent) == 2
    assert local_hub.head(SPACE) == head


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"drop": "after"}, {"mangle": "truncated"}, {"status": 503}]
)
async def test_reads_get_over_passing_trouble(
    local_hub: LocalHub, space: SpaceResource, fault: dict[str, object]
) -> None:
    control(local_hub, "fault", path="/", count=1, **fault)
    assert (await space.runtime()).stage.running


async def test_the_windows_and_the_commit_quota(local_hub: LocalHub, space: SpaceResource) -> None:
    control(local_hub, "exhaust_commits", count=1)
    with pytest.raises(errors.RateLimited) as caught:
        await space.commit([AddFile("a", b"")], summary="s", parent=None)
    assert caught.value.by_action
    control(local_hub, "exhaust_rate", name="ada", role="write", seconds=200)
    with pytest.raises(errors.RateLimited) as caught:
        await space.runtime()
    assert not caught.value.by_action
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 100


async def test_a_renamed_space(local_hub: LocalHub, hub: Hub) -> None:
    old, other = hub.space(SPACE), hub.space(SPACE)
    head = local_hub.head(SPACE)
    control(local_hub, "rename", space=SPACE, to="ada/renamed")
    done = await old.commit([AddFile("a", b"1")], summary="s", parent=head)
    assert old.id == "ada/renamed"
    assert local_hub.head("ada/renamed") == done.result.oid
    assert (await other.info()).id == "ada/renamed"
    assert other.id == "ada/renamed"
    assert await hub.space(SPACE).download("a", limit=1) == b"1"


async def test_metrics_and_events(local_hub: LocalHub, space: SpaceResource) -> None:
    async with aclosing(space.metrics()) as metrics:
        metric = await anext(metrics)
    assert metric.cpu_percent is not None
    assert metric.memory_total is not None
    async with aclosing(space.events()) as events:
        event = await anext(events)
    assert (event.name, event.data) == ("stage", "RUNNING")
    local_hub.set_stage(SPACE, "SLEEPING")
    with pytest.raises(errors.NotMeasurable):
        await anext(space.metrics())


async def test_a_log_needs_the_right_to_write(local_hub: LocalHub, space: SpaceResource) -> None:
    local_hub.write_log(SPACE, "one\n")
    async with aclosing(space.logs(LogStream.RUN, tail=1)) as log:
        assert (await anext(log)).text == "one\n"
    async with Hub(local_hub.url, None, version="0") as nobody:
        with pytest.raises(errors.HubError):
            await anext(nobody.space(SPACE).logs(LogStream.RUN))


async def test_following_over_cuts_and_a_new_container(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    local_hub.timing(chatter=3600)
    local_hub.reset_log(SPACE)
    written = [f"line {number}\u2028\n" for number in range(40)]
    patience = Patience(go_on=_always, drained=0.05, first_wait=0.01, longest_wait=0.05)
    async with aclosing(space.follow(LogStream.RUN, patience=patience)) as log:
        found: list[Delivery] = []
        for number, text in enumerate(written):
            local_hub.write_log(SPACE, text)
            if number % 7 == 0:
                local_hub.drop_streams()
            found += await anext(log)
        assert [item.text for item in found if isinstance(item, LogChunk)] == written
        local_hub.reset_log(SPACE)
        banner = "===== Application Startup at 2026-06-20 01:09:43 =====\n"
        local_hub.write_log(SPACE, banner)
        reset, last = await anext(log)
        assert reset == LogReset()
        assert isinstance(last, LogChunk)
        assert last.text == banner


async def _always() -> bool:
    return True


async def test_many_calls_at_once(hub: Hub) -> None:
    space = hub.space(SPACE)
    runtimes = await asyncio.gather(*(space.runtime() for _ in range(60)))
    assert all(runtime.stage.running for runtime in runtimes)
