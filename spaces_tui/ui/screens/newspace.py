"""Create and duplicate: what would be made, what it costs, and what is left when a part fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.newspace import Rest
from spaces_tui.model.spacename import space_name_problem
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.requests.creation import (
    CREATE,
    DEV_MODE,
    FOLDER,
    STORAGE,
    TASKS,
    CreateSpace,
    DuplicateSpace,
    FinishSpace,
)
from spaces_tui.ui.present.creating import (
    HELP,
    costs,
    done_words,
    exists_lines,
    folder_lines,
    missing_lines,
    name_lines,
    part_line,
    plan_warning,
    price_words,
    summary_lines,
)
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.present.transfers import transfer_line
from spaces_tui.ui.screens.editor import Phase, Summary
from spaces_tui.ui.screens.newspaceform import NewSpaceForm

if TYPE_CHECKING:
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot


class NewSpaceEditor(NewSpaceForm):
    """Creates a Space, or duplicates `source`. Values of secrets are forgotten when it closes.

    Once the Space is there, only what failed after that is left to be applied.
    """

    def title_text(self) -> str:
        """Return the title."""
        return "Create a Space" if self._source is None else "Duplicate a Space"

    def head(self, width: int) -> list[Line]:
        """Return what is known of the name, warnings, and what the cursor is on."""
        prices = self._snapshot.hardware
        if self._left is not None:
            return exists_lines(self._draft, prices, width)
        lines = name_lines(
            self._draft, self._check, self._unchecked, width, checking=self._checking
        )
        lines += missing_lines(self._draft, width)
        lines += plan_warning(self._draft, self._snapshot.identities, width)
        if self._draft.folder and not self._draft.source:
            lines += folder_lines(self._folder, width)
        part = self._part()
        note = self._draft.blocked(part, prices) or HELP.get(part, "")
        if self.focused is self._list and note:
            lines.append(clip((Span(f"{part.value}: {note}", Role.DIM),), width))
        return lines

    def staged(self) -> int:
        """Return how much was chosen."""
        if self._left is not None:
            return len(self._parts())
        now, begun = self._draft, self._begun
        chosen = (
            now.name != begun.name, now.owner != begun.owner, now.sdk != begun.sdk,
            now.template is not None, now.visibility != begun.visibility,
            now.hardware != begun.hardware, now.sleep is not None, now.dev_mode, bool(now.folder),
        )  # fmt: skip
        copied = int(self._source is not None)
        return sum(chosen) + len(now.staging.edits) + now.mounts.count + copied

    def problem(self) -> str:
        """Say what holds it back; an empty name is told only when one tries."""
        if self._left is None and not self._draft.name:
            return ""
        if self._left is None and self._taken():
            return f"{self._draft.id} is there already: choose another name."
        return self._draft.problem() or (self._folder.failure if self._draft.folder else "")

    def summary(self, width: int) -> Summary:
        """Return what would be made, its price, and what happens next."""
        prices = self._snapshot.hardware
        if self._left is not None:
            lines = [
                *exists_lines(self._draft, prices, width),
                *(part_line(part, self._draft, prices, width) for part in self._parts()),
            ]
            return Summary(tuple(lines), "do what is left")
        lines = summary_lines(self._draft, prices, self._folder, width)
        verb = "create it" if self._source is None else "duplicate it"
        price = price_words(self._draft, prices)
        at = f" at {price}" if price.startswith("$") else f", {price}" if price else ""
        published = self._draft.publishes()
        return Summary(
            tuple(lines),
            f"{verb}{at}",
            danger=costs(self._draft, prices) or published,
            typed=self._draft.id if published else "",
        )

    def changes(self) -> tuple[Change, ...]:
        """Return the one request, or what is left of it."""
        draft, prices = self._draft, self._snapshot.hardware
        if self._left is not None:
            return (FinishSpace(draft.id, self._left_now()),)
        if draft.source is not None:
            source = draft.source.space.id
            return (DuplicateSpace(draft.id, source, draft.copy(prices), draft.rest()),)
        return (CreateSpace(draft.id, draft.wish(prices), draft.rest()),)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Once it is there, keep only what is still to be done."""
        (outcome,) = outcomes
        if self._left is None and CREATE not in outcome.done:
            self._look_up()
            return
        rest = self._draft.rest() if self._left is None else self._left_now()
        self._left = Rest(
            folder="" if FOLDER in outcome.done else rest.folder,
            dev_mode=rest.dev_mode and DEV_MODE not in outcome.done,
            storage="" if STORAGE in outcome.done else rest.storage,
            tasks=rest.tasks and TASKS not in outcome.done,
        )
        self._draft.staging.clear()
        self._field.disabled = True
        self._list.changed()
        if self._left:
            self.call_after_refresh(self._list.focus)

    def ended(self, outcomes: tuple[Outcome, ...]) -> None:
        """Go to the new Space, and say what happens next."""
        (outcome,) = outcomes
        if CREATE in outcome.done or (self._left is not None and outcome.done):
            self.console.go_to(self._draft.id)
        if outcome.ok:
            self.console.say(done_words(self._draft))

    def lines(self, width: int) -> list[Line]:
        """Return what stands above the widgets; while sending, how far it is."""
        if self.phase is Phase.SENDING:
            return self._sending_lines(width)
        if self.phase is Phase.LEAVING and self._left is not None:
            said = f"{self._draft.id} stays as it is. Leave without what is still to be done?"
            return wrapped(said, width, Role.BAD)
        return super().lines(width)

    def show(self, snapshot: Snapshot) -> None:
        """Follow prices, and the first commit while it is sent."""
        before, self._snapshot = self._snapshot, snapshot
        if self.phase is Phase.SENDING or snapshot.hardware is not before.hardware:
            self._list.changed()
            self.lay_out()

    def action_apply(self) -> None:
        """Show what would be made, once it has a name."""
        if self.phase is Phase.EDITING and not self._draft.name:
            self.console.say(space_name_problem(""), "warning")
            self._field.focus()
            return
        super().action_apply()

    def _left_now(self) -> Rest:
        """Return what is left, with the folder as it was corrected."""
        assert self._left is not None
        left = self._left
        folder = self._draft.folder if left.folder else ""
        return Rest(folder, dev_mode=left.dev_mode, storage=left.storage, tasks=left.tasks)

    def _sending_lines(self, width: int) -> list[Line]:
        status = self._snapshot.watches.get(self._draft.id)
        if status is None or status.state is SyncState.STOPPED:
            verb = "Doing what is left of" if self._left else "Creating"
            return [clip((Span(f"{verb} {self._draft.id} …", Role.BUSY),), width)]
        said = status.reason or status.state.value
        lines = wrapped(f"{self._draft.id}: first commit: {said}", width, Role.BUSY)
        return [*lines, *(transfer_line(one, width) for one in status.transfers)]
