"""Watch-and-upload without a screen.

Prints plain lines or JSON lines, takes commands from standard input, and ends with an exit code
that a script can act on.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import Final, TextIO

from spaces_tui.headless.exits import Exit
from spaces_tui.headless.lines import as_lines, as_object
from spaces_tui.headless.progress import Progress, clipped
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import (
    Committed,
    Failed,
    Planned,
    Progressed,
    Retrying,
    StateChanged,
    SyncEvent,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line
from spaces_tui.session.facade import CommandError, SessionPort
from spaces_tui.session.snapshot import Link
from spaces_tui.session.tasks import place_of

_COMMANDS: Final = frozenset(
    {
        "accept", "both", "drop", "ignore", "mine", "pause", "restore", "resume", "stop",
        "sync", "theirs", "unignore",
    }
)  # fmt: skip
_START: Final = "Type accept and press enter to start, or stop to leave."
_FETCH: Final = "Type theirs and press enter to fetch, accept to go on without, or stop to leave."
_CLEAR: Final = "\r\x1b[2K"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_EXITS: Final = {
    SyncState.CONFLICT: Exit.CONFLICT,
    SyncState.AUTH: Exit.NOT_ALLOWED,
    SyncState.FORBIDDEN: Exit.NOT_ALLOWED,
    SyncState.GONE: Exit.FAILED,
    SyncState.HALTED: Exit.FAILED,
}
"""How it ended, by the last state before it stopped; a signal does not change these."""
_FINAL: Final = frozenset({SyncState.AUTH, SyncState.FORBIDDEN, SyncState.GONE})
"""What waiting does not cure when it stands at the very start: the token and the name are wrong."""
_ATTEMPTS: Final = 4
"""With `--once`: how often a Hub that does not answer is tried, about seven seconds in all."""


@dataclass(frozen=True, slots=True)
class _Said:
    line: str


@dataclass(frozen=True, slots=True)
class _InputEnded:
    pass


@dataclass(frozen=True, slots=True)
class _Signalled:
    number: int


@dataclass(frozen=True, slots=True)
class _Started:
    future: Future[None]


_Item = SyncEvent | _Said | _InputEnded | _Signalled | _Started


class WatchCommand:
    """One run of `spaces-tui watch`."""

    def __init__(
        self,
        session: SessionPort,
        *,
        space: str,
        folder: str,
        options: WatchOptions,
        as_json: bool,
        out: TextIO,
        source: TextIO | None,
    ) -> None:
        self._session = session
        self._space = space
        self._folder = folder
        self._options = options
        self._as_json = as_json
        self._out = out
        self._source = source
        self._items: SimpleQueue[_Item] = SimpleQueue()
        self._state = SyncState.STARTING
        self._pending = 0
        self._signals = 0
        self._attempts = 0
        self._begun = False
        self._mute = False
        self._progress = Progress()
        self._rewrites = out.isatty() and os.environ.get("TERM") != "dumb"
        self._rewritten = False
        """The line the cursor is on gives way to the next one."""

    def run(self) -> Exit:
        """Watch until stopped, or once; return how it ended."""
        with self._listening():
            self._session.start()
            if self._source is not None:
                Thread(target=self._read, name="commands", daemon=True).start()
            started = self._session.watch(self._space, self._folder, self._options, self._items.put)
            started.add_done_callback(lambda future: self._items.put(_Started(future)))
            return self._loop()

    def _loop(self) -> Exit:
        while True:
            item = self._items.get()
            match item:
                case _Signalled(number):
                    if self._signals and number == signal.SIGHUP:
                        continue  # a closing terminal hangs up in more than one way
                    self._signals += 1
                    if self._signals > 1:
                        return self._cut_short()
                    self._say_to_engine("stop")
                    if self._state is SyncState.STARTING:
                        return self._cut_short()
                case _Started(future):
                    if (error := future.exception()) is not None:
                        return self._failed(error)
                case _Said(line):
                    self._obey(line)
                case _InputEnded():
                    if self._waits_for_nobody():
                        return Exit.USAGE
                case _:
                    self._show(item)
                    if isinstance(item, StateChanged) and item.state is SyncState.STOPPED:
                        self._pending = item.pending
                        return self._ended()
                    self._follow(item)

    def _follow(self, event: SyncEvent) -> None:
        """Remember how it stands, and give up what cannot get better."""
        match event:
            case StateChanged(state, _, pending):
                self._state, self._pending = state, pending
                self._begun |= state is SyncState.IN_SYNC
                if state in _FINAL and not self._begun:
                    self._say_to_engine("stop")
            case Retrying(reason):
                self._attempts += 1
                if self._options.once and self._attempts == _ATTEMPTS:
                    self._complain(f"{reason} Given up after {_ATTEMPTS} attempts.")
                    self._say_to_engine("stop")
            case Committed():
                self._attempts = 0
            case _:
                pass

    def _show(self, event: SyncEvent) -> None:
        now = datetime.now(UTC)
        if self._as_json:
            self._print(json.dumps(as_object(event, now), ensure_ascii=True))
            return
        stamp = now.astimezone().strftime("%H:%M:%S")
        if isinstance(event, Progressed):
            self._show_progress(event, stamp)
            return
        for line in as_lines(event):
            self._print(f"{stamp}  {line}")
        if isinstance(event, Planned) and self._asks(event):
            self._print(_FETCH if event.plan.fetch else _START)

    def _asks(self, event: Planned) -> bool:
        return not (self._options.dry_run or self._options.assume_yes or event.plan.empty)

    def _show_progress(self, event: Progressed, stamp: str) -> None:
        now = time.monotonic()
        if not self._rewrites:
            line = self._progress.now_and_then(event, now)
            if line is not None:
                self._print(f"{stamp}  {line}")
            return
        line, stands = self._progress.rewritten(event, now)
        columns = shutil.get_terminal_size().columns - 1
        self._print(clipped(f"{stamp}  {line}", columns), end="\n" if stands else "")
        self._rewritten = not stands

    def _print(self, line: str, end: str = "\n") -> None:
        if self._mute:
            return
        begin, self._rewritten = _CLEAR if self._rewritten else "", False
        try:
            self._out.write(begin + line + end)
            self._out.flush()
        except OSError:
            # Nobody reads any more, as when a terminal is closed: end in order, without a word.
            self._mute = True
            self._items.put(_Signalled(signal.SIGHUP))

    def _obey(self, line: str) -> None:
        try:
            words = shlex.split(line)
        except ValueError:
            self._complain("A quotation mark is missing: write mine 'my file.py'.")
            return
        if not words:
            return
        command, *paths = words
        if command not in _COMMANDS:
            known = ", ".join(sorted(_COMMANDS))
            self._complain(f"“{clean_line(command)}” is not a command. Try: {known}.")
            return
        self._say_to_engine(command, *paths)

    def _say_to_engine(self, command: str, *paths: str) -> None:
        told = self._session.tell_watch(self._space, command, *paths)

        def check(future: Future[None]) -> None:
            error = future.exception()
            if isinstance(error, CommandError):
                self._items.put(Failed(error.message, error.request_id))

        told.add_done_callback(check)

    def _complain(self, message: str) -> None:
        self._show(Failed(message))

    def _waits_for_nobody(self) -> bool:
        """Whether the plan needs a yes that nobody can give any more."""
        if self._state is SyncState.PLAN and not self._options.assume_yes:
            self._complain("The plan needs a yes and standard input has ended: add --yes.")
            return True
        return False

    def _failed(self, error: BaseException) -> Exit:
        known = isinstance(error, CommandError)
        self._complain(str(error) if known else f"This program broke: {place_of(error)}.")
        link = self._session.snapshot.connection.link
        return Exit.NOT_ALLOWED if link in (Link.SIGNED_OUT, Link.REFUSED) else Exit.FAILED

    def _ended(self) -> Exit:
        if self._signals and self._pending:
            self._unsent()
        if self._state in _EXITS:
            return _EXITS[self._state]
        if self._signals:
            return Exit.INTERRUPTED
        if self._options.once and self._attempts >= _ATTEMPTS:
            return Exit.FAILED
        return Exit.FAILED if self._pending and not self._options.dry_run else Exit.DONE

    def _cut_short(self) -> Exit:
        self._unsent()
        if self._state in {SyncState.SENDING, SyncState.CONFIRMING}:
            self._complain("1 commit unconfirmed; the next start finds out whether it arrived.")
        return Exit.INTERRUPTED

    def _unsent(self) -> None:
        if self._pending:
            noun = "file" if self._pending == 1 else "files"
            self._complain(
                f"{self._pending} {noun} not uploaded to {self._space}; the next start sends it."
            )

    def _read(self) -> None:
        assert self._source is not None
        for line in self._source:
            self._items.put(_Said(line))
        self._items.put(_InputEnded())

    @contextmanager
    def _listening(self) -> Iterator[None]:
        def heard(number: int, frame: FrameType | None) -> None:
            del frame
            self._items.put(_Signalled(number))

        before = {number: signal.signal(number, heard) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def watch(
    session: SessionPort, *, space: str, folder: str, options: WatchOptions, as_json: bool
) -> int:
    """Run `spaces-tui watch`; return its exit code."""
    command = WatchCommand(
        session,
        space=space,
        folder=folder,
        options=options,
        as_json=as_json,
        out=sys.stdout,
        source=sys.stdin,
    )
    try:
        return command.run()
    finally:
        session.close()
