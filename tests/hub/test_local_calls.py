"""Managing Spaces against the local Hub, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.hub.control import NEVER
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.sources import LargeFile
from spaces_tui.hub.space import SpaceResource
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.changes import DeleteFolder, LfsFile, RenameFile
from spaces_tui.model.environment import NewSecret, NewVariable
from spaces_tui.model.identity import Secret
from spaces_tui.model.newspace import FirstFile, NewSpace, SpaceCopy
from spaces_tui.model.refs import SharedFile
from spaces_tui.model.repo import AddFile, FileSample
from spaces_tui.model.settings import SpaceSettings
from spaces_tui.model.volume import Volume
from tests.hub.talk import Naps

SPACE = "ada/demo"
CARD = "---\nsdk: gradio\nsdk_version: 6.2.0\napp_file: app.py\n---\n"


def connect(server: LocalHub, name: str = "ada") -> Hub:
    token = Secret(server.token(name))
    return Hub(server.url, token, version="0", retries=Retries(sleep=Naps()))


@pytest.fixture
async def hub(local_hub: LocalHub) -> AsyncIterator[Hub]:
    files = {"README.md": CARD, "app.py": "print(1)\n", "src/a b.py": "x = 1\n"}
    local_hub.create(SPACE, files=files)
    async with connect(local_hub) as client:
        yield client


@pytest.fixture
def space(hub: Hub) -> SpaceResource:
    return hub.space(SPACE)


async def test_secrets(local_hub: LocalHub, space: SpaceResource) -> None:
    await space.secrets.set("API_KEY", Secret("s3cret ü"), "for the API")
    found = await space.secrets.list()
    assert found["API_KEY"].description == "for the API"
    assert found["API_KEY"].updated is not None
    assert local_hub.secret_values(SPACE) == {"API_KEY": "s3cret ü"}
    await space.secrets.delete("API_KEY")
    await space.secrets.delete("API_KEY")
    assert await space.secrets.list() == {}


async def test_variables(space: SpaceResource) -> None:
    assert await space.variables.list() == {}
    await space.variables.set("MODE", "fast")
    both = await space.variables.set("PAPER", "two\nlines", "found it there")
    assert list(both) == ["MODE", "PAPER"]
    assert (both["PAPER"].value, both["PAPER"].description) == ("two\nlines", "found it there")
    assert list(await space.variables.delete("MODE")) == ["PAPER"]
    assert list(await space.variables.delete("MISSING")) == ["PAPER"]


@pytest.mark.parametrize("key", ["", "_x", "1x", "a-b", "a.b", "ä", "a b", "A\n"])
async def test_a_key_the_hub_would_not_take_is_not_sent(
    local_hub: LocalHub, space: SpaceResource, key: str
) -> None:
    for attempt in (
        space.secrets.set(key, Secret("x")),
        space.secrets.delete(key),
        space.variables.set(key, "x"),
        space.variables.delete(key),
    ):
        with pytest.raises(errors.InvalidKey):
            await attempt
    assert local_hub.requests() == []


async def test_hardware_and_sleep(space: SpaceResource) -> None:
    runtime = await space.set_hardware("t4-small", 3600)
    assert (runtime.requested_hardware, runtime.sleep_time) == ("t4-small", 3600)
    assert (await space.set_sleep_time(7200)).sleep_time == 7200
    assert (await space.set_sleep_time(None)).sleep_time is None
    await space.set_replicas(2)
    assert (await space.runtime()).requested_replicas == 2
    with pytest.raises(errors.BadRequest):
        await space.set_hardware("no-such-flavour")


@pytest.mark.parametrize("seconds", [0, -2])
async def test_a_sleep_time_that_is_none(space: SpaceResource, seconds: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        await space.set_sleep_time(seconds)
    with pytest.raises(ValueError, match="positive"):
        await space.set_hardware("t4-small", seconds)
    assert (await space.set_hardware("t4-small", NEVER)).sleep_time is None


async def test_hardware_without_a_payment_method(local_hub: LocalHub) -> None:
    async with connect(local_hub, "bob") as bob:
        with pytest.raises((errors.Forbidden, errors.PaymentRequired)):
            await bob.space("bob/quiet-pond").set_hardware("t4-small")


async def test_dev_mode(space: SpaceResource) -> None:
    assert (await space.set_dev_mode(enabled=True)).dev_mode
    assert not (await space.set_dev_mode(enabled=False)).dev_mode


async def test_volumes(space: SpaceResource) -> None:
    volumes = (
        Volume("bucket", "ada/app-data", "/data", read_only=False),
        Volume("dataset", "acme/corpus", "/corpus", revision="main", path="train"),
    )
    await space.volumes.put(volumes)
    found = await space.volumes.list()
    assert [(each.source, each.mount_path) for each in found] == [
        ("ada/app-data", "/data"),
        ("acme/corpus", "/corpus"),
    ]
    await space.volumes.delete()
    assert await space.volumes.list() == ()
    with pytest.raises(errors.BadRequest):
        await space.volumes.delete()


@pytest.mark.parametrize(
    "volume",
    [
        Volume("dataset", "****/******", "/data"),
        Volume("bucket", "ada", "/data"),
        Volume("bucket", "ada/data", "data"),
        None,
    ],
)
async def test_volumes_that_must_not_be_written(
    local_hub: LocalHub, space: SpaceResource, volume: Volume | None
) -> None:
    with pytest.raises(ValueError, match="volume"):
        await space.volumes.put([volume] if volume else [])
    assert local_hub.requests() == []


async def test_settings(space: SpaceResource) -> None:
    changed = await space.settings.update(SpaceSettings(visibility="private"))
    assert changed.visibility == "private"
    assert (await space.info()).private is True
    with pytest.raises(ValueError, match="setting"):
        await space.settings.update(SpaceSettings())


async def test_pass_and_access(local_hub: LocalHub, space: SpaceResource) -> None:
    granted = await space.jwt(write=True, expires_in=60)
    assert granted.token
    assert granted.expires is not None
    assert granted.token.reveal() not in repr(granted)
    await space.auth_check(write=True)
    async with connect(local_hub, "bob") as bob:
        await bob.space(SPACE).auth_check()
        with pytest.raises(errors.Forbidden):
            await bob.space(SPACE).auth_check(write=True)


async def test_create_and_delete(local_hub: LocalHub, hub: Hub) -> None:
    wish = NewSpace(
        "ada/fresh",
        "gradio",
        visibility="private",
        secrets=(NewSecret("KEY", Secret("hidden"), "d"),),
        variables=(NewVariable("MODE", "x"),),
        short_description="A fresh one",
        files=(FirstFile("app.py", b"print(2)\n"),),
    )
    assert "hidden" not in repr(wish)
    created = await hub.repos.create(wish)
    assert (created.id, created.existed) == ("ada/fresh", False)
    assert created.uid
    assert local_hub.secret_values("ada/fresh") == {"KEY": "hidden"}
    assert local_hub.files("ada/fresh")["app.py"] == b"print(2)\n"
    assert (await hub.space("ada/fresh").variables.list())["MODE"].value == "x"
    with pytest.raises(errors.Conflict):
        await hub.repos.create(wish)
    again = await hub.repos.create(wish, exist_ok=True)
    assert (again.id, again.existed) == ("ada/fresh", True)
    await hub.repos.delete("ada/fresh")
    with pytest.raises(errors.NotFoundOrPrivate):
        await hub.repos.delete("ada/fresh")
    await hub.repos.delete("ada/fresh", missing_ok=True)


async def test_a_create_that_meets_another_is_sent_again(local_hub: LocalHub, hub: Hub) -> None:
    local_hub.lock_creation(count=2)
    assert (await hub.repos.create(NewSpace("ada/locked", "static"))).id == "ada/locked"
    local_hub.lock_creation(count=None)
    with pytest.raises(errors.Conflict, match="conflicting operation"):
        await hub.repos.create(NewSpace("ada/locked-too", "static"), exist_ok=True)


async def test_a_plan_that_is_needed(local_hub: LocalHub) -> None:
    async with connect(local_hub, "bob") as bob:
        with pytest.raises(errors.PaymentRequired):
            await bob.repos.create(NewSpace("bob/new", "gradio"), exist_ok=True)
        there = await bob.repos.create(NewSpace("bob/quiet-pond", "gradio"), exist_ok=True)
        assert there.existed


async def test_duplicate_and_move(hub: Hub, space: SpaceResource) -> None:
    await space.variables.set("MODE", "copied")
    copy = await hub.repos.duplicate(SPACE, SpaceCopy("ada/copy", visibility="private"))
    assert copy.id == "ada/copy"
    assert (await hub.space("ada/copy").variables.list())["MODE"].value == "copied"
    with pytest.raises(errors.Conflict):
        await hub.repos.duplicate(SPACE, SpaceCopy("ada/copy"))
    found = await hub.repos.duplicate(SPACE, SpaceCopy("ada/copy"), exist_ok=True)
    assert found.existed
    await hub.repos.move("ada/copy", "acme/moved")
    assert (await hub.space("acme/moved").info()).id == "acme/moved"
    old = hub.space("ada/copy")
    await old.variables.set("AFTER", "the move")
    assert old.id == "acme/moved"


async def test_searching(hub: Hub) -> None:
    templates = await hub.spaces.templates()
    assert all(template.repo and template.sdk for template in templates)
    assert templates
    assert [found.id for found in await hub.spaces.quicksearch("demo")] == [SPACE]
    results = await hub.spaces.semantic_search("demo", include_not_running=True)
    assert SPACE in {found.space.id for found in results}


async def test_people(hub: Hub) -> None:
    ada, acme = await hub.user("ada"), await hub.organization("acme")
    assert (ada.name, ada.kind, ada.pro) == ("ada", "user", True)
    assert (acme.name, acme.kind) == ("acme", "org")
    assert "ada" in {member.name async for member in hub.members("acme")}
    with pytest.raises(errors.NotFound):
        await hub.user("nobody-of-that-name")


async def test_own_repositories(local_hub: LocalHub, hub: Hub) -> None:
    local_hub.create("acme/theirs")
    mine = [each async for each in hub.my_repositories()]
    assert [(each.id, each.type, each.visibility) for each in mine] == [(SPACE, "space", "public")]
    theirs = [each.id async for each in hub.my_repositories(organization="acme", limit=1)]
    assert "acme/theirs" in theirs


async def test_bill_and_quota(local_hub: LocalHub, hub: Hub) -> None:
    usage = await hub.billing_usage()
    assert usage.micro_usd == sum(line.total_micro_usd for line in usage.lines)
    local_hub.use_gpu("ada", 100)
    quota = await hub.zero_gpu_quota()
    assert quota.base is not None
    assert quota.remaining == quota.base - 100
    async with Hub(local_hub.url, None, version="0") as nobody:
        with pytest.raises(errors.Unauthorized):
            await nobody.zero_gpu_quota()


async def test_a_card_is_checked(hub: Hub) -> None:
    assert (await hub.validate_yaml(CARD)).good
    bad = await hub.validate_yaml("---\nsdk: gradio\ncolorFrom: nonsense\n---\n")
    assert not bad.good
    assert bad.errors


async def test_refs_and_history(local_hub: LocalHub, space: SpaceResource) -> None:
    first = local_hub.head(SPACE)
    await space.create_branch("feat/x")
    await space.create_tag("v1", message="the first")
    with pytest.raises(errors.Conflict):
        await space.create_branch("feat/x")
    refs = await space.refs()
    assert {branch.name for branch in refs.branches} == {"main", "feat/x"}
    assert [tag.name for tag in refs.tags] == ["v1"]
    done = await space.commit([AddFile("app.py", b"print(2)\n")], summary="Two", parent=first)
    diff = await space.compare(first, done.result.oid)
    assert "-print(1)" in diff
    assert "+print(2)" in diff
    await space.delete_branch("feat/x")
    await space.delete_tag("v1")
    assert (await space.refs()).tags == ()
    squashed = await space.super_squash(message="Begin anew")
    assert squashed == local_hub.head(SPACE)
    assert len(await space.commits()) == 1
    with pytest.raises(ValueError, match="500"):
        await space.super_squash(message="x" * 501)


async def test_sizes_and_paths(space: SpaceResource) -> None:
    entries = await space.paths_info(["app.py", "src/a b.py", "missing"])
    assert {entry.path for entry in entries} == {"app.py", "src/a b.py"}
    whole, part = await space.tree_size(), await space.tree_size(path="src")
    assert whole > part == 6


async def test_heads_of_files(local_hub: LocalHub, space: SpaceResource) -> None:
    sent = await space.lfs.upload([LargeFile("m.bin", b"large" * 99)])
    done = await space.commit(sent, summary="Add", parent=None)
    small, large = await space.head("app.py"), await space.head("m.bin")
    assert (small.size, small.large, small.commit) == (9, False, done.result.oid)
    assert (large.size, large.large, large.etag) == (495, True, sent[0].sha256)
    assert not [request for request in local_hub.requests() if request.method == "GET"]
    with pytest.raises(errors.EntryNotFound):
        await space.head("missing")


async def test_operations_of_commits(local_hub: LocalHub, space: SpaceResource) -> None:
    (model,) = await space.lfs.upload([LargeFile("m.bin", b"large" * 99)])
    await space.commit([model, RenameFile("main.py", "app.py")], summary="Move", parent=None)
    files = local_hub.files(SPACE)
    assert "app.py" not in files
    assert files["main.py"] == b"print(1)\n"
    copy = LfsFile("copy.bin", model.sha256, None)
    await space.commit([copy, DeleteFolder("src")], summary="Copy", parent=None)
    assert {"copy.bin", "m.bin"} <= set(local_hub.files(SPACE))
    assert "src/a b.py" not in local_hub.files(SPACE)
    assert (await space.head("copy.bin")).etag == model.sha256


async def test_a_pull_request_leaves_the_branch_alone(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    head = local_hub.head(SPACE)
    plan = await space.preupload([FileSample("new.py", 1, b"x")], create_pr=True)
    assert plan.head == head
    done = await space.commit(
        [AddFile("new.py", b"x")], summary="Propose", parent=head, create_pr=True
    )
    assert done.pull_request is not None
    assert local_hub.head(SPACE) == head
    assert await space.download("new.py", f"refs/pr/{done.pull_request}", limit=9) == b"x"
    assert (await space.refs(pull_requests=True)).pull_requests


async def test_stored_large_files(local_hub: LocalHub, hub: Hub, space: SpaceResource) -> None:
    sent = await space.lfs.upload([LargeFile(f"{n}.bin", b"large" * n) for n in (1, 2)])
    await space.commit(sent, summary="Add", parent=None)
    found = [each async for each in space.lfs_files.list()]
    assert {each.sha256 for each in found} == {each.sha256 for each in sent}
    await hub.repos.create(NewSpace("ada/other", "static"))
    shared = [SharedFile(each.xet_hash or "", each.sha256, each.filename) for each in found]
    assert (await space.lfs_files.share("ada/other", shared)).succeeded == 2
    partly = await space.lfs_files.share("ada/other", [*shared, SharedFile("x", "0" * 64)])
    assert (partly.complete, partly.processed, partly.succeeded) == (False, 3, 2)
    assert len(partly.failed) == 1
    await space.lfs_files.delete(found[0].sha256)
    await space.lfs_files.delete_many([each.sha256 for each in found])
    assert [each async for each in space.lfs_files.list()] == []
    assert set(local_hub.files(SPACE)).isdisjoint({"1.bin", "2.bin"})


async def hot_reload(server: LocalHub, space: SpaceResource) -> None:
    """Patch the running app and read what it reports."""
    server.wait_stage(SPACE, "RUNNING")
    done = await space.commit(
        [AddFile("app.py", b"def f():\n    return 2\n")],
        summary="Patch",
        parent=server.head(SPACE),
        hot_reload=True,
    )
    info = await space.info()
    assert info.runtime is not None
    reloading = info.runtime.hot_reloading
    assert reloading is not None
    assert reloading.created
    replica = reloading.replicas[0].replica
    async with aclosing(space.reload_report(info, replica, done.result.oid)) as report:
        kinds = [event.kind async for event in report]
    assert kinds
    assert set(kinds) <= {"add", "update", "delete", "run", "ui", "file"}
    with pytest.raises(errors.NotFound):
        await anext(space.reload_report(info, replica, "f" * 40))


async def test_hot_reload_of_an_app_below_the_hub(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    local_hub.map_apps()
    await hot_reload(local_hub, space)


async def test_hot_reload_at_the_apps_own_host(local_hub: LocalHub, hub: Hub) -> None:
    origins: list[str] = []

    def here(origin: str) -> str:
        origins.append(origin)
        return local_hub.url

    hub.app_origin = here
    await hot_reload(local_hub, hub.space(SPACE))
    assert set(origins) == {"https://ada-demo--7887.hf.space"}


async def test_signing_in_with_a_code(local_hub: LocalHub) -> None:
    async with Hub(local_hub.url, None, version="0", retries=Retries(sleep=Naps())) as hub:
        local_hub.login_interval(0)
        code = await hub.oauth.begin("a-client", ("read-repos", "write-repos"))
        assert code.user_code in (code.verification_uri_complete or code.user_code)
        with pytest.raises(errors.LoginPending) as caught:
            await hub.oauth.poll("a-client", code)
        assert not caught.value.slow_down
        local_hub.approve_login(code.user_code)
        tokens = await hub.oauth.wait("a-client", code)
        assert tokens.refresh_token is not None
        fresh = await hub.oauth.refresh("a-client", tokens.refresh_token)
    async with Hub(local_hub.url, fresh.access_token, version="0") as signed_in:
        assert (await signed_in.whoami()).name == "ada"


async def test_a_denied_sign_in(local_hub: LocalHub) -> None:
    async with Hub(local_hub.url, None, version="0", retries=Retries(sleep=Naps())) as hub:
        local_hub.login_interval(0)
        code = await hub.oauth.begin("a-client")
        local_hub.deny_login(code.user_code)
        with pytest.raises(errors.LoginRefused) as caught:
            await hub.oauth.wait("a-client", code)
        assert caught.value.reason == "access_denied"
        with pytest.raises(errors.LoginRefused):
            await hub.oauth.refresh("a-client", Secret("never given"))
