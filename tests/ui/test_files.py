"""The Files tab: the tree, texts, edits as commits, downloads, and what is said when they fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from spaces_tui.model.files import (
    DownloadItem,
    DownloadPlan,
    DownloadResult,
    FileContent,
    FolderListing,
)
from spaces_tui.model.repo import EntryType, LastCommit, Lfs, TreeEntry
from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.files import (
    Download,
    EditFile,
    ListFolder,
    LoadTouched,
    PlanDownload,
    ReadFile,
)
from spaces_tui.ui.screens.file import FileScreen
from spaces_tui.ui.screens.fileedit import FileEdit
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import NOW, FakeSession, live_snapshot
from tests.ui.test_hostile import PAYLOAD, assert_clean

SPACE = "ada/whisper-live"
HEAD = "4f1c2d3e" + "0" * 32
TEXT = 'import os\n\n\ndef main() -> None:\n    print("hello")  # greet\n'


def file(path: str, size: int = 70, lfs: Lfs | None = None) -> TreeEntry:
    return TreeEntry(path, EntryType.FILE, f"oid-{path}", size, lfs)


def folder(path: str) -> TreeEntry:
    return TreeEntry(path, EntryType.DIRECTORY, f"oid-{path}")


FOLDERS = {
    "": (folder("src"), file("app.py"), file("model.bin", 12_000_000, Lfs("a" * 64, 12_000_000))),
    "src": (folder("src/deep"), file("src/tool.py", 1_234)),
    "src/deep": (),
}


def listed(request: ListFolder) -> FolderListing:
    return FolderListing(request.path, HEAD, FOLDERS[request.path])


def touched(request: LoadTouched) -> dict[str, LastCommit]:
    when = NOW - timedelta(days=2)
    return {path: LastCommit("b" * 40, f"Touch {path}", when) for path in request.paths}


def content(request: ReadFile) -> FileContent:
    revision = request.revision or HEAD
    if request.path == "model.bin":
        return FileContent(request.path, revision, "sha256:a", 12_000_000, note="binary, 12.0 MB")
    return FileContent(request.path, revision, f"oid-{request.path}", len(TEXT), TEXT)


def prepared() -> FakeSession:
    """Return a session that knows the files of one Space."""
    session = FakeSession()
    session.answers = {ListFolder: listed, LoadTouched: touched, ReadFile: content}
    return session


def edits(session: FakeSession) -> list[EditFile]:
    return [one for one in session.asked if isinstance(one, EditFile)]


def use_editor(monkeypatch: pytest.MonkeyPatch, *texts: str) -> list[str]:
    """Let an editor return these texts, one each time; return what it was given."""
    given: list[str] = []
    left = list(texts)

    async def edited(app: object, text: str, **_: object) -> str:
        del app
        given.append(text)
        return left.pop(0)

    monkeypatch.setattr("spaces_tui.ui.screens.file.edit_externally", edited)
    monkeypatch.setattr("spaces_tui.ui.screens.fileedit.edit_externally", edited)
    return given


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_the_tree_is_read_folder_by_folder(size: tuple[int, int]) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        assert [one.path for one in session.asked if isinstance(one, ListFolder)] == [""]
        if size != TINY:
            await see(pilot, app, "days ago")
            assert "12.0 MB" in screen_text(app)
            assert "main at 4f1c2d3" in screen_text(app)
        await pilot.press("j", "enter")
        await see(pilot, app, "tool.py")
        await pilot.press("j", "right")
        await see(pilot, app, "nothing in it")
        await pilot.press("left", "left")
        await gone(pilot, app, "tool.py")
        await pilot.press("escape")
        assert app.main.focused is app.main.sidebar


async def test_only_what_is_in_view_is_asked_about() -> None:
    session = prepared()
    many = tuple(file(f"f{number:05}.txt") for number in range(10_000))
    session.answers[ListFolder] = FolderListing("", HEAD, many)
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "days ago")
        asked = [one for one in session.asked if isinstance(one, LoadTouched)]
        assert sum(len(one.paths) for one in asked) <= 24
        await pilot.press("G")
        await see(pilot, app, "f09999.txt")
        await see(pilot, app, "Touch f09999")


async def test_why_there_is_no_tree_and_another_try() -> None:
    session = prepared()
    session.answers[ListFolder] = CommandError("The Hub cannot be reached. Check the network.")
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "The Hub cannot be reached")
        await see(pilot, app, "tries again")
        session.answers[ListFolder] = listed
        await pilot.press("enter")
        await see(pilot, app, "app.py")
        session.answers[ListFolder] = CommandError("Too many requests.")
        await pilot.press("j", "enter")
        await see(pilot, app, "enter tries again: Too many")
        session.answers[ListFolder] = listed
        await pilot.press("j", "enter")
        await see(pilot, app, "tool.py")


async def test_an_empty_repository_says_so() -> None:
    session = prepared()
    session.answers[ListFolder] = FolderListing("", "")
    async with console(session, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "The repository is empty.")


async def test_a_newer_commit_is_read_and_the_cursor_stays() -> None:
    async with console(prepared(), target=SPACE) as (pilot, session, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "enter", "j", "j")
        await see(pilot, app, "tool.py")
        asked = len(session.asked)
        known = next(one for one in session.snapshot.spaces if one.id == SPACE)
        session.put_space(replace(known, sha="9" * 40))
        await until(pilot, lambda: len(session.asked) >= asked + 2)
        assert app.main.detail.files is not None
        await until(
            pilot,
            lambda: bool((row := app.main.detail.files.row) and row.path == "src/tool.py"),  # type: ignore[union-attr]  # said above
        )


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_a_text_is_shown_highlighted_and_goes_back_level_by_level(
    size: tuple[int, int],
) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "enter")
        await see(pilot, app, "import os")

        def coloured() -> bool:
            strips = app.screen._compositor.render_strips()
            styles = {one.text: one.style for strip in strips for one in strip if one.style}
            return "import" in styles and styles["import"] != styles[" os"]

        await until(pilot, coloured)
        await pilot.press("W", "right", "escape")
        await until(pilot, lambda: not isinstance(app.screen, FileScreen))
        assert app.main.focused is app.main.detail.files


async def test_a_text_is_searched() -> None:
    session = prepared()
    text = "".join(f"line {number}\n" for number in range(200))
    session.answers[ReadFile] = FileContent("app.py", HEAD, "x", len(text), text)
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "enter")
        await see(pilot, app, "line 1")
        await pilot.press("slash", *"line 15", "enter")
        await see(pilot, app, "line 15")
        await pilot.press("n")
        await see(pilot, app, "line 150")
        await pilot.press("N", "N", "W")
        await see(pilot, app, "line 159")
        await pilot.press("escape")
        assert isinstance(app.screen, FileScreen)
        await pilot.press("n")
        assert "Search first: press /." in toasts(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, FileScreen))


async def test_what_is_no_text_is_described() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "model.bin")
        await pilot.press("G", "enter")
        await see(pilot, app, "This is binary, 12.0 MB. d downloads it.")
        await pilot.press("ctrl+e")
        assert "This is binary, 12.0 MB." in toasts(app)


async def test_a_hostile_file_is_harmless() -> None:
    session = prepared()
    session.answers[ReadFile] = FileContent("app.py", HEAD, "x", 9, PAYLOAD)
    session.answers[ListFolder] = FolderListing("", HEAD, (file(f"a{PAYLOAD}.py"), file("b.py")))
    async with console(session, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "b.py")
        assert_clean(app)
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        await see(pilot, app, "at 4f1c2d3")
        assert_clean(app)


async def test_an_edit_is_shown_asked_and_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    given = use_editor(monkeypatch, TEXT.replace("hello", "moin"))
    session = prepared()
    session.put_watch(SyncStatus(SPACE, "/home/ada/whisper", state=SyncState.IN_SYNC))
    session.answers[EditFile] = Outcome(SPACE, (Step("commit", "Edit", done=True),))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "ctrl+e")
        await see(pilot, app, '+     print("moin")')
        assert given == [TEXT]
        await pilot.press("exclamation_mark", "ctrl+s")
        await see(pilot, app, "Edit app.py!")
        await see(pilot, app, "builds ada/whisper-live again")
        await see(pilot, app, "is watched for this Space")
        await pilot.press("enter")
        assert edits(session) == []
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        (sent,) = edits(session)
        assert (sent.before, sent.title) == ("oid-app.py", "Edit app.py!")
        assert sent.text == TEXT.replace("hello", "moin")


async def test_an_unchanged_text_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(monkeypatch, TEXT)
    async with console(prepared(), target=SPACE) as (pilot, session, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "ctrl+e")
        await until(pilot, lambda: "Nothing was changed." in toasts(app))
        assert isinstance(app.screen, FileScreen)
        assert edits(session) == []


async def test_a_refused_edit_stays_and_can_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(monkeypatch, "mine\n", "mine and theirs\n")
    session = prepared()
    why = "Somebody else changed app.py meanwhile. Your text is kept in /state/edits/1-app.py."
    session.answers[EditFile] = Outcome(SPACE, (Step("commit", "Edit app.py", error=why),))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "ctrl+e")
        await see(pilot, app, "+ mine")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Somebody else changed app.py")
        await see(pilot, app, "kept in")
        theirs = FileContent("app.py", "9" * 40, "oid-theirs", 7, "theirs\n")
        session.answers[ReadFile] = theirs
        await pilot.press("ctrl+r")
        await see(pilot, app, "- theirs")
        await pilot.press("ctrl+e")
        await see(pilot, app, "+ mine and theirs")
        session.answers[EditFile] = Outcome(SPACE, (Step("commit", "Edit", done=True),))
        await pilot.press("ctrl+s", "y")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        assert [one.before for one in edits(session)] == ["oid-app.py", "oid-theirs"]


async def test_a_lost_connection_loses_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(monkeypatch, "mine\n")
    session = prepared()
    session.answers[EditFile] = CommandError("The session has ended.")
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "ctrl+e")
        await see(pilot, app, "+ mine")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "The session has ended.")
        await see(pilot, app, "+ mine")
        await pilot.press("escape")
        await see(pilot, app, "Throw 1 staged edit away?")
        await pilot.press("escape")
        assert isinstance(app.screen, FileEdit)
        await pilot.press("escape", "Y")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))


async def test_who_may_not_write_may_look() -> None:
    session = prepared()
    session.snapshot = replace(live_snapshot(), read_only=True)
    async with console(session, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j", "ctrl+e")
        assert any("--read-only" in said for said in toasts(app))
        await pilot.press("enter")
        await see(pilot, app, "import os")
        await pilot.press("ctrl+e")
        assert isinstance(app.screen, FileScreen)


def planned(request: PlanDownload) -> DownloadPlan:
    items = tuple(DownloadItem(file(path), path) for path in ("src/tool.py", "src/new.py"))
    return DownloadPlan(
        SPACE,
        request.revision,
        request.folder,
        items,
        there=("src/tool.py",),
        refused=(("src/.env", "it holds secrets"),),
    )


async def test_a_download_never_replaces_unasked(tmp_path: Path) -> None:
    session = prepared()
    session.answers[PlanDownload] = planned
    session.answers[Download] = DownloadResult(("src/new.py",), 70, skipped=("src/tool.py",))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "src")
        await pilot.press("j", "d")
        await see(pilot, app, "To which folder?")
        await pilot.press("ctrl+u", *"/x", "enter")
        await see(pilot, app, "2 files, 140 B, to /x")
        await see(pilot, app, "src/.env: it holds secrets")
        await pilot.press("enter")
        assert not [one for one in session.asked if isinstance(one, Download)]
        await pilot.press("y")
        await see(pilot, app, "1 file, 70 B, in /x")
        (sent,) = (one for one in session.asked if isinstance(one, Download))
        assert not sent.overwrite
        await pilot.press("escape")
        await gone(pilot, app, "Download")


async def test_a_download_shows_how_far_it_is_and_is_called_off() -> None:
    session = prepared()
    session.answers[PlanDownload] = planned
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "days ago")
        await pilot.press("j", "d")
        await see(pilot, app, "To which folder?")
        await pilot.press("enter")
        await see(pilot, app, "replace what is there")
        await pilot.press("O")
        await until(pilot, lambda: bool(session.waiting))
        request, future = session.waiting[-1]
        assert isinstance(request, Download)
        assert request.overwrite
        assert request.told is not None
        request.told(1, 70)  # from the session's thread
        await see(pilot, app, "1 of 2 files, 70 B of 140 B")
        await pilot.press("escape")
        await until(pilot, lambda: len(session.waiting) == 1)
        session.reply(planned)
        await see(pilot, app, "It was called off. 1 file had come whole.")
        await see(pilot, app, "replace what is there")
        assert future.cancelled()


async def test_a_failed_download_is_said_and_can_be_repeated() -> None:
    session = prepared()
    session.answers[PlanDownload] = CommandError("/x: this is a file, not a folder.")
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "src")
        await pilot.press("j", "d")
        await see(pilot, app, "To which folder?")
        await pilot.press("enter")
        await see(pilot, app, "not a folder")
        session.answers[PlanDownload] = planned
        session.answers[Download] = CommandError("The connection was lost.")
        await pilot.press("enter")
        await see(pilot, app, "only the 1 that are new")
        await pilot.press("y")
        await see(pilot, app, "The connection was lost.")
        session.answers[Download] = DownloadResult(("src/new.py",), 70)
        await pilot.press("y")
        await see(pilot, app, "1 file, 70 B")


async def test_the_keys_of_a_row_are_in_the_footer_and_in_the_help() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("4")
        await see(pilot, app, "app.py")
        await pilot.press("j", "j")
        await pilot.press("o")
        await see(pilot, app, f"/spaces/{SPACE}/blob/main/app.py")
        await pilot.press("escape")
        footer = screen_text(app).splitlines()[-1]
        assert all(word in footer for word in ("look", "edit", "download", "history"))
        await pilot.press("question_mark", "G")
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press("pageup", "pageup", "pageup")
        await see(pilot, app, "ctrl+e")
