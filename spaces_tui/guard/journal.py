"""Loans, written down before anything is done about them.

One JSON object a line, each the whole loan as it is from then on; the last line of a loan counts.
A line that cannot be read, torn by a crash or of a later version, counts as absent: the line before
it is taken up again, and every step begins with a look at the Space.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from spaces_tui.guard.place import Lock, private_folder
from spaces_tui.model.loan import AtEnd, Before, Cause, Ended, Loan, LoanState

_VERSION: Final = 1
_LIMIT: Final = 1024 * 1024
"""Bytes after which only what still matters is kept."""
_KEPT_ENDED: Final = 50
"""Loans that have ended and are kept, for a person to read."""


class Journal:
    """The journal in one folder. Calls block for moments: keep them off an event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "guards.ndjson"

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    def loans(self) -> tuple[Loan, ...]:
        """Return every loan as it is now, the oldest first."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        found: dict[str, Loan] = {}
        for line in lines:
            if (loan := _read(line)) is not None:
                found[loan.id] = loan
        return tuple(found.values())

    def loan(self, key: str) -> Loan | None:
        """Return one loan."""
        return next((loan for loan in self.loans() if loan.id == key), None)

    def open_loans(self) -> tuple[Loan, ...]:
        """Return those that somebody still has to see to."""
        return tuple(loan for loan in self.loans() if loan.open)

    def write(self, loan: Loan) -> None:
        """Write down how a loan is from now on. It is on disk when this returns.

        Raises:
            OSError: the disk will not take it.
        """
        with Lock(self._folder / "journal.lock", wait=True):
            new = not self._path.exists()
            # A leading newline ends a line that a crash may have torn.
            size = self._append(b"\n" + _line(loan))
            if new:
                self._flush_folder()
            if size > _LIMIT:
                self._shorten()

    def _append(self, data: bytes) -> int:
        descriptor = os.open(
            self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        try:
            if os.write(descriptor, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._flush(descriptor)
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def _shorten(self) -> None:
        """Keep the last line of what is open, and of the newest that have ended."""
        loans = self.loans()
        ended = [loan.id for loan in loans if not loan.open]
        dropped = set(ended[:-_KEPT_ENDED])
        beside = self._path.with_suffix(".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(_line(loan) for loan in loans if loan.id not in dropped)
            file.flush()
            self._flush(file.fileno())
        beside.replace(self._path)
        self._flush_folder()

    def _flush_folder(self) -> None:
        private_folder(self._folder)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._flush(descriptor)
        finally:
            os.close(descriptor)

    def _flush(self, descriptor: int) -> None:
        os.fsync(descriptor)


def _line(loan: Loan) -> bytes:
    record = {"v": _VERSION, **asdict(loan)}
    return json.dumps(record, separators=(",", ":"), default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError


def _read(line: bytes) -> Loan | None:
    if not line:
        return None
    try:
        fields: dict[str, Any] = json.loads(line)
        if fields.pop("v") != _VERSION:
            return None
        return Loan(
            **fields
            | {
                "before": Before(**fields["before"]),
                "begun": _moment(fields["begun"]),
                "deadline": _moment(fields["deadline"]),
                "measured": _maybe(fields["measured"]),
                "ending_since": _maybe(fields["ending_since"]),
                "at_end": AtEnd(fields["at_end"]),
                "expects": tuple(
                    (str(one), int(price)) for one, price in fields.get("expects", ())
                ),
                "tasks": tuple(fields.get("tasks", ())),
                "state": LoanState(fields["state"]),
                "cause": Cause(fields["cause"]) if fields["cause"] else None,
                "ended": Ended(fields["ended"]) if fields["ended"] else None,
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
