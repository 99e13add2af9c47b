"""The commits of a Space, what each of them changed, and the way back to it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.files import LoadCommit, LoadHistory
from spaces_tui.ui.present.history import commit_head, commit_line, commit_lines
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.reader import Reader, TextReader, again_line
from spaces_tui.ui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.files import CommitChanges
    from spaces_tui.model.repo import CommitInfo
    from spaces_tui.session.facade import SessionPort

_AHEAD: Final = 10
"""Rows before the end at which the next page is asked for."""


class CommitList(Listing):
    """The commits known so far."""

    def __init__(self) -> None:
        super().__init__(id="view", empty="")
        self.commits: list[CommitInfo] = []

    def line_count(self) -> int:
        """Return how many there are."""
        return len(self.commits)

    def make(self, index: int, width: int) -> Line:
        """Return one commit."""
        return commit_line(self.commits[index], datetime.now(UTC), width)


class HistoryScreen(Reader):
    """Reads page after page as one goes down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "What it changed"),
        Binding("U", "roll_back", "Roll back to it"),
    ]

    def __init__(self, session: SessionPort, space: str, why_not: Callable[[], str]) -> None:
        """`why_not` says why nothing can be rolled back."""
        self._list = CommitList()
        super().__init__(session, self._list)
        self._space = space
        self._why_not = why_not
        self._revision: str | None = None
        self._page = 0
        self._more = False
        self._busy = True

    def title_text(self) -> str:
        """Return the title."""
        return f"History of {self._space}"

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (
            ("enter", "what it changed"),
            ("U", "roll back to it"),
            ("ctrl+r", "read again"),
            ("esc", "back"),
        )

    def lines(self, width: int) -> list[Line]:
        """Return how many commits there are, or why there are none."""
        if self.failure:
            return [*wrapped(self.failure, width, Role.BAD), again_line()]
        count = self._list.line_count()
        if self._busy:
            return [(Span(f"{count} commits, reading …" if count else "Reading …", Role.BUSY),)]
        if not count:
            return [(Span("There is no commit yet.", Role.BUSY),)]
        more = ", older ones below" if self._more else ""
        return [(Span("1 commit" if count == 1 else f"{count:,} commits{more}", Role.DIM),)]

    def read(self) -> None:
        """Read the first page, or the one that failed."""
        self._busy = True
        self.run_worker(self._read(), group="read", exclusive=True)

    def action_again(self) -> None:
        """Read everything again; after a failure go on where it was."""
        if not self.failure:
            self._revision, self._page = None, 0
        super().action_again()

    def action_open(self) -> None:
        """Show what the commit under the cursor changed."""
        if commit := self._commit():
            screen = CommitScreen(self.session, self._space, commit, self._why_not)
            self.app.push_screen(screen)

    def action_roll_back(self) -> None:
        """Show what the way back to the commit under the cursor would do."""
        if commit := self._commit():
            ask_back(self, self._space, commit, self._why_not)

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        event.stop()
        near = self._list.cursor >= self._list.line_count() - _AHEAD
        if self._more and near and not self._busy and not self.failure:
            self._page += 1
            self.read()
            self.lay_out()

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        event.stop()
        self.action_open()

    def _commit(self) -> CommitInfo | None:
        commits = self._list.commits
        return commits[self._list.cursor] if commits else None

    async def _read(self) -> None:
        request = LoadHistory(self._space, self._revision, self._page)
        try:
            found = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self._busy = False
            self.failed(error.message)
            return
        if self._page == 0:
            self._list.commits.clear()
        self._revision = found.revision or None
        known = {commit.oid for commit in self._list.commits}
        self._list.commits += [one for one in found.commits if one.oid not in known]
        self._more, self._busy = found.more, False
        self.lay_out()
        self._list.changed()


class CommitScreen(TextReader):
    """One commit: its files, and their differences."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "file(1)", "Next file"),
        Binding("N", "file(-1)", "Previous file"),
        Binding("U", "roll_back", "Roll back to it"),
    ]

    def __init__(
        self, session: SessionPort, space: str, commit: CommitInfo, why_not: Callable[[], str]
    ) -> None:
        super().__init__(session, numbered=False)
        self._space = space
        self._commit = commit
        self._why_not = why_not
        self._changes: CommitChanges | None = None
        self._starts: list[int] = []

    def title_text(self) -> str:
        """Return the commit."""
        return f"Commit {self._commit.oid[:7]}"

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        files = (("n N", "next, previous file"),) if len(self._starts) > 1 else ()
        return (*files, ("U", "roll back to it"), ("/", "search"), ("W", "wrap"), ("esc", "back"))

    def lines(self, width: int) -> list[Line]:
        """Return who made it and when."""
        if self.failure:
            return [*wrapped(self.failure, width, Role.BAD), again_line()]
        if self._changes is None:
            return [(Span("Reading …", Role.BUSY),)]
        return commit_head(self._changes, datetime.now(UTC), width)

    def read(self) -> None:
        """Read what it changed."""
        self.run_worker(self._read(), group="read", exclusive=True)

    def action_file(self, step: int) -> None:
        """Go to the next or the previous file; while searching, to a match."""
        if self.wanted.value:
            self.action_next(step)
            return
        here = self.text.first_line
        if step > 0:
            self.text.go_to(next((at for at in self._starts if at > here), here))
        else:
            self.text.go_to(next((at for at in reversed(self._starts) if at < here), 0))

    def action_roll_back(self) -> None:
        """Show what the way back to this commit would do."""
        ask_back(self, self._space, self._commit, self._why_not)

    async def _read(self) -> None:
        request = LoadCommit(self._space, self._commit.oid)
        try:
            changes = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self.failed(error.message)
            return
        lines, self._starts = await asyncio.to_thread(commit_lines, changes)
        self._changes = changes
        self.text.give(lines)
        self.lay_out()


def ask_back(screen: Reader, space: str, commit: CommitInfo, why_not: Callable[[], str]) -> None:
    """Show what the way back to a commit would do, and read again what is open once it was gone."""
    from spaces_tui.ui.screens.rollback import RollbackEditor  # noqa: PLC0415 - rarely needed

    if why := why_not():
        screen.console.say(why, "warning")
        return

    def ended(done: bool | None) -> None:
        if done:
            for below in screen.app.screen_stack:
                if isinstance(below, Reader):
                    below.action_again()
            if screen.console.main.detail.files is not None:
                screen.console.main.detail.files.reload()

    screen.app.push_screen(RollbackEditor(screen.session, space, commit.oid), ended)
