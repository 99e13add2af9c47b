"""One Space: its repository, its runtime, its logs."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.localhub import stages
from spaces_tui.localhub.card import Card, parse_card
from spaces_tui.localhub.environment import Settings
from spaces_tui.localhub.hotreload import HotReload, hot_file, is_new_enough, reload
from spaces_tui.localhub.logs import LogBuffer, Signal
from spaces_tui.localhub.meter import Meter
from spaces_tui.localhub.plans import CPU_BASIC_SLEEP
from spaces_tui.localhub.repository import Commit, Repository
from spaces_tui.localhub.tree import Blob
from spaces_tui.localhub.volumes import Sees, Volume, masked

if TYPE_CHECKING:
    from spaces_tui.localhub.metrics import Walk

LONGEST_LABEL: Final = 56
"""Letters in a host name part, so that `--7887` still fits."""
SEEN_STAGES: Final = 50
"""Past runtimes kept for lists that lag behind."""


def new_id() -> str:
    """Return a 24-digit database id, which survives renames."""
    return secrets.token_hex(12)


def new_replica() -> str:
    """Return a short id of a container."""
    return secrets.token_hex(4)[:5]


def subdomain_of(space_id: str) -> str:
    """Return the host name part of the application; a name too long for one ends in a hash."""
    name = re.sub(r"[^a-z0-9-]", "-", space_id.lower().replace("/", "-"))
    if len(name) <= LONGEST_LABEL:
        return name
    digest = hashlib.sha256(space_id.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_LABEL - 9]}-{digest}"


@dataclass
class Runtime:
    """What runs, or does not. `sha` is the commit of the running container."""

    stage: str = stages.NO_APP_FILE
    error: str | None = None
    requested: str | None = "cpu-basic"
    allotted: str | None = None
    """The flavour that still runs while another is requested."""
    gc_timeout: int | None = CPU_BASIC_SLEEP
    replicas: int | str = 1
    dev_mode: bool = False
    storage: str | None = None
    sha: str | None = None
    volumes: list[Volume] = field(default_factory=list)
    hot: HotReload | None = None
    """How the running version was patched, if it was."""
    replica_ids: list[str] = field(default_factory=lambda: [new_replica()])


@dataclass
class Space:
    """Everything the server knows about one Space. `created` is Unix seconds."""

    id: str
    repo: Repository
    created: float
    private: bool = False
    protected: bool = False
    """The application is public, the repository is not."""
    alias: str | None = None
    """The host name part where the usual one was taken."""
    disabled: bool = False
    """Taken away by moderation."""
    next_failure: str | None = None
    """What the next start fails with."""
    creator: str = ""
    origin: str | None = None
    """The Space it was duplicated from."""
    secrets: Settings = field(default_factory=dict)
    variables: Settings = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    """What `settings` stores besides the visibility."""
    visited: float = 0.0
    """When somebody last looked at the application."""
    likes: int = 0
    hub_id: str = field(default_factory=new_id)
    runtime: Runtime = field(default_factory=Runtime)
    build_log: LogBuffer = field(default_factory=LogBuffer)
    run_log: LogBuffer = field(default_factory=LogBuffer)
    stage_changed: Signal = field(default_factory=Signal)
    past: list[str] = field(default_factory=list)
    """Every stage entered so far, oldest first."""
    seen: deque[tuple[float, dict[str, Any]]] = field(
        default_factory=lambda: deque(maxlen=SEEN_STAGES)
    )
    """When each of the newest runtimes began."""
    meter: Meter = field(default_factory=Meter)
    pace: float = 1.0
    """Factor on the delays of builds and starts; 1 again with the next commit or restart."""
    persona: str | None = None
    """Which voice its lively log speaks with, None for a quiet one."""
    walks: dict[str, Walk] = field(default_factory=dict)
    """The random walks behind the metrics, by replica."""
    _card: tuple[str, Card] | None = None
    """The id of a README and its card."""

    @property
    def namespace(self) -> str:
        """The owner: a person or an organization."""
        return self.id.partition("/")[0]

    @property
    def visibility(self) -> str:
        """`public`, `private` or `protected`."""
        if self.protected:
            return "protected"
        return "private" if self.private else "public"

    @visibility.setter
    def visibility(self, value: str) -> None:
        self.private = value == "private"
        self.protected = value == "protected"

    @property
    def head(self) -> Commit:
        """The newest commit."""
        return self.repo.head

    @property
    def card(self) -> Card:
        """The card of the newest commit."""
        readme = self.head.tree.file("README.md")
        oid = readme.oid if readme else ""
        # Reading YAML takes longer than a commit; most commits leave the README alone.
        if self._card is None or self._card[0] != oid:
            self._card = (oid, parse_card(readme.text if readme else None))
        return self._card[1]

    @property
    def sdk(self) -> str | None:
        """The SDK the card names."""
        return self.card.sdk

    @property
    def storage(self) -> int:
        """Bytes of all files at the head."""
        return sum(blob.size for _path, blob in self.head.tree.files())

    @property
    def is_static(self) -> bool:
        """Whether it is a static site, which has no container."""
        return self.sdk == "static"

    @property
    def subdomain(self) -> str:
        """Host name part of the application; changes with a rename."""
        return self.alias or subdomain_of(self.id)

    @property
    def host(self) -> str:
        """Address of the application."""
        middle = ".static" if self.is_static else ""
        return f"https://{self.subdomain}{middle}.hf.space"

    @property
    def tags(self) -> list[str]:
        """Tags in lists: the SDK, those of the card, the region."""
        extra = (self.card.data or {}).get("tags") or []
        named = [str(tag) for tag in extra] if isinstance(extra, list) else []
        return [*([self.sdk] if self.sdk else []), *named, "region:us"]


def runtime_json(space: Space, sees: Sees | None = None) -> dict[str, Any]:
    """Return the runtime block as the Hub writes it, keys in the recorded order.

    `sees` says which volumes the reader may know; None: all of them.

    Static Spaces have no hardware and fewer keys. `replicas.current` is absent while nothing is
    allocated, `sha` is there only while a version serves.
    """
    runtime = space.runtime
    if space.is_static:
        return {
            "stage": stages.RUNNING,
            "hardware": {"current": None, "requested": None},
            "storage": None,
            "replicas": {"requested": 1, "current": 1},
        }
    allocated = runtime.stage in stages.ALLOCATED
    block: dict[str, Any] = {"stage": runtime.stage}
    if runtime.error is not None:
        block["errorMessage"] = runtime.error
    replicas: dict[str, Any] = {"requested": runtime.replicas}
    if allocated:
        replicas["current"] = len(runtime.replica_ids)
    block |= {
        "hardware": {
            "current": (runtime.allotted or runtime.requested) if allocated else None,
            "requested": runtime.requested,
        },
        "storage": runtime.storage,
        "gcTimeout": runtime.gc_timeout,
        "replicas": replicas,
        "devMode": runtime.dev_mode,
    }
    if runtime.sha and runtime.stage in stages.SERVING:
        block["sha"] = runtime.sha
    if runtime.hot and runtime.stage in stages.SERVING:
        block["hotReloading"] = runtime.hot.to_json()
    if runtime.volumes:
        block["volumes"] = masked(runtime.volumes, sees) if sees else list(runtime.volumes)
    block["domains"] = [{"domain": f"{space.subdomain}.hf.space", "stage": "READY"}]
    return block


def patch(space: Space, before: Commit, changes: dict[str, Blob | None]) -> bool:
    """Hot-reload a running Space with the one file changed; False where that cannot be.

    `before` is the head up to now. The commit keeps the name of the report.
    """
    path, card = hot_file(changes), space.card.data or {}
    possible = space.sdk == "gradio" and is_new_enough(card.get("sdk_version", ""))
    if path is None or not possible or space.runtime.stage != stages.RUNNING:
        return False
    old, new = before.tree.file(path), space.head.tree.file(path)
    space.runtime.hot = reload(
        space.head.oid,
        space.runtime.replica_ids,
        old.text if old else None,
        (new.text if new else None) or "",
    )
    return True


def text_files(files: Mapping[str, str]) -> dict[str, Blob]:
    """Return blobs of texts by path."""
    return {path: Blob(text.encode()) for path, text in files.items()}
