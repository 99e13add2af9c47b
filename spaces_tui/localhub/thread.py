"""A local Hub in a thread of its own, for the demo and for tests.

    with LocalHub() as hub:
        client = Hub(hub.url, hub.token("ada"))
        hub.commit("bob/quiet-pond", {"notes.txt": "from elsewhere"})

All methods may be called from any thread; they run on the server's loop and return when done.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from spaces_tui.localhub.archive import Archive
from spaces_tui.localhub.control import Control, FileContent
from spaces_tui.localhub.faults import FaultOptions
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.levers import Levers
from spaces_tui.localhub.ratelimit import RequestClass
from spaces_tui.localhub.requestlog import Received
from spaces_tui.localhub.seed import plant
from spaces_tui.localhub.server import Server
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.timing import Timing

T = TypeVar("T")
CALL_TIMEOUT = 60.0
"""Seconds the server gets for anything; only a broken or starved one takes them."""


class LocalHub(Levers):
    """A running server. It accepts connections once the constructor returns.

    `token` is the PRO person's write token; None makes one up.
    `port` 0 takes any free one. `speed` divides the delays of builds and starts; `timing` sets
    all of them. `data` is a folder that keeps everything, also when the process is killed; the
    seed is planted only if it is empty, and tokens stay what they were. Raises OSError when the
    port is taken or the folder cannot be used, and ValueError for an unknown seed.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: str = "empty",
        speed: float = 1.0,
        timing: Timing | None = None,
        token: str | None = None,
        data: Path | None = None,
    ) -> None:
        self._timing = timing or Timing(speed=speed)
        self._seed = seed
        self._token = token
        self._data = data
        self._ready: Future[None] = Future()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(
            target=self._main, args=(port,), name="local-hub", daemon=True
        )
        self._thread.start()
        self._ready.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The endpoint, without a trailing slash."""
        return self._hub.origin

    @property
    def storage_url(self) -> str:
        """The second origin, where the bytes of large files are."""
        return self._hub.storage_origin

    @property
    def accounts(self) -> list[dict[str, str]]:
        """Name, token and role of every valid token, the PRO person's write token first."""
        return self._run(lambda: self._hub.accounts.announced(self._hub.clock.now()))

    def token(self, name: str = "ada", role: str = "write") -> str:
        """Return a token: `ada` has write, read and fineGrained, `bob` has write."""
        return self._run(lambda: self._hub.accounts.of(name, role).value)

    def close(self) -> None:
        """Stop, also with streams open; returns when the sockets are closed."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(CALL_TIMEOUT)

    def call(self, action: Callable[[LocalHubState], T]) -> T:
        """Run a function on the server's loop with its whole state, and return its result."""
        return self._run(lambda: action(self._hub))

    def timing(self, **changes: float) -> dict[str, float]:
        """Change delays, in seconds, for waits that begin later; return all of them."""
        return self._run(lambda: self._control.timing(**changes))

    def fault(self, path: str, **options: Unpack[FaultOptions]) -> None:
        """Do something wrong for requests that match `path`, a regular expression.

        Options as in `faults.Fault`: method, count, skip, delay, status, body, headers, drop
        ("before", "after"), cut ("close", "reset"), mangle ("malformed", "truncated"),
        bytes_per_second, handled (the status comes after the work was done).
        """
        self._run(lambda: self._control.fault(path, **options))

    def clear_faults(self) -> None:
        """End all faults."""
        self._run(self._control.clear_faults)

    def faults(self) -> list[dict[str, object]]:
        """Return the faults that were set and how often each hit."""
        return self._run(self._control.faults)

    def exhaust_rate(
        self,
        name: str | None = "ada",
        role: str = "write",
        *,
        kind: RequestClass = "api",
        seconds: float = 300,
    ) -> None:
        """Use up the request window of a token (None: of anonymous callers) for some seconds."""
        self._run(
            lambda: self._control.exhaust_rate(name=name, role=role, kind=kind, seconds=seconds)
        )

    def exhaust_commits(self, count: int | None = 1) -> None:
        """Refuse the next commits by the quota of commits per hour (429 with requests left)."""
        self._run(lambda: self._control.exhaust_commits(count=count))

    def rate_quota(self, quota: int | None) -> None:
        """Give everybody the same number of requests per window; None: what the plan says."""
        self._run(lambda: self._control.rate_quota(quota))

    def reset_rate(self) -> None:
        """Begin fresh request windows for everybody."""
        self._run(self._control.reset_rate)

    def commit(
        self,
        space: str,
        files: Mapping[str, FileContent],
        *,
        author: str = "carol",
        title: str = "Update from somewhere else",
    ) -> str:
        """Commit as somebody else (None deletes a file) and return the new head."""
        done = self._run(lambda: self._control.commit(space, files, author=author, title=title))
        return done["oid"]

    def set_stage(
        self, space: str, stage: str, *, error: str | None = None, sha: str | None = None
    ) -> dict[str, Any]:
        """Put a Space into any stage at once and return its runtime."""
        return self._run(lambda: self._control.set_stage(space, stage, error=error, sha=sha))

    def begin_build(self, space: str) -> dict[str, Any]:
        """Deploy the head and return the runtime."""
        return self._run(lambda: self._control.begin_build(space))

    def write_log(self, space: str, data: str, stream: str = "run") -> None:
        """Write one chunk to the `run` or `build` log."""
        self._run(lambda: self._control.write_log(space, data, stream=stream))

    def reset_log(self, space: str, stream: str = "run") -> None:
        """Begin a new history; open streams of the old one end."""
        self._run(lambda: self._control.reset_log(space, stream=stream))

    def drop_streams(self) -> int:
        """Cut the connection of every open event stream and return how many there were."""
        return self._run(self._control.drop_streams)

    def rename(self, space: str, to: str) -> None:
        """Rename a Space; the old name redirects."""
        self._run(lambda: self._control.rename(space, to))

    def delete(self, space: str) -> None:
        """Delete a Space."""
        self._run(lambda: self._control.delete(space))

    def create(
        self,
        space: str,
        *,
        sdk: str = "gradio",
        private: bool = False,
        files: Mapping[str, FileContent] | None = None,
        stage: str = "RUNNING",
    ) -> dict[str, Any]:
        """Create a Space anywhere, by no rules, and return its info."""
        return self._run(
            lambda: self._control.create(space, sdk=sdk, private=private, files=files, stage=stage)
        )

    def set_private(self, space: str, *, private: bool) -> None:
        """Hide or show a Space."""
        self._run(lambda: self._control.set_private(space, private))

    def cpu_quota(self, namespace: str, limit: int | None) -> None:
        """Limit the Spaces of a namespace that run on cpu-basic at once; None: no limit."""
        self._run(lambda: self._control.cpu_quota(namespace, limit))

    def revoke(self, name: str = "ada", role: str = "write") -> None:
        """Let a token become invalid."""
        self._run(lambda: self._control.revoke(name, role))

    def expire_storage(self) -> None:
        """Let the signed addresses given out so far stop working."""
        self._run(self._control.expire_storage)

    def requests(self) -> list[Received]:
        """Return the requests received, oldest first; not those to the controls."""
        return self._run(self._hub.requests.all)

    def keep_bodies(self, room: int = 64 * 1024 * 1024) -> None:
        """Remember the bodies of requests from now on, secrets included; so many bytes in all."""
        self._run(lambda: self._hub.requests.keep_bodies(room))

    def wait_requests(
        self, path: str, *, method: str | None = None, count: int = 1, timeout: float = CALL_TIMEOUT
    ) -> list[Received]:
        """Wait until so many requests came whose path contains a match of `path`; return them.

        A request counts when it was read, before it is handled. Raises TimeoutError.
        """
        waiting = _requests(self._hub, path, method, count, timeout)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()

    def clear_requests(self) -> None:
        """Forget the requests received so far."""
        self._run(self._control.clear_requests)

    def head(self, space: str) -> str:
        """Return the newest commit id of a Space."""
        return self._run(lambda: self._hub.spaces[space].head.oid)

    def files(self, space: str) -> dict[str, bytes]:
        """Return the content of every file at the head; large files with their real bytes."""
        return self._run(lambda: _contents(self._hub, space))

    def stage(self, space: str) -> str:
        """Return the present stage of a Space."""
        return self._run(lambda: self._hub.spaces[space].runtime.stage)

    def stages_seen(self, space: str) -> list[str]:
        """Return every stage a Space entered since the server started, oldest first."""
        return self._run(lambda: list(self._hub.spaces[space].past))

    def wait_stage(self, space: str, *wanted: str, timeout: float = CALL_TIMEOUT) -> str:
        """Wait until a Space is in one of some stages and return it. Raises TimeoutError."""
        waiting = _stage(self._hub.spaces[space], wanted, timeout)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()

    def _run(self, action: Callable[[], T]) -> T:
        result: Future[T] = Future()

        def act() -> None:
            try:
                value = action()
                self._hub.keep()
                result.set_result(value)
            except BaseException as error:  # noqa: BLE001 - handed over to the calling thread
                result.set_exception(error)

        self._loop.call_soon_threadsafe(act)
        return result.result(CALL_TIMEOUT)

    def _main(self, port: int) -> None:
        asyncio.run(self._serve(port))

    async def _serve(self, port: int) -> None:
        try:
            self._loop = asyncio.get_running_loop()
            self._hub = LocalHubState(self._timing)
            self._control = Control(self._hub)
            server = Server(self._hub)
            archive = Archive(self._data) if self._data else None
            if archive is None or not archive.load(self._hub):
                plant(self._hub, self._seed, self._token)
            elif self._token:
                self._hub.accounts.rename_first(self._token)
            if archive is not None:
                archive.save(self._hub)
                _keep(self._hub, archive)
            await server.start(port)
        except BaseException as error:  # noqa: BLE001 - handed over to the constructing thread
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        await self._stop.wait()
        # Before deployments are stopped: those under way have to go on the next time.
        self._hub.keep()
        await server.stop()
        if archive is not None:
            archive.close()


def _keep(hub: LocalHubState, archive: Archive) -> None:
    """Let every change be written: those of requests before the answer, others soon after."""
    waiting = False

    def now() -> None:
        nonlocal waiting
        waiting = False
        archive.save(hub)

    def soon(_space: Space) -> None:
        nonlocal waiting
        if not waiting:
            waiting = True
            asyncio.get_running_loop().call_soon(now)

    hub.keep = now
    hub.lifecycle.changed = soon


async def _stage(space: Space, wanted: tuple[str, ...], timeout: float) -> str:
    async with asyncio.timeout(timeout):
        while space.runtime.stage not in wanted:
            await space.stage_changed.wait(timeout)
    return space.runtime.stage


async def _requests(
    hub: LocalHubState, path: str, method: str | None, count: int, timeout: float
) -> list[Received]:
    async with asyncio.timeout(timeout):
        while len(found := hub.requests.matching(method, path)) < count:
            await hub.requests.arrived.wait(timeout)
    return found


def _contents(hub: LocalHubState, space: str) -> dict[str, bytes]:
    return {
        path: hub.lfs.objects[blob.lfs.sha256] if blob.lfs else blob.data
        for path, blob in hub.spaces[space].head.tree.files()
    }
