"""A real terminal for tests: the program runs in a pseudo-terminal, its screen is emulated.

    with Terminal(["spaces-tui", "--demo"], size=(80, 24), env=environment) as terminal:
        terminal.expect("whisper-live")
        terminal.press("down", "enter")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored

The program is the foreground job of a session of its own, as under a shell (see `keeper`), so
hang-ups, job control and window sizes reach it the way they do in life. Nothing here sleeps for a
fixed time: every wait is for a condition, with a deadline, and a failing wait shows the screen.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Self

from tests.e2e.emulator import Cell, Emulator
from tests.e2e.keys import encode
from tests.patience import PATIENCE

KEEPER = Path(__file__).with_name("keeper.py")


class Terminal:
    """One program in one terminal. `size` is columns and rows; `cwd` the folder it starts in."""

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        *,
        ignore_hangup: bool = False,
    ) -> None:
        self._emulator = Emulator(*size)
        self._changed = Condition()
        self._fed = 0
        self._output = bytearray()
        self._marks: list[tuple[float, int]] = []
        self._stalled = False
        self._resting = False
        self._closing = False
        self._ended = False
        self._facts: list[list[str]] = []
        self._wake_read, self._wake = os.pipe()
        self._master, slave = pty.openpty()
        _set_size(self._master, size)
        ours, theirs = socket.socketpair()
        self._control = ours
        self._keeper = subprocess.Popen(
            [
                sys.executable, "-I", "-S", str(KEEPER), str(theirs.fileno()),
                "yes" if ignore_hangup else "no", str(cwd or Path.cwd()), *argv,
            ],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(os.environ if env is None else env),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        theirs.close()
        self._reader = Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()
        self._listener = Thread(target=self._listen, name="keeper", daemon=True)
        self._listener.start()
        self._await_fact("started", PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What can be seen

    def screen(self) -> list[str]:
        """Return the rows of the screen as text, without blanks at their ends."""
        with self._changed:
            return self._feed().rows()

    def cell(self, column: int, row: int) -> Cell:
        """Return one cell: its text, its colours and whether it is bold or reversed."""
        with self._changed:
            return self._feed().cell(column, row)

    @property
    def modes(self) -> frozenset[int]:
        """DEC private modes that are on, such as 1049 (alternate screen) and 1000 (mouse)."""
        with self._changed:
            return self._feed().modes

    @property
    def restored(self) -> bool:
        """Whether modes, keyboard protocol and line settings are as they were at the start.

        Line settings are as the program left them when it last ended or stopped.
        """
        with self._changed:
            pristine = self._feed().pristine
            return pristine and self._facts[-1][-1] == self._facts[0][-1]

    @property
    def bytes_out(self) -> int:
        """Bytes the program has written so far, and we have read."""
        with self._changed:
            return len(self._output)

    @property
    def output(self) -> bytes:
        """Everything the program has written so far, and we have read."""
        with self._changed:
            return bytes(self._output)

    @property
    def arrivals(self) -> list[tuple[float, int]]:
        """For each chunk read: when it came, by the monotonic clock, and the bytes so far."""
        with self._changed:
            return list(self._marks)

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._facts[0][1])

    @property
    def started(self) -> float:
        """When the program was started, by the monotonic clock."""
        return float(self._facts[0][2])

    @property
    def running(self) -> bool:
        """Whether the program has not ended."""
        with self._changed:
            return self._facts[-1][0] != "exited"

    def cpu_seconds(self) -> float:
        """Return the processor time the program has used, from the kernel's own account."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Waiting

    def expect(self, wanted: str | re.Pattern[str], timeout: float = PATIENCE) -> list[str]:
        """Wait until the screen shows a text, or matches an expression; return its rows."""
        return self.wait_for(lambda rows: _shows(rows, wanted), f"{wanted!r}", timeout)

    def expect_gone(self, unwanted: str | re.Pattern[str], timeout: float = PATIENCE) -> list[str]:
        """Wait until the screen shows a text, or matches an expression, no more."""
        return self.wait_for(lambda rows: not _shows(rows, unwanted), f"no {unwanted!r}", timeout)

    def wait_for(
        self, condition: Callable[[list[str]], bool], what: str, timeout: float = PATIENCE
    ) -> list[str]:
        """Wait until the rows of the screen satisfy a condition; return them."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                rows = self._feed().rows()
                if condition(rows):
                    return rows
                left = deadline - time.monotonic()
                if left <= 0 or (self._ended and self._fed == len(self._output)):
                    why = "the program ended" if self._ended else f"{timeout:g} s passed"
                    raise AssertionError(f"{why} without {what} on the screen:\n{_framed(rows)}")
                self._changed.wait(left)

    def quiet_for(self, seconds: float, timeout: float = PATIENCE) -> None:
        """Wait until the program has written nothing for so long."""
        deadline = time.monotonic() + timeout
        while self.writes_within(seconds):
            if time.monotonic() > deadline:
                raise AssertionError(f"it never fell silent:\n{_framed(self.screen())}")

    def writes_within(self, seconds: float) -> int:
        """Wait for output for at most so long; return how many bytes came first, 0 for none."""
        with self._changed:
            before = len(self._output)
            self._changed.wait_for(lambda: len(self._output) > before or self._ended, seconds)
            return len(self._output) - before

    def wait_written(self, wanted: bytes, after: int, timeout: float = PATIENCE) -> float:
        """Wait for bytes in the output beyond `after` of it; return when they came.

        Cheaper than `expect` where much is written, since nothing is emulated.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while (at := self._output.find(wanted, after)) < 0:
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"{wanted!r} was not written within {timeout:g} s")
                after = max(after, len(self._output) - len(wanted))
                self._changed.wait(left)
            return next(came for came, upto in self._marks if upto >= at + len(wanted))

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait for the program's end; return its status, negative for a signal."""
        fact = self._await_fact("exited", timeout)
        self._reader.join(timeout)
        return int(fact[1])

    def wait_stopped(self, timeout: float = PATIENCE) -> None:
        """Wait until the program is suspended, and all that it wrote before was read."""
        self._await_fact("stopped", timeout)
        self.quiet_for(0.1, timeout)

    # Acting

    def press(self, *keys: str) -> None:
        """Press keys by name, such as `down`, `ctrl+p`, `esc`, or `q`."""
        self._send(b"".join(encode(key) for key in keys))

    def type(self, text: str) -> None:
        """Type a text."""
        self._send(text.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        with self._changed:
            self._feed().resize(columns, rows)
            _set_size(self._master, (columns, rows))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        os.kill(self.pid, number)

    def resume_job(self) -> None:
        """Take a suspended program to the foreground again, as `fg` does."""
        self._facts.append(["continued", self._facts[0][-1]])
        self._control.sendall(b"continue\n")

    def stall(self) -> None:
        """Stop reading what the program writes, as a dead link does."""
        with self._changed:
            self._stalled = True
            os.write(self._wake, b"!")
            self._changed.wait_for(lambda: self._resting or self._ended)

    def resume(self) -> None:
        """Read again."""
        self._stalled = False
        os.write(self._wake, b"!")

    def hangup(self) -> None:
        """Close the terminal under the program, as when a window is closed."""
        self._closing = True
        os.write(self._wake, b"!")
        self._reader.join(PATIENCE)

    def close(self) -> None:
        """End the program by force if it runs still, and free everything."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
            self._await_fact("exited", PATIENCE)
        self.hangup()
        self._control.shutdown(socket.SHUT_RDWR)
        self._listener.join(PATIENCE)
        self._control.close()
        self._keeper.wait(PATIENCE)
        if self._wake >= 0:
            os.close(self._wake)
            os.close(self._wake_read)
            self._wake = self._wake_read = -1

    # Threads

    def _read(self) -> None:
        try:
            while not self._closing:
                with self._changed:
                    self._resting = self._stalled
                    self._changed.notify_all()
                watched = [self._wake_read] if self._resting else [self._wake_read, self._master]
                ready, _, _ = select.select(watched, [], [])
                if self._wake_read in ready:
                    os.read(self._wake_read, 4096)
                elif not self._take(os.read(self._master, 65536)):
                    break
        except OSError:
            pass  # the end of the output, as Linux reports it once the program has gone
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._closing:
            os.close(self._master)

    def _take(self, data: bytes) -> bool:
        with self._changed:
            self._output += data
            self._marks.append((time.monotonic(), len(self._output)))
            self._changed.notify_all()
        return bool(data)

    def _listen(self) -> None:
        with self._control.makefile("r", encoding="ascii") as lines:
            for line in lines:
                with self._changed:
                    self._facts.append(line.split())
                    self._changed.notify_all()

    def _await_fact(self, word: str, timeout: float) -> list[str]:
        with self._changed:
            if not self._changed.wait_for(
                lambda: bool(self._facts) and word in {self._facts[0][0], self._facts[-1][0]},
                timeout,
            ):
                rows = _framed(self._feed().rows())
                raise AssertionError(f"the program has not {word} within {timeout:g} s:\n{rows}")
            return next(fact for fact in reversed(self._facts) if fact[0] == word)

    def _feed(self) -> Emulator:
        """Bring the emulated screen up to date; only with the lock held."""
        if self._fed < len(self._output):
            self._emulator.feed(bytes(self._output[self._fed :]))
            self._fed = len(self._output)
        return self._emulator

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._master, view) :]


def _set_size(descriptor: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _shows(rows: list[str], wanted: str | re.Pattern[str]) -> bool:
    text = "\n".join(rows)
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None


def _framed(rows: list[str]) -> str:
    return "\n".join(f"│{row}" for row in rows)
