"""One volume: what is mounted, where, and whether the app may write to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.mountpath import STORAGE_PATH, mount_note, mount_problem, tidy_mount
from spaces_tui.model.volume import BUCKET, KINDS, Volume
from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.present.volumes import source_line
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.cycle import Cycle
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.widget import Widget

    from spaces_tui.model.volume import Source
    from spaces_tui.ui.shelf import Shelf

_ID: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_REVISION: Final = re.compile(r"[^\s\x00-\x1f~^:?*\[\\]+")
_SHOWN: Final = 6
_WRITES: Final = "read and write"
_READS: Final = "read only"


class VolumeForm(Form[Volume]):
    """Asks for one volume. Names are proposed as they become known; any can be typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "propose(1)", "Next name", priority=True),
        Binding("up", "propose(-1)", "Name before", priority=True),
        Binding("pagedown", "propose(6)", "Names below", priority=True),
        Binding("pageup", "propose(-6)", "Names above", priority=True),
    ]

    def __init__(
        self,
        volume: Volume | None,
        shelf: Shelf,
        *,
        taken: Collection[str],
        storage: str | None,
    ) -> None:
        """`volume` is the one to change; `taken` is where the others are mounted."""
        super().__init__()
        self._shelf = shelf
        self._taken = list(taken)
        self._storage = storage
        self._new = volume is None
        given = (volume or Volume(BUCKET, "", "")).spelled_out
        self._source = Field(
            given.source, placeholder="owner/name, or a part of what you have", id="source"
        )
        self._list = Choices(
            self._lines,
            id="sources",
            empty="Not among these names: a whole one is taken as it is typed.",
        )
        self._list.can_focus = False  # its cursor moves while one types
        self._picked: tuple[str, Source] | None = None
        """What was typed when a row was picked with the arrows, and that row."""
        self._kind = Cycle(KINDS, given.type, id="kind")
        self._mount = Field(given.mount_path, placeholder="where, such as /data", id="mount")
        self._mode = Cycle((_WRITES, _READS), _READS if given.read_only else _WRITES, id="mode")
        self._revision = Field(
            "" if given.revision == "main" else given.revision or "", id="revision"
        )
        self._path = Field(given.path or "", placeholder="a folder of it; empty is all", id="path")
        self._fit_kind()

    def title_text(self) -> str:
        """Return the title."""
        return "New volume" if self._new else "Change the volume"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the fields."""
        return [
            ("Source", self._source),
            ("", self._list),
            ("Kind", self._kind),
            ("Mounted at", self._mount),
            ("The app may", self._mode),
            ("Revision", self._revision),
            ("Folder", self._path),
        ]

    def tall(self) -> tuple[str, int]:
        """Give the list some room."""
        return "sources", min(_SHOWN, max(1, len(self._fitting())))

    def on_mount(self) -> None:
        """Let a low terminal scroll from field to field."""
        super().on_mount()
        box = self.query_one("#box")
        box.styles.overflow_y = "auto"
        box.styles.scrollbar_size_vertical = 1

    def lines(self, width: int) -> list[Line]:
        """Say how far the names are read, or what to think of."""
        note = mount_note(self._mount.value, self._taken) if self._mount.value.strip() else ""
        if note:
            return wrapped(note, width, Role.BUSY)
        return wrapped(self._shelf.words(), width, Role.DIM)[:2]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        if self.focused is self._source:
            return (("↑ ↓", "choose"), ("enter", "takes it"), ("tab", "next"), ("ctrl+s", "stage"),
                    ("esc", "back"))  # fmt: skip
        return (("ctrl+s", "stage"), ("tab", "next field"), ("← →", "choose"), ("esc", "back"))

    def failed(self, why: str) -> None:
        """Say why it cannot be staged, in sight also where not everything is."""
        super().failed(why)
        self.call_after_refresh(self.query_one("#said").scroll_visible, animate=False)

    def problem(self) -> str:
        """Say what is wrong with what is typed; empty fields are not told before one tries."""
        typed = self._source.value.strip()
        if typed and not _ID.fullmatch(typed) and not self._fitting():
            return "Write the source as owner/name."
        return self._wrong_elsewhere()

    def goes_on(self, field: Widget) -> bool:
        """The folder is the last field."""
        return field is not self._path

    def action_enter(self) -> None:
        """In the source's field, take what is meant; elsewhere as in every form."""
        if self.focused is self._source:
            self._source.call_later(self._take_source)
        else:
            super().action_enter()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrows choose a name only from the field of the source."""
        if action == "propose" and self.focused is not self._source:
            return False
        return super().check_action(action, parameters)

    def action_propose(self, rows: int) -> None:
        """Move the cursor of the list, behind the letters typed before."""
        self._source.call_later(self._pick, rows)

    def action_done(self) -> None:
        """Stage it, once it is complete."""
        source, mount = self._source.value.strip(), tidy_mount(self._mount.value)
        if not _ID.fullmatch(source):
            self._refuse("Write the source as owner/name.", self._source)
        elif not mount:
            self._refuse(f"Say where it is mounted, such as {STORAGE_PATH}.", self._mount)
        elif why := self._wrong_elsewhere():
            self.failed(why)
        else:
            self.dismiss(self._filled(source, mount))

    def sources_changed(self) -> None:
        """Show names that have come meanwhile."""
        if not self.is_attached:
            return
        self._list.changed()
        picked, fitting = self._still_picked(), self._fitting()
        if picked in fitting:  # names before it have come
            self._list.select(fitting.index(picked))
        self.lay_out()

    def _filled(self, source: str, mount: str) -> Volume:
        kind = self._kind.chosen
        bucket = kind == BUCKET
        return Volume(
            kind,
            source,
            mount,
            read_only=self._mode.chosen == _READS if bucket else True,
            revision=None if bucket else self._revision.value.strip() or "main",
            path=self._path.value.strip().strip("/") or None,
        )

    def _wrong_elsewhere(self) -> str:
        mount, revision = self._mount.value.strip(), self._revision.value.strip()
        if mount and (why := mount_problem(mount, self._taken, self._storage)):
            return why
        if revision and self._kind.chosen == BUCKET:
            return "Buckets have no revisions: leave that empty."
        if revision and not _REVISION.fullmatch(revision):
            return "This is no name of a branch, tag or commit."
        if ".." in self._path.value.split("/"):
            return "The folder is written without .. parts."
        return ""

    def _refuse(self, why: str, field: Widget) -> None:
        self.set_focus(field)
        self.failed(why)

    def _pick(self, rows: int) -> None:
        self._list.move(rows)
        fitting = self._fitting()
        if fitting:
            self._picked = (self._source.value, fitting[self._list.cursor])

    def _still_picked(self) -> Source | None:
        """Return the row that was picked, while what is typed is as it was then."""
        if self._picked is None or self._picked[0] != self._source.value:
            return None
        return self._picked[1]

    def _take_source(self) -> None:
        typed = self._source.value.strip()
        fitting = self._fitting()
        if (picked := self._still_picked()) is not None:
            self._take(picked)
        elif _ID.fullmatch(typed):
            self._named(typed, self._shelf.kinds_of(typed))
        elif fitting:
            self._take(fitting[min(self._list.cursor, len(fitting) - 1)])
        else:
            self.failed("Write the source as owner/name.")

    def _take(self, source: Source) -> None:
        self._source.value = source.id
        self._named(source.id, [source.type])

    def _named(self, name: str, kinds: list[str]) -> None:
        """Fill in what follows from the source, and go on."""
        if kinds and self._kind.chosen not in kinds:
            self._kind.choose(kinds[0])
        self._fit_kind()
        if not self._mount.value.strip():
            self._mount.value = self._proposed(name)
        self._mount.cursor_position = len(self._mount.value)
        self.set_focus(self._mount)
        self.edited()

    def _proposed(self, name: str) -> str:
        places = [f"/{name.partition('/')[2]}"]
        if self._kind.chosen == BUCKET:
            places.insert(0, STORAGE_PATH)
        free = (one for one in places if not mount_problem(one, self._taken, self._storage))
        return next(free, "")

    def _fit_kind(self) -> None:
        """Say what the kind leaves no choice about."""
        bucket = self._kind.chosen == BUCKET
        self._mode.fix("" if bucket else f"{_READS}, as every repository")
        self._revision.placeholder = (
            "none: buckets have no history" if bucket else "branch, tag or commit; empty is main"
        )

    def _fitting(self) -> list[Source]:
        return self._shelf.fitting(self._source.value)

    def _lines(self, width: int) -> list[Line]:
        return [source_line(one, width) for one in self._fitting()]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self._source:
            self._list.changed()
            if self._still_picked() is None:
                self._list.select(0)
        self.edited()

    @on(Cycle.Changed)
    def _turned(self, event: Cycle.Changed) -> None:
        event.stop()
        self._fit_kind()
        self.edited()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._take(self._fitting()[event.row])

    def on_descendant_focus(self) -> None:
        """Show the keys of the field that has the focus now."""
        self.lay_out()
