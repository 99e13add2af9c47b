"""What a person may want of the Hub: how it is prepared, asked for, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

from spaces_tui.hub.sources import LargeFile
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.model.environment import NewSecret, NewVariable
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.newspace import NewSpace, SpaceCopy
from spaces_tui.model.refs import SharedFile
from spaces_tui.model.repo import AddFile, FileSample
from spaces_tui.model.settings import SpaceSettings
from spaces_tui.model.volume import Volume
from tests.faults.world import SPACE, VALUE, World

Answer = Literal["json", "ignored", "empty", "bytes", "stream", "none"]
"""What a good answer's body is: JSON that is read, something nobody reads, nothing, a file's
content, events without an end, or (HEAD) none at all."""

API = f"/api/spaces/{SPACE}"
OBJECT = b"large" * 99
NEW_APP = AddFile("app.py", b"print(2)\n")


@dataclass(frozen=True)
class Intention:
    """One call of the client.

    A change has `effects`, a read has not; a read's `right` says whether its result is.
    """

    name: str
    asks: str
    """Method and path, the latter as a regular expression."""
    make: Callable[[World], Awaitable[Any]]
    effects: Callable[[World], int | None] | None = None
    """How often the Hub did it; None where that cannot be seen there."""
    right: Callable[[World, Any], bool] = lambda _world, _result: True
    prepare: Callable[[World], Awaitable[None]] | None = None
    answer: Answer = "json"
    attempts: int = 3
    """How often a read is tried."""
    later: bool = False
    """Whether it is a later step of something."""
    renews: bool = False
    """Whether it is sent to a signed address, and a refusal there asks for a new one."""
    token: str | None = "ada"
    """Whose quota of requests it counts against."""

    @property
    def uploads(self) -> bool:
        """Whether it is one of the steps that send a large file."""
        return self.make is upload

    @property
    def method(self) -> str:
        """GET, POST …"""
        return self.asks.partition(" ")[0]

    @property
    def path(self) -> str:
        """A regular expression for the whole path."""
        return self.asks.partition(" ")[2]


async def drained(items: AsyncIterator[Any]) -> list[Any]:
    """Read an iterator to its end."""
    return [item async for item in items]


async def first(items: AsyncGenerator[Any, None]) -> Any:
    """Read one item of something that does not end."""
    async with aclosing(items) as opened:
        return await anext(opened)


async def paid_hardware(world: World) -> None:
    """Let the Space run on something that is billed."""

    def upgrade(state: LocalHubState) -> None:
        state.spaces[SPACE].runtime.requested = "t4-small"
        state.spaces[SPACE].runtime.gc_timeout = None

    world.server.call(upgrade)


async def a_volume(world: World) -> None:
    """Let the Space have a volume."""
    volumes: list[dict[str, Any]] = [{"type": "bucket", "source": "ada/old", "mountPath": "/old"}]
    world.server.call(lambda state: setattr(state.spaces[SPACE].runtime, "volumes", volumes))


async def a_tier(world: World) -> None:
    """Let the Space have the storage of former times."""
    world.server.call(lambda state: setattr(state.spaces[SPACE].runtime, "storage", "small"))


async def settings(world: World) -> None:
    """Let the Space have a secret and a variable, and run."""
    await world.space.secrets.set("OLD", Secret("x"))
    await world.space.variables.set("MODE", "fast")
    world.server.call(lambda state: state.spaces[SPACE].past.clear())


async def references(world: World) -> None:
    """Let there be a branch and a tag."""
    await world.space.create_branch("old")
    await world.space.create_tag("v0")


async def a_difference(world: World) -> None:
    """Let there be a commit after a tag."""
    await references(world)
    world.server.commit(SPACE, {"a.txt": "something\n"})


async def a_large_file(world: World) -> None:
    """Let the Space have one; `note` is its SHA-256."""
    sent = await world.space.lfs.upload([LargeFile("m.bin", OBJECT)])
    await world.space.commit(sent, summary="Add", parent=None)
    world.note = sent[0].sha256


async def a_target(world: World) -> None:
    """Let there be a large file and another Space."""
    await a_large_file(world)
    world.server.create("ada/other")


async def some_history(world: World) -> None:
    """Let there be more than one commit."""
    world.server.commit(SPACE, {"a.txt": "a"})


async def a_code(world: World) -> None:
    """Let a sign-in be confirmed; `note` is its code."""
    world.server.login_interval(0)
    world.note = await world.hub.oauth.begin("a-client")
    world.server.approve_login(world.note.user_code)
    world.tokens.append(world.note.device_code.reveal())


async def a_login(world: World) -> None:
    """Let somebody be signed in; `note` is the refresh token."""
    await a_code(world)
    world.note = (await world.hub.oauth.poll("a-client", world.note)).refresh_token
    world.tokens.append(world.note.reveal())


async def a_log(world: World) -> None:
    """Let the app have said something."""
    world.server.write_log(SPACE, "hello\n")


async def a_patch(world: World) -> None:
    """Let the running app be patched; `note` is the Space and the commit."""
    world.server.map_apps()
    world.server.reload_pending(0)
    patch = AddFile("app.py", b"def f():\n    return 2\n")
    done = await world.space.commit([patch], summary="Patch", parent=None, hot_reload=True)
    world.note = (await world.space.info(), done.result.oid)


def upload(world: World) -> Awaitable[Any]:
    """Send a large file's content."""
    return world.space.lfs.upload([LargeFile("m.bin", OBJECT)])


