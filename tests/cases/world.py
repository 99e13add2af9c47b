"""A Space, a folder and the engine between them; a test acts on all three and is then judged."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.requestlog import Received
from spaces_tui.localhub.thread import LocalHub
from tests.cases import oracles
from tests.cases.driver import LONG, Engine, environment, wait_until
from tests.cases.oracles import Change

_NUMBERS = itertools.count(1)
_ROOM: Final = 256 * 1024 * 1024
CANARY: Final = b"hf_" + b"NeverOnAnyWire" * 3
APP: Final = b"import gradio\n\nprint('one')\n"

large = pytest.mark.skipif(
    os.environ.get("SYNC_CASES") != "all", reason="a large one: SYNC_CASES=all runs it"
)


class World:
    """Everything one case needs."""

    def __init__(self, hub: LocalHub, base: Path, *, count: int = 60, folder: str = "src") -> None:
        """Make a Space of `count` small files and more, and a folder that holds the same."""
        self.hub = hub
        self.space = f"ada/case-{next(_NUMBERS)}"
        self.base = base
        self.root = base / folder
        self.home = base / "home-of-watch"
        self.home.mkdir()
        self.root.mkdir(parents=True)
        self.states: dict[str, set[bytes]] = {}
        self.foreign: dict[str, bytes] = {}
        self.canaries = [CANARY]
        self.token = hub.token()
        self.endpoint = hub.url
        self._seed(count)
        self._stack = ExitStack()
        self._engines: list[Engine] = []
        self._probes = 0
        hub.clear_faults()
        self.forget()

    def _seed(self, count: int) -> None:
        files = {f"pkg{n % 5}/m{n}.py": b"n = %d\n" % n for n in range(count)}
        files |= {"app.py": APP, "util.py": b"def help():\n    return 1\n"}
        files["requirements.txt"] = b"gradio\n"
        self.hub.create(self.space, files=files)
        for path, content in self.tree().items():
            self.write(path, content)

    def write(self, path: str, content: bytes | str) -> Path:
        """Write a file in place; its content becomes a state it had."""
        data = content.encode() if isinstance(content, str) else content
        self.states.setdefault(path, set()).add(data)
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def replace(self, path: str, content: bytes | str) -> Path:
        """Put a finished file in the place of another, as careful editors do."""
        data = content.encode() if isinstance(content, str) else content
        self.states.setdefault(path, set()).add(data)
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        new = self.base / "being-written"
        new.write_bytes(data)
        new.replace(place)
        return place

    def saw(self) -> None:
        """Take what every file holds now as a state it had: after another program wrote them."""
        for path, content in oracles.belongs(self.root).items():
            self.states.setdefault(path, set()).add(content)

    def push(self, files: Mapping[str, bytes | None]) -> str:
        """Commit as somebody else; what was written must stay as it is."""
        for path, content in files.items():
            if content is None:
                self.foreign.pop(path, None)
            else:
                self.foreign[path] = content
        return self.hub.commit(self.space, dict(files))

    def start(
        self,
        *options: str,
        settled: bool = True,
        prefix: Sequence[str] = (),
        folder: Path | None = None,
        token: str | None = None,
        yes: bool = True,
        code: str = "",
        follow: bool = False,
    ) -> Engine:
        """Start watching; `settled` waits until it is in sync.

        `code` is Python that runs in the process before the program does, for troubles that
        nothing outside can make.
        """
        accepting = ["--yes"] if yes else []
        arguments = [str(folder or self.root), self.space, "--json"]
        arguments += [] if follow else ["--no-follow"]
        variables = {"HF_ENDPOINT": self.endpoint, "HF_TOKEN": token or self.token}
        env = environment(self.home, **variables)
        if code:
            inside = self.base / f"inside-{len(self._engines)}"
            inside.mkdir()
            (inside / "sitecustomize.py").write_text(code)
            paths = [str(inside), *filter(None, [env.get("PYTHONPATH")])]
            env["PYTHONPATH"] = os.pathsep.join(paths)
        engine = Engine([*arguments, *accepting, *options], env, prefix=prefix)
        self._stack.enter_context(engine)
        self._engines.append(engine)
        if settled:
            engine.reaches("in-sync")
            engine.mark()
            self.forget()
        return engine

    def close(self) -> None:
        """End what runs."""
        self._stack.close()
        self.hub.clear_faults()

    # What the server saw

    def tree(self) -> dict[str, bytes]:
        """Return what the Space holds."""
        return self.hub.files(self.space)

    def forget(self) -> None:
        """Count requests from now on, and keep their bodies."""
        self.hub.clear_requests()
        self.hub.keep_bodies(_ROOM)

    def requests(self, method: str | None = None, part: str = "") -> list[Received]:
        """Return the requests for this Space since `forget`."""
        return [
            one
            for one in self.hub.requests()
            if self.space in one.path and part in one.path and method in {None, one.method}
        ]

    def changes(self) -> list[Change]:
        """Return our commits, oldest first."""
        return self.hub.call(lambda hub: _ours(hub, self.space))

    # Waiting

    def landed(self, count: int) -> list[Change]:
        """Wait until so many commits of ours are on the Space; return them."""
        wait_until(lambda: len(self.changes()) >= count, f"{count} commits", LONG)
        return self.changes()

    def holds(self, path: str, content: bytes | str | None) -> None:
        """Wait until the Space holds this content at `path`; None: no such file."""
        data = content.encode() if isinstance(content, str) else content
        wait_until(lambda: self.tree().get(path) == data, f"{path} on the Space", LONG)

    def probe(self, engine: Engine) -> list[Change]:
        """Save one more file and wait for its commit; return ours without such files.

        What a full look finds goes with the saved file or before it, so that afterwards the
        absence of a commit means that there is nothing to send. The look is a full one because
        it was asked for by `sync`, which asks the Space for its head first.
        """
        self.forget()
        engine.say("sync")
        wait_until(lambda: bool(self.requests("GET")), "the look that was asked for", LONG)
        self._probes += 1
        name = f"probe-{self._probes}.txt"
        self.write(name, f"probe {self._probes}\n")
        self.holds(name, f"probe {self._probes}\n")
        engine.reaches("in-sync")
        return self.without_probes()

    def without_probes(self) -> list[Change]:
        """Return our commits but for those of probes alone."""
        return [
            one
            for one in self.changes()
            if not all(path.startswith("probe-") for path in one.paths)
        ]

    # The judges

    def judge(self, engine: Engine, *, refused: Collection[str] = (), gone: bool = False) -> None:
        """Hold the world against all oracles.

        `refused` names files whose content or size the product must not send, whatever the Space
        holds there from before; `gone` says that the engine has ended on purpose.
        """
        if not gone:
            engine.reaches("in-sync")
            engine.answers()
        apart = {*self.foreign, *refused}
        here = oracles.belongs(self.root)
        tree = self.tree()
        if tree[".gitattributes"].startswith(here.get(".gitattributes", b"-")):
            apart.add(".gitattributes")  # the Hub itself adds a line for each large file
        for path in refused:
            assert path not in here or tree.get(path) != here[path], f"{path} was sent"
        oracles.same(
            {path: data for path, data in tree.items() if path not in apart},
            {path: data for path, data in here.items() if path not in apart},
        )
        self.judge_history()
        if not gone:
            assert engine.state == "in-sync", engine.transcript()

    def judge_history(self) -> None:
        """Hold what was sent against the oracles that hold at every moment."""
        there = self.tree()
        for path, content in self.foreign.items():
            assert there.get(path) == content, f"a foreign file was changed: {path}"
        changes = self.changes()
        oracles.single(changes)
        oracles.true_states(changes, self.states)
        bodies = [one.body for one in self.hub.requests() if one.body]
        oracles.unspilled(bodies, [*self.canaries, self.token.encode()])
        for engine in self._engines:
            spoken = engine.transcript().encode()
            assert not any(canary in spoken for canary in [*self.canaries, self.token.encode()])
            assert "Traceback" not in engine.transcript()


def _ours(hub: LocalHubState, space: str) -> list[Change]:
    history = list(hub.spaces[space].repo.head.history())
    return [_change(hub, one) for one in reversed(history) if "Sync-Id: " in one.message]


def _change(hub: LocalHubState, commit: Commit) -> Change:
    before = dict(commit.parent.tree.files()) if commit.parent else {}
    after = dict(commit.tree.files())
    written = {
        path: hub.lfs.objects[blob.lfs.sha256] if blob.lfs else blob.data
        for path, blob in after.items()
        if path not in before or before[path].oid != blob.oid
    }
    nonce = commit.message.partition("Sync-Id: ")[2].strip()
    deleted = before.keys() - after.keys()
    return Change(commit.oid, commit.parent.oid if commit.parent else "", nonce, written, deleted)


def state_folder(world: World) -> Path:
    """Return where the engine keeps its memory of this folder."""
    found = [place.parent for place in world.home.rglob("lock")]
    assert len(found) == 1, found
    return found[0]


def unprivileged() -> list[str]:
    """Return a prefix without the right to read what is closed to its owner, as root has."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
