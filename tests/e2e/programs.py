"""The programs under test, as processes: the local Hub, the console and the headless watch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Final, Self

from tests.e2e.terminal import Terminal
from tests.patience import PATIENCE

PROGRAM: Final = (sys.executable, "-m", "spaces_tui")
_INHERITED: Final = ("PATH", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Return the environment of somebody who has just got this machine, plus `variables`.

    Nothing of the developer's own set-up comes through: no token, no cache, no configuration.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "HF_HOME": str(home / "hf"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    return {**inherited, **own, **variables}


class HubProcess:
    """`spaces-tui hub` in a process of its own, and the commands it obeys."""

    def __init__(self, home: Path, *, seed: str = "empty", port: int = 0) -> None:
        self._process = subprocess.Popen(
            [*PROGRAM, "hub", "--seed", seed, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment(home),
            text=True,
        )
        assert self._process.stdout is not None
        greeting = json.loads(self._process.stdout.readline())
        self.url: str = greeting["url"]
        self._accounts: list[dict[str, str]] = greeting["accounts"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def token(self, name: str = "ada", role: str = "write") -> str:
        """Return a token of one of its accounts."""
        for account in self._accounts:
            if (account["name"], account["role"]) == (name, role):
                return account["token"]
        raise KeyError((name, role))

    def variables(self, name: str = "ada", role: str = "write") -> dict[str, str]:
        """Return the variables with which a program uses this Hub."""
        return {"HF_ENDPOINT": self.url, "HF_TOKEN": self.token(name, role)}

    def ask(self, command: str, **arguments: object) -> Any:
        """Give one of the commands that only a local Hub obeys; return its answer."""
        request = urllib.request.Request(
            f"{self.url}/__local__/{command}",
            data=json.dumps(arguments).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def received(self, method: str, part: str) -> list[dict[str, Any]]:
        """Return the requests of a method whose path contains `part`."""
        return [
            one for one in self.ask("requests") if one["method"] == method and part in one["path"]
        ]

    def wait_received(self, method: str, part: str, timeout: float = PATIENCE) -> None:
        """Wait until such a request has come."""
        wait_until(lambda: bool(self.received(method, part)), f"{method} …{part}…", timeout)

    def text(self, space: str, path: str) -> str:
        """Return a file of a Space as anybody with the token reads it."""
        request = urllib.request.Request(
            f"{self.url}/spaces/{space}/resolve/main/{path}",
            headers={"Authorization": f"Bearer {self.token()}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body: bytes = answer.read()
        return body.decode()

    def close(self) -> int:
        """End it as an operator would; return its status."""
        self._process.terminate()
        status = self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status


class Watch:
    """`spaces-tui watch` with its output as events, or as lines when it is not `--json`."""

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str], *, prefix: Sequence[str] = ()
    ) -> None:
        """Start it; `prefix` is a command that becomes the program, such as `unshare -m`."""
        self.events: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self._arrived = Condition()
        self._ended = False
        self._process = subprocess.Popen(
            [*prefix, *PROGRAM, "watch", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            text=True,
        )
        self._reader = Thread(target=self._read, name="watch", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None and not pipe.closed:
                pipe.close()

    @property
    def pid(self) -> int:
        """Return the process's id."""
        return self._process.pid

    def until(
        self, event: str, timeout: float = PATIENCE, *, since: int = 0, **fields: object
    ) -> dict[str, Any]:
        """Wait for an event with these fields, from the `since`-th one on; return it."""

        def found() -> dict[str, Any] | None:
            for one in self.events[since:]:
                if one["event"] == event and fields.items() <= one.items():
                    return one
            return None

        with self._arrived:
            self._arrived.wait_for(lambda: found() is not None or self._ended, timeout)
            got = found()
        assert got is not None, f"no {event} {fields} in {self.transcript()}"
        return got

    def until_line(self, part: str, timeout: float = PATIENCE) -> str:
        """Wait for a line that contains `part`; return it."""

        def found() -> str | None:
            return next((line for line in self.lines if part in line), None)

        with self._arrived:
            self._arrived.wait_for(lambda: found() is not None or self._ended, timeout)
            got = found()
        assert got is not None, f"no line with {part!r} in {self.transcript()}"
        return got

    def transcript(self) -> str:
        """Return all output so far, for messages."""
        return "\n" + "\n".join(self.lines)

    def say(self, line: str) -> None:
        """Give it a command on standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end_input(self) -> None:
        """Close its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end; return its status."""
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"it runs on after {timeout:g} s: {self.transcript()}") from error
        self._reader.join(timeout)
        return status

    def complaint(self) -> str:
        """Return what it wrote to standard error; only after its end."""
        assert self._process.stderr is not None
        return self._process.stderr.read()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._arrived:
                self.lines.append(line.rstrip("\n"))
                if line.startswith("{"):
                    self.events.append(json.loads(line))
                self._arrived.notify_all()
        with self._arrived:
            self._ended = True
            self._arrived.notify_all()


def console(
    *arguments: str,
    home: Path,
    size: tuple[int, int] = (80, 24),
    cwd: Path | None = None,
    ignore_hangup: bool = False,
    given: Mapping[str, str] | None = None,
) -> Terminal:
    """Start the console in a terminal; `given` adds to its environment."""
    return Terminal(
        [*PROGRAM, *arguments],
        size=size,
        env=environment(home, **(given or {})),
        cwd=cwd,
        ignore_hangup=ignore_hangup,
    )


def run(arguments: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, with no terminal and no input."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=env,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def wait_until(
    condition: Callable[[], bool], what: str | Callable[[], str], timeout: float = PATIENCE
) -> None:
    """Wait for something outside this process that cannot wake us, asking again and again."""
    deadline = time.monotonic() + timeout
    while not condition():
        late = time.monotonic() >= deadline
        assert not late, f"not within {timeout:g} s: {what if isinstance(what, str) else what()}"
        time.sleep(0.02)


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has started and that live."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process lives; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