def stored(world: World, _result: Any) -> bool:
    """Whether the content of the large file is there, once."""
    return world.server.call(lambda state: list(state.lfs.objects.values())) == [OBJECT]


def report(world: World) -> Awaitable[Any]:
    """Read what a replica says of a hot reload."""
    app, oid = world.note
    replica = app.runtime.hot_reloading.replicas[0].replica
    return first(world.space.reload_report(app, replica, oid))


def has(world: World, ref: str) -> bool:
    """Whether the repository has a reference."""
    return ref in world.kept.repo.refs


def restarted(world: World, *, done: bool) -> int:
    """How often the Space restarted, which must go along with what it restarted for."""
    assert done == (world.restarts() > 0)
    return world.restarts()


def logins(world: World) -> int:
    """How many sign-ins are under way."""
    return world.server.call(lambda state: len(state.logins._logins))


def oauth_tokens(world: World) -> int:
    """How many access tokens sign-ins brought, without the one of the seed."""
    return world.server.call(
        lambda state: sum(each.role == "oauth" for each in state.accounts.tokens) - 1
    )


def commits(world: World, title: str) -> int:
    """How many commits of the branch have a title."""
    return sum(commit.title == title for commit in world.kept.head.history())


NEW = NewSpace(
    "ada/fresh",
    "gradio",
    secrets=(NewSecret("KEY", Secret(VALUE)),),
    variables=(NewVariable("MODE", "x"),),
)
VOLUME = Volume("bucket", "ada/data", "/data", read_only=False)

