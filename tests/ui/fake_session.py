"""A session in memory: tests script it, and nothing in it runs by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from spaces_tui.model.hardware import Accelerator, Hardware
from spaces_tui.model.identity import Identity, Organization, Role
from spaces_tui.model.loadhistory import LoadHistory
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import GpuMetric, LogLine, Metric
from spaces_tui.model.repo import CommitInfo
from spaces_tui.model.ring import LineRing
from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import PAUSED, Stage
from spaces_tui.model.sync import Comparison, SyncStatus, WatchOptions
from spaces_tui.model.sync_events import SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Request
from spaces_tui.session.snapshot import (
    Account,
    Connection,
    Detail,
    Link,
    Pending,
    Snapshot,
    Standing,
)

T = TypeVar("T")
NOW = datetime(2026, 5, 4, 9, 12, 4, tzinfo=UTC)


def hardware(name: str, usd: float, ram: str = "16 GB", gpu: str = "") -> Hardware:
    """Make one flavour of the price list."""
    accelerator = Accelerator(gpu, 1, "16 GB", "NVIDIA") if gpu else None
    return Hardware(name, name, "2 vCPU", ram, accelerator, round(usd * 1_000_000 / 60))


PRICES = {
    one.name: one
    for one in (
        hardware("cpu-basic", 0),
        hardware("cpu-upgrade", 0.03),
        hardware("t4-small", 0.40, gpu="T4"),
        hardware("a10g-small", 1.00, gpu="A10G"),
        hardware("a100-large", 2.50, gpu="A100"),
    )
}


def space(
    name: str,
    stage: str = "RUNNING",
    flavour: str | None = "cpu-basic",
    *,
    sdk: str = "gradio",
    error: str = "",
    sleep: int | None = None,
) -> Space:
    """Make a Space."""
    owner, _, short = name.partition("/")
    running = stage.startswith("RUNNING")
    return Space(
        name,
        sdk=sdk,
        sdk_version="5.1.0" if sdk == "gradio" else None,
        private=False,
        sha="4f1c2d3e5a6b7c8d9e0f",
        subdomain=f"{owner}-{short}",
        runtime=Runtime(
            Stage(stage),
            hardware=flavour if running else None,
            requested_hardware=flavour,
            sleep_time=sleep,
            replicas=1,
            error_message=error,
            sha="4f1c2d3e5a6b7c8d9e0f" if running else None,
            domains=(Domain(f"{owner}-{short}.hf.space", "READY"),) if running else (),
        ),
    )


SPACES = (
    space("ada/whisper-live", "RUNNING", "t4-small", sleep=3600),
    space("ada/sd-playground", "BUILDING"),
    space("ada/rag-demo", "RUNTIME_ERROR", error="Exit code: 1. Reason: ModuleNotFoundError"),
    space("ada/old-chat", "SLEEPING", "a10g-small", sleep=172800),
    space("ada/blog", "RUNNING", None, sdk="static"),
    space("ada/new-idea", "NO_APP_FILE"),
    space("ada/agent-lab", "RUNNING_BUILDING", "cpu-upgrade"),
    space("acme/trainer", "PAUSED", "a100-large"),
    space("acme/leaderboard", "RUNNING", "a10g-small"),
    space("acme/docs", "RUNNING", None, sdk="static"),
    space("acme/odd-one", "QUARANTINED", "tpu-v9"),
    space("lab/reader", "RUNNING", "cpu-basic"),
)
ADA = Identity(
    "ada",
    organizations=(Organization("acme", Role.WRITE), Organization("lab", Role.READ)),
    token_role="write",
)


def account(identity: Identity, standing: Standing = Standing.LIVE, sentence: str = "") -> Account:
    """Make the account of an identity."""
    return Account(
        identity.name,
        "https://huggingface.co",
        f"{identity.name} in the keyring",
        standing,
        sentence,
        identity,
        identity.namespaces,
    )


def live_snapshot(spaces: Iterable[Space] = SPACES) -> Snapshot:
    """Return a console that is signed in and up to date."""
    return Snapshot(
        version=1,
        endpoint="https://huggingface.co",
        connection=Connection(Link.LIVE),
        accounts=(account(ADA),),
        identities=(ADA,),
        spaces=tuple(spaces),
        as_of=NOW,
        hardware=PRICES,
    )


def metrics(count: int = 40) -> tuple[Metric, ...]:
    """Return a load that rises and falls."""
    gib = 1024**3
    return tuple(
        Metric(
            "r1",
            cpu_percent=20.0 + 60 * abs((index % 20) - 10) / 10,
            memory_used=6 * gib + index * gib // 50,
            memory_total=15 * gib,
            gpus=(GpuMetric(82.0 - index % 7, 11 * gib, 16 * gib),),
        )
        for index in range(count)
    )


def detail(name: str) -> Detail:
    """Return everything beyond the row of one Space."""
    return Detail(
        name,
        metrics=metrics(),
        commits=(
            CommitInfo("4f1c2d3e5a6b", "Answer in the language of the question", date=NOW),
            CommitInfo("91b2c3d4e5f6", "Pin the tokenizer", date=NOW - timedelta(days=2)),
        ),
        logs_note={"run": "following", "build": "ended"},
    )


def log_lines(count: int, first: int = 0) -> list[LogLine]:
    """Return lines with levels, a second apart."""
    words = (
        "Running on local URL:  http://0.0.0.0:7860",
        "INFO:     10.20.31.4:40112 - GET /queue/join HTTP/1.1 200 OK",
        "WARNING: the attention mask is not set",
        "DEBUG cache hit for 4f1c2d",
        "ERROR: CUDA out of memory, retrying with a smaller batch",
    )
    return [
        LogLine(NOW + timedelta(seconds=index), f"{words[index % len(words)]} #{index}")
        for index in range(first, first + count)
    ]


@dataclass
class FakeSession:
    """Keeps every call; commands end when the test says so, or at once."""

    snapshot: Snapshot = field(default_factory=live_snapshot)
    started: bool = False
    closed: bool = False
    calls: list[tuple[str, ...]] = field(default_factory=list)
    attended: list[tuple[str | None, frozenset[LogStream]]] = field(default_factory=list)
    resting: list[bool] = field(default_factory=list)
    open: list[tuple[str, Future[None]]] = field(default_factory=list)
    """Commands that wait for `settle` or `fail`, in order."""
    options: WatchOptions | None = None
    """Those of the last `watch`."""
    comparisons: dict[str, Comparison] = field(default_factory=dict)
    """What `compare_watch` answers, by path."""

    asked: list[Request[Any]] = field(default_factory=list)
    """Every request, in order."""
    answers: dict[type[Request[Any]], object] = field(default_factory=dict)
    """By type of request: what `reply` takes. A type that is missing waits for `reply`."""
    waiting: list[tuple[Request[Any], Future[object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rings: dict[tuple[str, LogStream], LineRing] = {}
        self._loads: dict[str, LoadHistory] = {}
        self._changed: Callable[[], None] | None = None

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Keep one subscriber."""
        self._changed = changed

        def leave() -> None:
            self._changed = None

        return leave

    def acknowledge(self) -> None:
        """Nothing to do: `publish` always calls."""

    def log(self, space: str, stream: LogStream) -> LineRing:
        """Return the ring of a log, made when first asked for."""
        return self._rings.setdefault((space, stream), LineRing())

    def load(self, space: str) -> LoadHistory:
        """Return what was measured of a Space, made when first asked for."""
        return self._loads.setdefault(space, LoadHistory())

    def start(self) -> None:
        """Remember that it was started."""
        self.started = True

    def attend(self, space: str | None, *, logs: frozenset[LogStream] = frozenset()) -> None:
        """Remember what is in view."""
        self.attended.append((space, logs))

    def rest(self, *, resting: bool) -> None:
        """Remember whether anybody can see the screen."""
        self.resting.append(resting)

    def ask(self, request: Request[T]) -> Future[T]:
        """Take a request; it is answered from `answers`, or waits for `reply`."""
        future: Future[T] = Future()
        self.asked.append(request)
        self.waiting.append((request, cast("Future[object]", future)))
        if type(request) in self.answers:
            self.reply(self.answers[type(request)])
        return future

    def reply(self, answer: object) -> None:
        """Answer the oldest open request: with a value, an error, or a function of the request."""
        request, future = self.waiting.pop(0)
        if not future.set_running_or_notify_cancel():
            return
        value = answer(request) if callable(answer) else answer
        if isinstance(value, BaseException):
            future.set_exception(value)
        else:
            future.set_result(value)

    def find(self, space: str) -> Future[None]:
        return self._take("find", space)

    def refresh(self) -> Future[None]:
        """Take the command."""
        return self._take("refresh")

    def pause(self, space: str) -> Future[None]:
        """Take the command, and show it as pending."""
        self._pend(space, Pending("pausing", PAUSED))
        return self._take("pause", space)

    def restart(self, space: str, *, factory: bool = False) -> Future[None]:
        """Take the command, and show it as pending."""
        verb = "rebuilding" if factory else "restarting"
        self._pend(space, Pending(verb, Stage("BUILDING")))
        return self._take("rebuild" if factory else "restart", space)

    def watch(
        self,
        space: str,
        folder: str,
        options: WatchOptions,
        listener: Callable[[SyncEvent], None] | None = None,
    ) -> Future[None]:
        """Take the command; the folder is being compared."""
        del listener
        self.options = options
        self.put_watch(SyncStatus(space, folder, state=SyncState.STARTING))
        return self._take("watch", space, folder)

    def tell_watch(self, space: str, command: str, *paths: str) -> Future[None]:
        """Take the command."""
        return self._take("tell", space, command, *paths)

    def compare_watch(self, space: str, path: str) -> Future[Comparison]:
        """Answer at once with what `comparisons` holds for the path, or say why there is none."""
        self.calls.append(("compare", space, path))
        future: Future[Comparison] = Future()
        found = self.comparisons.get(path)
        if found is None:
            future.set_exception(CommandError("The Space was not read yet."))
        else:
            future.set_result(found)
        return future

    def forget_unsent(self, space: str, folder: str) -> Future[None]:
        """Forget it at once."""
        self.update(unsent=tuple(one for one in self.snapshot.unsent if one.folder != folder))
        return self._take("forget", space, folder)

    def close(self, timeout: float = 2.0) -> None:
        """Remember that it was closed."""
        del timeout
        self.closed = True

    def publish(self, snapshot: Snapshot) -> None:
        """Make this the newest snapshot."""
        self.snapshot = replace(snapshot, version=self.snapshot.version + 1)
        if self._changed:
            self._changed()

    def update(self, **changes: object) -> None:
        """Change fields of the snapshot."""
        self.publish(replace(self.snapshot, **changes))  # type: ignore[arg-type]  # tests name real fields

    def put_space(self, changed: Space) -> None:
        """Replace one Space."""
        spaces = tuple(changed if one.id == changed.id else one for one in self.snapshot.spaces)
        self.update(spaces=spaces)

    def put_watch(self, status: SyncStatus) -> None:
        """Replace one watched folder's status."""
        self.update(watches={**self.snapshot.watches, status.space: status})

    def write_log(self, space: str, stream: LogStream, lines: Iterable[LogLine]) -> None:
        """Append to a log and say so."""
        self.log(space, stream).extend(lines)
        self.publish(self.snapshot)

    def settle(self) -> None:
        """End the oldest open command well, and forget that it was pending."""
        self._end().set_result(None)

    def fail(self, message: str) -> None:
        """End the oldest open command with an error."""
        self._end().set_exception(CommandError(message, request_id="req-1"))

    def _end(self) -> Future[None]:
        name, future = self.open.pop(0)
        pending = {key: value for key, value in self.snapshot.pending.items() if key != name}
        self.update(pending=pending)
        return future

    def _pend(self, space: str, pending: Pending) -> None:
        self.update(pending={**self.snapshot.pending, space: pending})

    def _take(self, *call: str) -> Future[None]:
        future: Future[None] = Future()
        self.calls.append(call)
        self.open.append((call[1] if len(call) > 1 else "", future))
        return future
