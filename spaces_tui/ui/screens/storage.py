"""The storage tier of one Space: a larger one, or none, with all that is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from spaces_tui.model.mounting import StorageEdit
from spaces_tui.model.storage import TIERS, refusal
from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.present.volumes import LOST, tier_rows
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual.widget import Widget


class StorageForm(Form[StorageEdit]):
    """Stages a tier, or the deletion of the one there is; nothing is sent from here."""

    def __init__(self, present: str | None, taken_by: str) -> None:
        """`taken_by` is the volume that is mounted where a tier has to be; empty for none."""
        super().__init__()
        self._present = present
        self._taken_by = taken_by
        self._list = Choices(lambda width: tier_rows(present, width), id="tiers")
        offered = (row for row, one in enumerate(TIERS) if not refusal(present, one.name))
        self._list.cursor = next(offered, 0)

    def title_text(self) -> str:
        """Return the title."""
        return "Storage tier"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the tiers."""
        return [("", self._list)]

    def tall(self) -> tuple[str, int]:
        """Give every row its place."""
        return "tiers", len(TIERS) + (self._present is not None)

    def lines(self, width: int) -> list[Line]:
        """Say what a tier is, and that it only grows."""
        said = (
            "A disk at /data that outlives restarts, billed by the month. It can "
            "grow, never shrink: for a smaller one delete it first, then ask again. Prices are of "
            "when the Hub last sold it; it may refuse, then mount a bucket instead."
        )
        return wrapped(said, width, Role.DIM)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "stages it"), ("esc", "back"))

    def problem(self) -> str:
        """Say what would be lost under the cursor."""
        if self._list.cursor < len(TIERS):
            return ""
        return f"Deleting the storage: {LOST}. It is sent only after you typed the Space's name."

    def action_done(self) -> None:
        """Take the row under the cursor."""
        self._take(self._list.cursor)

    def _take(self, row: int) -> None:
        if row >= len(TIERS):
            self.dismiss(StorageEdit(None))
            return
        wanted = TIERS[row].name
        why = refusal(self._present, wanted)
        if not why and self._taken_by:
            why = f"{self._taken_by} is mounted at /data, where the tier has to be."
        if why:
            self.failed(why)
        else:
            self.dismiss(StorageEdit(wanted))

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.edited()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._take(event.row)