CHANGES = (
    Intention(
        "commit",
        f"POST {API}/commit/main",
        lambda w: w.space.commit([NEW_APP], summary="Two", parent=w.server.head(SPACE)),
        lambda w: commits(w, "Two"),
    ),
    Intention(
        "commit on whatever is there",
        f"POST {API}/commit/main",
        lambda w: w.space.commit([NEW_APP], summary="Two", parent=None),
        lambda w: commits(w, "Two"),
    ),
    Intention(
        "open a pull request",
        f"POST {API}/commit/main",
        lambda w: w.space.commit([NEW_APP], summary="Two", parent=None, create_pr=True),
        lambda w: sum(name.startswith("refs/pr/") for name in w.kept.repo.refs),
    ),
    Intention(
        "set a secret",
        f"POST {API}/secrets",
        lambda w: w.space.secrets.set("KEY", Secret(VALUE)),
        lambda w: restarted(w, done=w.server.secret_values(SPACE).get("KEY") == VALUE),
        answer="ignored",
    ),
    Intention(
        "delete a secret",
        f"DELETE {API}/secrets",
        lambda w: w.space.secrets.delete("OLD"),
        lambda w: restarted(w, done=not w.kept.secrets),
        prepare=settings,
        answer="ignored",
    ),
    Intention(
        "set a variable",
        f"POST {API}/variables",
        lambda w: w.space.variables.set("KEY", "x"),
        lambda w: restarted(w, done="KEY" in w.kept.variables),
    ),
    Intention(
        "delete a variable",
        f"DELETE {API}/variables",
        lambda w: w.space.variables.delete("MODE"),
        lambda w: restarted(w, done=not w.kept.variables),
        prepare=settings,
    ),
    Intention(
        "restart",
        f"POST {API}/restart",
        lambda w: w.space.restart(),
        lambda w: w.deployments(),
    ),
    Intention(
        "rebuild",
        f"POST {API}/restart",
        lambda w: w.space.restart(factory=True),
        lambda w: w.deployments(),
    ),
    Intention(
        "pause",
        f"POST {API}/pause",
        lambda w: w.space.pause(),
        lambda w: w.entered("PAUSED"),
    ),
    Intention(
        "request hardware",
        f"POST {API}/hardware",
        lambda w: w.space.set_hardware("t4-small", 3600),
        lambda w: restarted(w, done=w.kept.runtime.requested == "t4-small"),
    ),
    Intention(
        "set the sleep time",
        f"POST {API}/sleeptime",
        lambda w: w.space.set_sleep_time(7200),
        lambda w: int(w.kept.runtime.gc_timeout == 7200),
        prepare=paid_hardware,
    ),
    Intention(
        "set the replicas",
        f"POST {API}/replicas",
        lambda w: w.space.set_replicas(2),
        lambda w: int(w.kept.runtime.replicas == 2),
        prepare=paid_hardware,
        answer="ignored",
    ),
    Intention(
        "turn dev mode on",
        f"POST {API}/dev-mode",
        lambda w: w.space.set_dev_mode(enabled=True),
        lambda w: restarted(w, done=w.kept.runtime.dev_mode),
    ),
    Intention(
        "mount a volume",
        f"PUT {API}/volumes",
        lambda w: w.space.volumes.put([VOLUME]),
        lambda w: restarted(w, done=len(w.kept.runtime.volumes) == 1),
        answer="ignored",
    ),
    Intention(
        "unmount all volumes",
        f"DELETE {API}/volumes",
        lambda w: w.space.volumes.delete(),
        lambda w: restarted(w, done=not w.kept.runtime.volumes),
        prepare=a_volume,
        answer="ignored",
    ),
    Intention(
        "request storage",
        f"POST {API}/storage",
        lambda w: w.space.request_storage("small"),
        lambda w: restarted(w, done=w.kept.runtime.storage == "small"),
    ),
    Intention(
        "delete the storage",
        f"DELETE {API}/storage",
        lambda w: w.space.delete_storage(),
        lambda w: restarted(w, done=w.kept.runtime.storage is None),
        prepare=a_tier,
    ),
    Intention(
        "change the visibility",
        f"PUT {API}/settings",
        lambda w: w.space.settings.update(SpaceSettings(visibility="private")),
        lambda w: int(w.kept.private),
    ),
    Intention(
        "create a Space",
        "POST /api/repos/create",
        lambda w: w.hub.repos.create(NEW),
        lambda w: int(w.exists("ada/fresh")),
    ),
    Intention(
        "duplicate a Space",
        f"POST {API}/duplicate",
        lambda w: w.hub.repos.duplicate(SPACE, SpaceCopy("ada/copy")),
        lambda w: int(w.exists("ada/copy")),
    ),
    Intention(
        "rename a Space",
        "POST /api/repos/move",
        lambda w: w.hub.repos.move(SPACE, "ada/moved"),
        lambda w: int(w.exists("ada/moved") and not w.exists(SPACE)),
        answer="empty",
    ),
    Intention(
        "delete a Space",
        "DELETE /api/repos/delete",
        lambda w: w.hub.repos.delete(SPACE),
        lambda w: int(not w.exists(SPACE)),
        answer="ignored",
    ),
    Intention(
        "create a branch",
        f"POST {API}/branch/dev",
        lambda w: w.space.create_branch("dev"),
        lambda w: int(has(w, "refs/heads/dev")),
        answer="empty",
    ),
    Intention(
        "delete a branch",
        f"DELETE {API}/branch/old",
        lambda w: w.space.delete_branch("old"),
        lambda w: int(not has(w, "refs/heads/old")),
        prepare=references,
        answer="empty",
    ),
    Intention(
        "create a tag",
        f"POST {API}/tag/main",
        lambda w: w.space.create_tag("v1"),
        lambda w: int(has(w, "refs/tags/v1")),
        answer="empty",
    ),
    Intention(
        "delete a tag",
        f"DELETE {API}/tag/v0",
        lambda w: w.space.delete_tag("v0"),
        lambda w: int(not has(w, "refs/tags/v0")),
        prepare=references,
        answer="empty",
    ),
    Intention(
        "squash the history",
        f"POST {API}/super-squash/main",
        lambda w: w.space.super_squash(),
        lambda w: int(w.kept.head.parent is None),
        prepare=some_history,
    ),
    Intention(
        "delete a large file",
        f"DELETE {API}/lfs-files/[0-9a-f]{{64}}",
        lambda w: w.space.lfs_files.delete(w.note),
        lambda w: int(not w.server.call(lambda state: state.lfs.objects)),
        prepare=a_large_file,
        answer="empty",
    ),
    Intention(
        "delete large files",
        f"POST {API}/lfs-files/batch",
        lambda w: w.space.lfs_files.delete_many([w.note]),
        lambda w: int(not w.server.call(lambda state: state.lfs.objects)),
        prepare=a_large_file,
        answer="empty",
    ),
    Intention(
        "share a large file",
        f"POST {API}/lfs-files/duplicate",
        lambda w: w.space.lfs_files.share("ada/other", [SharedFile("x", w.note)]),
        lambda _w: None,
        prepare=a_target,
    ),
    Intention(
        "begin to sign in",
        "POST /oauth/device",
        lambda w: w.hub.oauth.begin("a-client"),
        logins,
        token=None,
    ),
    Intention(
        "fetch the tokens of a sign-in",
        "POST /oauth/token",
        lambda w: w.hub.oauth.poll("a-client", w.note),
        oauth_tokens,
        prepare=a_code,
        token=None,
    ),
    Intention(
        "refresh a sign-in",
        "POST /oauth/token",
        lambda w: w.hub.oauth.refresh("a-client", w.note),
        lambda w: oauth_tokens(w) - 1,
        prepare=a_login,
        token=None,
    ),
)
"""What changes the Hub. It is sent once, unless nothing was sent at all."""

