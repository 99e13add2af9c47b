"""What the keys of a watched folder do: dialogs, questions, words to its engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import SessionPort
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.present.watchrow import Group, RowKind, WatchRow
from spaces_tui.ui.watchrules import conflicts_meant, left_behind, since_good, slowed_meant

if TYPE_CHECKING:
    from concurrent.futures import Future

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.present.questions import Question
    from spaces_tui.ui.screens.main import MainScreen

Follow = Callable[["Future[None]", str, str], None]


class WatchCommands:
    """One method for each key of a watched folder."""

    def __init__(
        self, app: ConsoleApp, main: MainScreen, session: SessionPort, follow: Follow
    ) -> None:
        self._app = app
        self._main = main
        self._session = session
        self._follow = follow

    def watch(self) -> None:
        """Ask for a folder, or go to the one that is watched."""
        status = self._main.context().watch
        if status is not None and status.state is not SyncState.PLAN:
            self._main.open_tab(Tab.WATCH)
            return
        self._ask_folder(once=False)

    def upload(self) -> None:
        """Ask for a folder to upload once."""
        self._ask_folder(once=True)

    def accept(self) -> None:
        """Send what is held, once confirmed."""
        from spaces_tui.ui.present.watchquestions import accept_question  # noqa: PLC0415 - rare

        status = self._status()
        self._ask(accept_question(status), partial(self.tell, status.space, "accept"))

    def drop(self) -> None:
        """Leave what is held unsent, or forget what an earlier run left behind, once confirmed."""
        from spaces_tui.ui.present.watchquestions import (  # noqa: PLC0415 - rarely needed
            drop_question,
            forget_question,
        )

        left = left_behind(self._main.context())
        if left is not None:
            forget = partial(self._forget, left.space, left.folder)
            self._ask(forget_question(left), forget)
            return
        status = self._status()
        self._ask(drop_question(status), partial(self.tell, status.space, "drop"))

    def mine(self) -> None:
        """Keep this folder's version; several at once only when confirmed."""
        self.decide("mine", conflicts_meant(self._main.context()))

    def theirs(self) -> None:
        """Take the Space's version, once confirmed."""
        self.decide("theirs", conflicts_meant(self._main.context()))

    def both(self) -> None:
        """Keep both versions."""
        self.decide("both", conflicts_meant(self._main.context()))

    def decide(self, word: str, paths: tuple[str, ...]) -> None:
        """Settle conflicts by `mine`, `theirs` or `both`; ask where something is lost."""
        from spaces_tui.ui.present.watchquestions import (  # noqa: PLC0415 - rarely needed
            mine_question,
            theirs_question,
        )

        status = self._status()
        go = partial(self.tell, status.space, word, *paths)
        if word == "theirs":
            self._ask(theirs_question(status, paths), go)
        elif word == "mine" and (
            len(paths) > 1 or any(one.path in paths for one in status.clashes)
        ):
            self._ask(mine_question(status, paths), go)
        else:
            go()

    def ignore(self) -> None:
        """Send no more of a file that is written all the time."""
        context = self._main.context()
        self.tell(self._status().space, "ignore", *slowed_meant(context))

    def toggle(self) -> None:
        """Pause watching, or resume it."""
        status = self._status()
        paused = status.state is SyncState.PAUSED
        self.tell(status.space, "resume" if paused else "pause")

    def sync(self) -> None:
        """Send what waits without waiting any longer."""
        self.tell(self._status().space, "sync")

    def finish(self, status: SyncStatus) -> None:
        """Send what waits in a folder at once; one that is paused goes on."""
        if status.state is SyncState.PAUSED:
            self.tell(status.space, "resume")
        self.tell(status.space, "sync")

    def restore(self) -> None:
        """Send the last good set again, once confirmed."""
        from spaces_tui.ui.present.watchquestions import restore_question  # noqa: PLC0415 - rare

        status = self._status()
        question = restore_question(status, since_good(status), status.good)
        self._ask(question, partial(self.tell, status.space, "restore"))

    def stop(self) -> None:
        """Stop watching, once confirmed."""
        from spaces_tui.ui.present.watchquestions import stop_question  # noqa: PLC0415 - rare

        status = self._status()
        self._ask(stop_question(status), partial(self.tell, status.space, "stop"))

    def open_row(self) -> None:
        """Look closer at what is under the cursor of the tab."""
        view = self._main.detail.watch_view
        row = view.row if view else None
        if view is None or row is None or view.toggle():
            return
        if row.kind is RowKind.ELSEWHERE:
            self._main.sidebar.filter("")
            self._main.sidebar.select(row.space)
        elif row.kind is RowKind.UNSENT:
            self.watch()
        elif row.group is Group.CONFLICT:
            self._compare(row)
        elif row.kind is RowKind.BATCH:
            self._detail(row)
        elif row.kind is RowKind.FILE:
            self._why(row)

    def tell(self, space: str, word: str, *paths: str) -> None:
        """Say something to a folder's engine."""
        self._follow(self._session.tell_watch(space, word, *paths), space, word)

    def _forget(self, space: str, folder: str) -> None:
        self._follow(self._session.forget_unsent(space, folder), space, "forget")

    def _compare(self, row: WatchRow) -> None:
        from spaces_tui.ui.screens.compare import CompareScreen  # noqa: PLC0415 - rarely needed

        status = self._status()
        screen = CompareScreen(
            status,
            row.paths[0],
            read=partial(self._session.compare_watch, status.space),
            decide=lambda word, path: self.decide(word, (path,)),
        )
        self._app.push_screen(screen)

    def _detail(self, row: WatchRow) -> None:
        from spaces_tui.ui.screens.watched import BatchScreen  # noqa: PLC0415 - rarely needed

        space = self._main.space
        assert space is not None
        assert row.batch is not None
        endpoint = self._main.endpoint
        self._app.push_screen(BatchScreen(row.batch, space.id, endpoint, self._app.copy))

    def _why(self, row: WatchRow) -> None:
        from spaces_tui.ui.screens.watched import PathScreen  # noqa: PLC0415 - rarely needed

        status = self._main.context().watch
        if status is not None:
            self._app.push_screen(PathScreen(status, row))

    def _ask_folder(self, *, once: bool) -> None:
        from spaces_tui.ui.screens.watch import WatchScreen  # noqa: PLC0415 - after first frame

        context = self._main.context()
        space = context.space
        assert space is not None
        left = left_behind(context)
        screen = WatchScreen(
            space.id,
            left.folder if left and left.folder.isprintable() else _usual_folder(),
            context.snapshot.watches.get(space.id),
            begin=partial(self._begin, space.id, once),
            tell=partial(self.tell, space.id),
            once=once,
        )

        def watched(yes: bool | None) -> None:
            if yes:
                self._main.open_tab(Tab.WATCH)

        self._app.push_screen(screen, watched)

    def _begin(self, space: str, once: bool, folder: str) -> None:
        from spaces_tui.model.sync import WatchOptions  # noqa: PLC0415 - not for the first frame

        self._follow(self._session.watch(space, folder, WatchOptions(once=once)), space, "watch")

    def _ask(self, question: Question, go: Callable[[], None]) -> None:
        from spaces_tui.ui.screens.confirm import ConfirmScreen  # noqa: PLC0415 - the same

        def answered(yes: bool | None) -> None:
            if yes:
                go()

        self._app.push_screen(ConfirmScreen(question), answered)

    def _status(self) -> SyncStatus:
        status = self._main.context().watch
        assert status is not None
        return status


def _usual_folder() -> str:
    return "./src" if Path("src").is_dir() else "."
