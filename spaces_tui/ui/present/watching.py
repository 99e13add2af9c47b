"""The Watch tab: state and ways out of it, what waits and why, and what became of each save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.stage import Kind
from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.loglines import body_of, role_of, shifted, time_span
from spaces_tui.ui.present.plan import plan_lines
from spaces_tui.ui.present.saves import batch_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, rule, wrapped
from spaces_tui.ui.present.times import day_and_time
from spaces_tui.ui.present.watchhead import head_of_watch
from spaces_tui.ui.present.watchlook import NEEDS_PERSON, files, look_of_watch, short_words
from spaces_tui.ui.present.watchrow import RowKind, WatchRow, text_rows
from spaces_tui.ui.present.watchtree import tree_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.space import Space
    from spaces_tui.model.sync import Batch, SyncStatus
    from spaces_tui.model.unsent import Unsent
    from spaces_tui.session.snapshot import Snapshot

_TIMED_FROM: Final = 60
"""Columns from which there is room for the time of a log line."""


@dataclass(frozen=True, slots=True)
class WatchTab:
    """What the tab is about."""

    space: Space
    snapshot: Snapshot
    now: datetime
    opened: Collection[str] = ()
    """Keys of the folders that are unfolded."""
    tail: Sequence[LogLine] = ()
    """The newest lines of the log that tells why the newest save does not run."""

    @property
    def status(self) -> SyncStatus | None:
        """The watched folder of this Space."""
        return self.snapshot.watches.get(self.space.id)


def watch_rows(tab: WatchTab, width: int) -> list[WatchRow]:
    """Return the whole tab."""
    status = tab.status
    left = [row for one in tab.snapshot.unsent for row in _unsent_rows(tab, one, width)]
    if status is None:
        return [*left, *text_rows(_invitation(tab.space, width)), *_elsewhere(tab, width)]
    rows = [*text_rows(head_of_watch(status, width)), *left]
    broken = broken_batch(status)
    saves = _saves(status, tab.tail if broken else (), width)
    waiting = [*_plan(status, width), *tree_rows(status, tab.opened, width)]
    saves_first = broken is not None and status.state not in NEEDS_PERSON
    rows += [*saves, *waiting] if saves_first else [*waiting, *saves]
    return [*rows, *_elsewhere(tab, width)]


def broken_batch(status: SyncStatus) -> Batch | None:
    """Return the newest batch if the Space broke on it, be it in the build or when it started."""
    newest = status.batches[0] if status.batches else None
    if newest is None or newest.live is not None or newest.stage is None:
        return None
    return newest if newest.stage.kind is Kind.BROKEN else None


def stream_of(batch: Batch) -> LogStream:
    """Return the log that tells why a batch broke."""
    started = batch.stage is not None and batch.stage.name == "RUNTIME_ERROR"
    return LogStream.RUN if started else LogStream.BUILD


def log_wanted(status: SyncStatus) -> LogStream | None:
    """Return the log to follow: of a save the Space broke on, or is building."""
    newest = status.batches[0] if status.batches else None
    if newest is None or newest.live is not None or newest.stage is None:
        return None
    if newest.stage.kind is Kind.BROKEN:
        return stream_of(newest)
    return LogStream.BUILD if "BUILDING" in newest.stage.name else None


def _saves(status: SyncStatus, tail: Sequence[LogLine], width: int) -> list[WatchRow]:
    rows = text_rows([BLANK, rule("Saves", "newest first", width)])
    broken = broken_batch(status)
    for batch in status.batches:
        first, *rest = batch_lines(batch, width)
        rows.append(WatchRow(first, RowKind.BATCH, _key(batch), batch=batch))
        rows += text_rows(rest)
        if batch is broken:
            rows += text_rows(_log_of(batch, tail, width))
    if not status.batches and status.state is not SyncState.STOPPED:
        words = f"Save a file in {short_folder(status.folder)} and it is on its way."
        rows += text_rows(wrapped(words, width, Role.DIM, " "))
    elif not status.batches:
        rows += text_rows(wrapped("Nothing was sent.", width, Role.DIM, " "))
    return rows


def _key(batch: Batch) -> str:
    return f"batch {batch.oid or batch.saved_at}"


def _log_of(batch: Batch, tail: Sequence[LogLine], width: int) -> list[Line]:
    assert batch.stage is not None
    build = stream_of(batch) is LogStream.BUILD
    name, key, action = (
        ("Build log", "b", "logs.build") if build else ("Container log", "l", "logs.container")
    )
    title = f"{name} · {batch.stage.word} at {batch.oid[:7]}"
    head = tuple(span._replace(action=action) for span in rule(title, f"{key} opens it", width))
    timed = width >= _TIMED_FROM
    lines: list[Line] = [head]
    for log in tail:
        stamp = (time_span(log),) if timed else ()
        text = shifted(body_of(log), 0, max(1, width - (10 if timed else 1)))
        lines.append((Span(" "), *stamp, Span(text, role_of(log))))
    if not tail:
        lines.append((Span(" The log is on its way …", Role.DIM),))
    return [*lines, BLANK]


def _plan(status: SyncStatus, width: int) -> list[WatchRow]:
    if status.plan is None or status.state is not SyncState.PLAN:
        return []
    lines: list[Line] = [BLANK, rule("Plan", "w shows it again", width)]
    return text_rows([*lines, *plan_lines(status.plan, width)])


def _unsent_rows(tab: WatchTab, unsent: Unsent, width: int) -> list[WatchRow]:
    """Return what an earlier run left behind for this Space, unless it is watched again."""
    status = tab.status
    if unsent.space != tab.space.id or (status is not None and _runs(status)):
        return []
    first, *rest = wrapped(f"{unsent_words(unsent, tab.now)}.", width, Role.BUSY, "   ")
    keys: Line = (
        Span("   w", Role.KEY, "space.watch"),
        Span(" go on", Role.TEXT, "space.watch"),
        Span(" · ", Role.DIM),
        Span("X", Role.KEY, "watch.drop"),
        Span(" forget it", Role.TEXT, "watch.drop"),
    )
    row = WatchRow(
        (Span(" ! ", Role.BUSY), Span(first[0].text.strip(), Role.BUSY)),
        RowKind.UNSENT,
        f"unsent {unsent.space} {unsent.folder}",
        unsent=unsent,
        space=unsent.space,
    )
    return [row, *text_rows([*rest, keys])]


def unsent_words(unsent: Unsent, now: datetime) -> str:
    """Return `2 files in ~/src were not sent to ada/x (yesterday 18:03)`."""
    was = "was" if unsent.pending == 1 else "were"
    return (
        f"{files(unsent.pending)} in {short_folder(unsent.folder)} {was} not sent to "
        f"{unsent.space} ({day_and_time(unsent.since, now)})"
    )


def _elsewhere(tab: WatchTab, width: int) -> list[WatchRow]:
    """Return the other Spaces that are watched, or were when something was left behind."""
    mine = tab.space.id
    watches = tab.snapshot.watches
    rows: list[WatchRow] = []
    for status in watches.values():
        if status.space != mine and _runs(status):
            look = look_of_watch(status)
            rows.append(_jump(status.space, status.folder, look.glyph, short_words(status), width))
    for unsent in tab.snapshot.unsent:
        running = watches.get(unsent.space)
        if unsent.space != mine and not (running and _runs(running)):
            said = f"{files(unsent.pending)} not sent"
            rows.append(_jump(unsent.space, unsent.folder, "!", said, width))
    if not rows:
        return []
    return [*text_rows([BLANK, rule("Also watched", "enter goes there", width)]), *rows]


def _jump(space: str, folder: str, glyph: str, words: str, width: int) -> WatchRow:
    calm = glyph in "●◐▲‖"
    line: Line = (
        Span(f" {glyph} ", Role.DIM if calm else Role.BAD),
        Span(space, Role.STRONG),
        Span(f"  {words}", Role.TEXT if calm else Role.BAD),
        Span(f"  {short_folder(folder)}", Role.DIM),
    )
    key = f"elsewhere {space} {folder}"
    return WatchRow(clip(line, width), RowKind.ELSEWHERE, key, space=space)


def _runs(status: SyncStatus) -> bool:
    return status.state is not SyncState.STOPPED


def _invitation(space: Space, width: int) -> list[Line]:
    text = (
        "No folder is watched for this Space.\n\n"
        "Press w, choose a folder, look at the plan: from then on every file you save there "
        f"is committed to {space.id} and running seconds later.\n\n"
        "Press u to upload a folder once."
    )
    return [BLANK, *wrapped(text, width, Role.DIM, " ")]
