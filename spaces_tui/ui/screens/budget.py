"""A hard line was reached: what the identity pays for, marked, and pausing it with a second key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.budget import crossed_words
from spaces_tui.ui.present.paid import paid_rows
from spaces_tui.ui.present.spans import BLANK, Line, Role, wrapped
from spaces_tui.ui.screens.money import MoneyScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spaces_tui.model.budget import Crossing
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.paid import PaidRow


class BudgetScreen(MoneyScreen):
    """The Spaces of one identity that cost something. Closing it leaves them as they are."""

    DEFAULT_CSS = "BudgetScreen Choices { height: 1; background: $surface; }"

    def __init__(
        self,
        snapshot: Snapshot,
        crossing: Crossing,
        pause: Callable[[Sequence[Space]], None],
        sleep: Callable[[Sequence[Space]], None],
    ) -> None:
        self._crossing = crossing
        super().__init__(snapshot, pause, sleep)
        self._marked = {row.space.id for row in self._rows}

    def title_text(self) -> str:
        """Return the title."""
        return f"Over budget: {self._crossing.name}"

    def paid(self, snapshot: Snapshot) -> list[PaidRow]:
        """Return what this identity pays for, but for what is borrowed: that goes back anyway."""
        states = (one for one in snapshot.budgets if one.name == self._crossing.name)
        owners = next((one.owners for one in states), (self._crossing.name,))
        lent = {loan.space for loan in snapshot.loans if loan.open}
        return [
            row
            for row in paid_rows(snapshot)
            if row.space.id.partition("/")[0] in owners and row.space.id not in lent
        ]

    def lines(self, width: int) -> list[Line]:
        """Return what happened and what can be done, then what pausing saves."""
        said = "Nothing was changed: p asks whether to pause what is marked, esc leaves it running."
        return [
            *wrapped(crossed_words(self._crossing), width, Role.BAD),
            *wrapped(said, width),
            BLANK,
            *super().lines(width),
        ]
