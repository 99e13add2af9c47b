"""A text in the person's own editor: where it lies, and that it is never lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from spaces_tui.ui import external
from spaces_tui.ui.external import ExternalEditorError, edit_externally
from tests.ui.driving import console, until


def edit_with(monkeypatch: pytest.MonkeyPatch, left: bytes) -> list[Path]:
    """Let an editor leave these bytes; return the files it was given."""
    given: list[Path] = []

    async def run(app: object, command: list[str]) -> None:
        del app
        given.append(Path(command[-1]))
        given[-1].write_bytes(left)

    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr(external, "_run", run)
    return given


async def test_the_file_is_private_named_after_its_kind_and_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    given = edit_with(monkeypatch, "später\r\n".encode())
    async with console() as (_, _, app):
        assert await edit_externally(app, "vorher", suffix=".py") == "später\r\n"
    assert given[0].parent == tmp_path
    assert given[0].suffix == ".py"
    assert not given[0].exists()


async def test_it_never_lies_in_a_watched_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inside = tmp_path / "watched" / "run"
    inside.mkdir(parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(inside))
    given = edit_with(monkeypatch, b"x")
    async with console() as (_, _, app):
        await edit_externally(app, "", away_from=[str(tmp_path / "watched")])
        assert not given[0].is_relative_to(tmp_path / "watched")
        monkeypatch.setattr(tempfile, "tempdir", None)
        with pytest.raises(ExternalEditorError, match="being watched"):
            await edit_externally(app, "", away_from=["/"])


async def test_what_is_no_text_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    given = edit_with(monkeypatch, b"caf\xe9")
    async with console() as (_, _, app):
        with pytest.raises(ExternalEditorError, match="kept in") as caught:
            await edit_externally(app, "cafe")
    assert str(given[0]) in str(caught.value)
    assert given[0].read_bytes() == b"caf\xe9"


async def test_the_session_rests_while_the_terminal_is_another_programs() -> None:
    async with console() as (pilot, session, app):
        app._suspend_signal()
        assert session.resting == [True]
        app._resume_signal()
        await until(pilot, lambda: session.resting == [True, False])
