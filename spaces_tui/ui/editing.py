"""Opens the editors, and tells how what they sent has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.ui.createrules import owners
from spaces_tui.ui.rules import configurable, deletable, machine_settable, sleep_settable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.environment import EntryKind
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Outcome
    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.rules import Context
    from spaces_tui.ui.screens.main import MainScreen
    from spaces_tui.ui.shelf import Shelf


class Editing:
    """One method for each editor; the screens load when first opened."""

    def __init__(self, app: ConsoleApp, main: MainScreen, session: SessionPort) -> None:
        self._app = app
        self._main = main
        self._session = session

    def create(self) -> None:
        """Create a Space."""
        self._new_space(None)

    def duplicate(self) -> None:
        """Copy the Space under the cursor; where there is none, ask for one."""
        space = self._main.context().space
        if space is not None:
            self._new_space(space.id)
            return
        from spaces_tui.ui.screens.elsewhere import OtherSpaceForm  # noqa: PLC0415 - the same

        def named(source: str | None) -> None:
            if source is not None:
                self._new_space(source)

        self._app.push_screen(OtherSpaceForm([]), named)

    def _new_space(self, source: str | None) -> None:
        from spaces_tui.ui.screens.newspace import NewSpaceEditor  # noqa: PLC0415 - the same

        snapshot = self._main.snapshot
        mine = owners(snapshot)
        shelf = self._shelf(mine)
        self._app.push_screen(NewSpaceEditor(self._session, snapshot, mine, shelf, source=source))

    def _shelf(self, first: Sequence[str]) -> Shelf:
        """Return what can be mounted, beginning with what some owners have."""
        from spaces_tui.model.volume import Source  # noqa: PLC0415 - the same
        from spaces_tui.ui.shelf import Shelf  # noqa: PLC0415 - the same

        snapshot = self._main.snapshot
        names = [name for one in snapshot.identities for name in one.namespaces]
        spaces = [Source("space", one.id, one.private) for one in snapshot.spaces]
        return Shelf(self._session, [*first, *names], spaces)

    def delete(self) -> None:
        """Delete the targets that can be, after a typed name."""
        from spaces_tui.ui.screens.deletion import DeleteScreen  # noqa: PLC0415 - the same

        snapshot = self._main.snapshot
        targets = self._main.context().targets
        spaces = [space for space in targets if not deletable(space, snapshot)]
        others = len(targets) - len(spaces)
        self._app.push_screen(DeleteScreen(self._session, spaces, snapshot, others))

    def environment(
        self, context: Context | None = None, *, at: tuple[EntryKind, str] | None = None
    ) -> None:
        """Edit variables and secrets of one Space, or set some on all marked ones.

        `at` is the name to begin with.
        """
        from spaces_tui.ui.screens.environment import EnvironmentEditor  # noqa: PLC0415 - the same
        from spaces_tui.ui.screens.sharedenvironment import (  # noqa: PLC0415 - the same
            SharedEnvironmentEditor,
        )

        context = context or self._main.context()
        snapshot = context.snapshot
        if len(context.marked) > 1:
            spaces = [one for one in context.marked if not configurable(one, snapshot)]
            self._app.push_screen(SharedEnvironmentEditor(self._session, spaces))
            return
        others = [one.id for one in snapshot.spaces]
        self._app.push_screen(EnvironmentEditor(self._session, context.targets[0], others, at=at))

    def hardware(self, context: Context | None = None) -> None:
        """Choose hardware for the targets that take some."""
        from spaces_tui.ui.screens.hardware import HardwareEditor  # noqa: PLC0415 - the same

        snapshot = self._main.snapshot
        targets = (context or self._main.context()).targets
        spaces = [space for space in targets if not machine_settable(space, snapshot)]
        self._app.push_screen(HardwareEditor(self._session, spaces, snapshot))

    def borrow(self, context: Context | None = None, *, flavor: str | None = None) -> None:
        """Borrow hardware for the Space under the cursor, or see to what it has borrowed."""
        from spaces_tui.ui.present.lent import open_loan  # noqa: PLC0415 - after first frame
        from spaces_tui.ui.screens.borrow import BorrowEditor  # noqa: PLC0415 - the same
        from spaces_tui.ui.screens.loan import LoanEditor  # noqa: PLC0415 - the same

        context = context or self._main.context()
        space, snapshot = context.space, context.snapshot
        assert space is not None
        loan = open_loan(snapshot, space.id)
        self._app.push_screen(
            LoanEditor(self._session, loan)
            if loan
            else BorrowEditor(self._session, space, snapshot, flavor)
        )

    def tasks(self) -> None:
        """Show the tasks of the Space under the cursor."""
        from spaces_tui.ui.screens.tasks import TasksScreen  # noqa: PLC0415 - after first frame

        space = self._main.context().space
        assert space is not None
        self._app.push_screen(TasksScreen(self._session, space.id, self._main.snapshot))

    def sleep(self, context: Context | None = None) -> None:
        """Choose a sleep time for the targets that take one."""
        from spaces_tui.ui.screens.sleep import SleepEditor  # noqa: PLC0415 - after first frame

        snapshot = self._main.snapshot
        targets = (context or self._main.context()).targets
        spaces = [space for space in targets if not sleep_settable(space, snapshot)]
        self._app.push_screen(SleepEditor(self._session, spaces, snapshot.hardware))

    def guard_timer(self) -> None:
        """See to what runs the guard while no console does."""
        from spaces_tui.ui.screens.guardtimer import GuardTimerScreen  # noqa: PLC0415 - the same

        self._app.push_screen(GuardTimerScreen(self._session))

    def volumes(self, context: Context | None = None) -> None:
        """Edit volumes and storage of the Space under the cursor."""
        from spaces_tui.ui.screens.volumes import VolumesEditor  # noqa: PLC0415 - the same

        space = (context or self._main.context()).space
        assert space is not None
        shelf = self._shelf([space.owner])
        self._app.push_screen(VolumesEditor(self._session, space, shelf))

    def settings(self, context: Context | None = None, *, at: str = "") -> None:
        """Edit the settings of the Space under the cursor, or those that marked ones share.

        `at` is the setting to begin with.
        """
        from spaces_tui.ui.screens.settings import SettingsEditor  # noqa: PLC0415 - the same
        from spaces_tui.ui.screens.sharedsettings import (  # noqa: PLC0415 - the same
            SharedSettingsEditor,
        )

        context = context or self._main.context()
        if len(context.marked) > 1:
            spaces = [one for one in context.marked if not configurable(one, context.snapshot)]
            self._app.push_screen(
                SharedSettingsEditor(self._session, spaces, context.snapshot.hardware)
            )
            return
        space = context.targets[0]
        self._app.push_screen(SettingsEditor(self._session, space, context.snapshot, at=at))

    def shell(self) -> None:
        """Open a shell in the Space under the cursor."""
        space = self._main.context().space
        assert space is not None
        self._app.open_shell(space)

    def accounts(self) -> None:
        """Show who is signed in; for an account that was just refused, ask for another token."""
        from spaces_tui.ui.screens.accounts import AccountsScreen  # noqa: PLC0415 - the same

        screen = AccountsScreen(self._session)
        refused = self._app.account_alerts.unanswered(self._session.snapshot)
        self._app.push_screen(screen)
        if refused is not None:
            self._app.sign_in(refused.endpoint, again=refused)

    def journal(self) -> None:
        """Show what was done from here."""
        from spaces_tui.ui.screens.journal import JournalScreen  # noqa: PLC0415 - the same

        self._app.push_screen(JournalScreen(self._session))

    def told(self, outcomes: Sequence[Outcome], *, quiet: bool) -> None:
        """Say how changes ended; `quiet` when an editor shows it.

        Of the marked Spaces those that failed stay marked, also the last one that is left of them.
        """
        from spaces_tui.ui.present.outcomes import bare, told  # noqa: PLC0415 - the same

        if self._main.detail.settings is not None:
            self._main.detail.settings.changed_by_us({one.space for one in outcomes})
        if not quiet:
            self._app.say(*told(outcomes))
        self._main.done({one.space for one in outcomes if one.ok})
        failed = {
            one.space: bare(one.errors[0], one.space)
            for one in outcomes
            if not one.ok and one.errors
        }
        for space, why in failed.items():
            self._main.fail(space, why)
        sidebar = self._main.sidebar
        if len(outcomes) > 1 or sidebar.marked == {one.space for one in outcomes}:
            sidebar.mark_only(set(failed))
