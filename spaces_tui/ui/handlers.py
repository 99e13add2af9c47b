"""Which code does each action of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.log_stream import LogStream
from spaces_tui.ui.configuring import Configuring
from spaces_tui.ui.curing import Curing
from spaces_tui.ui.filing import Filing
from spaces_tui.ui.present.head import Tab

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.ui.app import ConsoleApp
    from spaces_tui.ui.commands import Commands
    from spaces_tui.ui.editing import Editing
    from spaces_tui.ui.screens.main import MainScreen


def handlers(
    app: ConsoleApp, main: MainScreen, commands: Commands, editing: Editing
) -> dict[str, Callable[[], None]]:
    """Return what each action of the registry does."""

    def focused_move(rows: int) -> None:
        app.focused_view().move(rows)

    def paged(direction: int) -> None:
        view = app.focused_view()
        view.move(direction * view.page())

    watching = commands.watching
    filing = Filing(app, main)
    configuring = Configuring(app, main, editing)
    curing = Curing(app, main, editing, filing)

    def opened() -> None:
        if main.in_detail and main.tab is Tab.WATCH:
            watching.open_row()
        elif main.in_detail and main.tab is Tab.FILES:
            filing.open_row()
        elif main.in_detail and main.tab is Tab.SETTINGS:
            configuring.open_row()
        else:
            main.open_detail()

    def sideways(*, right: bool) -> None:
        if main.tab is Tab.LOGS and main.detail.logs:
            main.detail.logs.shift(right=right)
        elif main.tab is Tab.METRICS and main.detail.metrics:
            main.detail.metrics.sideways(right=right)
        elif main.tab is Tab.FILES and main.detail.files and main.in_detail:
            (main.detail.files.unfold if right else main.detail.files.fold)()

    def refreshed() -> None:
        commands.refresh()
        if main.tab is Tab.FILES and main.detail.files:
            main.detail.files.reload()
        elif main.tab is Tab.SETTINGS and main.detail.settings:
            main.detail.settings.reload()

    return {
        "move.down": lambda: focused_move(1),
        "move.up": lambda: focused_move(-1),
        "move.top": lambda: app.focused_view().move_to_edge(end=False),
        "move.bottom": lambda: app.focused_view().move_to_edge(end=True),
        "move.page_down": lambda: paged(1),
        "move.page_up": lambda: paged(-1),
        "move.right": lambda: sideways(right=True),
        "move.left": lambda: sideways(right=False),
        "pane.next": main.other_pane,
        "pane.previous": main.other_pane,
        "pane.open": opened,
        "pane.back": main.back,
        "tab.1": lambda: main.open_tab(Tab.OVERVIEW),
        "tab.2": lambda: main.open_tab(Tab.LOGS),
        "tab.3": lambda: main.open_tab(Tab.METRICS),
        "tab.4": lambda: main.open_tab(Tab.FILES),
        "tab.5": lambda: main.open_tab(Tab.SETTINGS),
        "tab.6": lambda: main.open_tab(Tab.WATCH),
        "logs.container": lambda: main.open_logs(LogStream.RUN),
        "logs.build": lambda: main.open_logs(LogStream.BUILD),
        "find": main.find,
        "space.watch": watching.watch,
        "space.upload": watching.upload,
        "space.pause": commands.pause,
        "space.restart": commands.restart,
        "space.rebuild": commands.rebuild,
        "space.create": editing.create,
        "space.duplicate": editing.duplicate,
        "space.diagnose": curing.diagnose,
        "space.environment": editing.environment,
        "space.hardware": editing.hardware,
        "space.tasks": editing.tasks,
        "space.sleep": editing.sleep,
        "space.borrow": editing.borrow,
        "space.settings": editing.settings,
        "space.shell": editing.shell,
        "space.delete": editing.delete,
        "space.volumes": editing.volumes,
        "space.open": commands.open_page,
        "space.copy": commands.copy_url,
        "order.cost": main.sidebar.toggle_order,
        "mark.toggle": main.sidebar.toggle_mark,
        "mark.all": main.sidebar.toggle_all,
        "log.next": lambda: main.detail.logs.step(forward=True) if main.detail.logs else None,
        "log.previous": lambda: main.detail.logs.step(forward=False) if main.detail.logs else None,
        "log.filter": main.sift,
        "log.copy": commands.copy_lines,
        "log.wrap": lambda: main.detail.logs.toggle_wrap() if main.detail.logs else None,
        "log.save": commands.save_log,
        "watch.accept": watching.accept,
        "watch.drop": watching.drop,
        "watch.mine": watching.mine,
        "watch.theirs": watching.theirs,
        "watch.both": watching.both,
        "watch.ignore": watching.ignore,
        "watch.toggle": watching.toggle,
        "watch.sync": watching.sync,
        "watch.restore": watching.restore,
        "watch.stop": watching.stop,
        "accounts": editing.accounts,
        "money": commands.money,
        "guard.timer": editing.guard_timer,
        "journal": editing.journal,
        "files.edit": filing.edit,
        "files.download": filing.download,
        "files.history": filing.history,
        "refresh": refreshed,
        "palette": app.action_command_palette,
        "help": commands.help,
        "quit": commands.quit,
    }