READS = (
    Intention(
        "who am I",
        "GET /api/whoami-v2",
        lambda w: w.hub.whoami(),
        right=lambda _w, found: found.name == "ada",
    ),
    Intention(
        "a person",
        "GET /api/users/ada/overview",
        lambda w: w.hub.user("ada"),
        right=lambda _w, found: found.pro,
    ),
    Intention(
        "an organization",
        "GET /api/organizations/acme/overview",
        lambda w: w.hub.organization("acme"),
        right=lambda _w, found: found.name == "acme",
    ),
    Intention(
        "members",
        "GET /api/organizations/acme/members",
        lambda w: drained(w.hub.members("acme")),
        right=lambda _w, found: "ada" in {member.name for member in found},
    ),
    Intention(
        "own repositories",
        "GET /api/settings/repositories",
        lambda w: drained(w.hub.my_repositories()),
        right=lambda _w, found: [each.id for each in found] == [SPACE],
    ),
    Intention(
        "an organization's repositories",
        "GET /api/organizations/acme/settings/repositories",
        lambda w: drained(w.hub.my_repositories(organization="acme")),
        right=lambda _w, found: found == [],
    ),
    Intention(
        "the bill",
        "GET /api/settings/billing/usage",
        lambda w: w.hub.billing_usage(),
        right=lambda _w, found: bool(found.period_id),
    ),
    Intention(
        "the quota of shared GPUs",
        "GET /api/spaces/zero-gpu/quota",
        lambda w: w.hub.zero_gpu_quota(),
        right=lambda _w, found: found.base > 0,
    ),
    Intention(
        "check a card",
        "POST /api/validate-yaml",
        lambda w: w.hub.validate_yaml("---\nsdk: gradio\n---\n"),
        right=lambda _w, found: found.good,
    ),
    Intention(
        "list Spaces",
        "GET /api/spaces",
        lambda w: drained(w.hub.spaces.list("ada")),
        right=lambda _w, found: [each.id for each in found] == [SPACE],
    ),
    Intention(
        "prices",
        "GET /api/spaces/hardware",
        lambda w: w.hub.spaces.hardware(),
        right=lambda _w, found: "cpu-basic" in {each.name for each in found},
    ),
    Intention(
        "templates",
        "GET /api/spaces/templates",
        lambda w: w.hub.spaces.templates(),
        right=lambda _w, found: bool(found),
    ),
    Intention(
        "search by meaning",
        "GET /api/spaces/semantic-search",
        lambda w: w.hub.spaces.semantic_search("demo"),
        right=lambda _w, found: SPACE in {each.space.id for each in found},
    ),
    Intention(
        "search while typing",
        "GET /api/quicksearch",
        lambda w: w.hub.spaces.quicksearch("demo"),
        right=lambda _w, found: SPACE in {each.id for each in found},
    ),
    Intention(
        "a Space",
        f"GET {API}",
        lambda w: w.space.info(),
        right=lambda w, found: found.sha == w.server.head(SPACE),
    ),
    Intention(
        "a Space at a revision",
        f"GET {API}/revision/main",
        lambda w: w.space.info("main"),
        right=lambda w, found: found.sha == w.server.head(SPACE),
    ),
    Intention(
        "the runtime",
        f"GET {API}/runtime",
        lambda w: w.space.runtime(),
        right=lambda _w, found: found.stage.name == "RUNNING",
    ),
    Intention(
        "volumes",
        f"GET {API}/runtime",
        lambda w: w.space.volumes.list(),
        right=lambda _w, found: [each.source for each in found] == ["ada/old"],
        prepare=a_volume,
    ),
    Intention(
        "a pass",
        f"GET {API}/jwt",
        lambda w: w.space.jwt(),
        right=lambda _w, found: bool(found.token.reveal()),
    ),
    Intention(
        "may I read",
        f"GET {API}/auth-check",
        lambda w: w.space.auth_check(),
        right=lambda _w, found: found is None,
        answer="empty",
    ),
    Intention(
        "may I write",
        f"GET {API}/auth-check/write",
        lambda w: w.space.auth_check(write=True),
        right=lambda _w, found: found is None,
        answer="empty",
    ),
    Intention(
        "secrets",
        f"GET {API}/secrets",
        lambda w: w.space.secrets.list(),
        right=lambda _w, found: list(found) == ["OLD"],
        prepare=settings,
    ),
    Intention(
        "variables",
        f"GET {API}/variables",
        lambda w: w.space.variables.list(),
        right=lambda _w, found: (
            {key: each.value for key, each in found.items()} == {"MODE": "fast"}
        ),
        prepare=settings,
    ),
    Intention(
        "files",
        f"GET {API}/tree/main",
        lambda w: drained(w.space.tree()),
        right=lambda w, found: {each.path for each in found} == set(w.server.files(SPACE)),
    ),
    Intention(
        "some files",
        f"POST {API}/paths-info/main",
        lambda w: w.space.paths_info(["app.py", "missing"]),
        right=lambda _w, found: [each.path for each in found] == ["app.py"],
    ),
    Intention(
        "history",
        f"GET {API}/commits/main",
        lambda w: w.space.commits(),
        right=lambda w, found: found[0].oid == w.server.head(SPACE),
    ),
    Intention(
        "references",
        f"GET {API}/refs",
        lambda w: w.space.refs(),
        right=lambda _w, found: [each.name for each in found.tags] == ["v0"],
        prepare=references,
    ),
    Intention(
        "differences",
        f"GET {API}/compare/v0..main",
        lambda w: w.space.compare("v0", "main"),
        right=lambda _w, found: "+something" in found,
        prepare=a_difference,
        answer="bytes",
    ),
    Intention(
        "size of the files",
        f"GET {API}/treesize/main",
        lambda w: w.space.tree_size(),
        right=lambda w, found: found == sum(map(len, w.server.files(SPACE).values())),
    ),
    Intention(
        "download",
        f"GET /spaces/{SPACE}/resolve/main/app.py",
        lambda w: w.space.download("app.py", limit=2**20),
        right=lambda _w, found: found == b"print(1)\n",
        answer="bytes",
    ),
    Intention(
        "what is known of a file",
        f"HEAD /spaces/{SPACE}/resolve/main/app.py",
        lambda w: w.space.head("app.py"),
        right=lambda _w, found: found.size == 9,
        answer="none",
    ),
    Intention(
        "large files",
        f"GET {API}/lfs-files",
        lambda w: drained(w.space.lfs_files.list()),
        right=lambda w, found: [each.sha256 for each in found] == [w.note],
        prepare=a_large_file,
    ),
    Intention(
        "how files want to be sent",
        f"POST {API}/preupload/main",
        lambda w: w.space.preupload([FileSample("app.py", 9, b"print(1)\n")]),
        right=lambda w, found: found.head == w.server.head(SPACE),
    ),
    Intention(
        "where a large file goes",
        f"POST /spaces/{SPACE}.git/info/lfs/objects/batch",
        upload,
        right=stored,
        attempts=6,
    ),
    Intention(
        "a large file's content",
        "PUT /[0-9a-f]{2}/[0-9a-f]{64}",
        upload,
        right=stored,
        answer="empty",
        attempts=6,
        later=True,
        renews=True,
    ),
    Intention(
        "whether a large file is there",
        f"POST /spaces/{SPACE}.git/info/lfs/objects/verify",
        upload,
        right=stored,
        answer="ignored",
        attempts=6,
        later=True,
    ),
)
"""What may be asked twice: it only reads, or it is a step of an upload that may be repeated."""

STREAMS = (
    Intention(
        "log",
        f"GET {API}/logs/run",
        lambda w: first(w.space.logs(LogStream.RUN)),
        right=lambda _w, found: found.text == "hello\n",
        prepare=a_log,
        answer="stream",
        attempts=1,
    ),
    Intention(
        "metrics",
        f"GET {API}/metrics",
        lambda w: first(w.space.metrics()),
        answer="stream",
        attempts=1,
    ),
    Intention(
        "events",
        f"GET {API}/events",
        lambda w: first(w.space.events()),
        answer="stream",
        attempts=1,
    ),
    Intention(
        "report of a hot reload",
        "POST /.*/get-reload",
        report,
        prepare=a_patch,
        answer="stream",
        attempts=1,
    ),
)
"""What is read while it arrives. It is not asked again: whoever reads knows what is missing."""
