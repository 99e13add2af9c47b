"""Words about files on their way: code that does not parse, modes that do not travel, the app."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.space import Space
from spaces_tui.model.sync_events import HeldBack, Warned
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.appfile import USUAL, app_files
from spaces_tui.sync.protocols import Operation
from spaces_tui.sync.syntax import LARGEST, MANY, fault, faults
from tests.sync.conftest import Rig

FILES = {"app.py": b"x = 1\n", "main.py": b"m = 1\n", "start.sh": b"echo\n"}


def test_the_first_line_that_does_not_parse() -> None:
    found = fault("app.py", b"x = 1\ny = (\nz = 2\n")
    assert found is not None
    assert found.line == 2
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"not valid Python {version}" in found.message
    assert fault("app.py", b"import os\nos.sep\n") is None
    assert fault("app.py", b"print('\\d')\n") is None
    assert fault("app.py", "# coding: latin-1\nx = 'é'\n".encode("latin-1")) is None
    assert fault("app.py", b"x = 1\0\n") is not None


def test_what_the_parser_cannot_bear_is_no_fault() -> None:
    assert fault("app.py", b"-" * 200_000 + b"1") is None


def test_only_a_few_files_of_a_sensible_size_are_looked_at() -> None:
    bad: list[Operation] = [AddFile("a.py", b"("), AddFile("b.txt", b"("), DeleteFile("c.py")]
    assert [each.path for each in faults(bad)] == ["a.py"]
    assert list(faults([AddFile("a.py", b"(" + b" " * LARGEST)])) == []
    many = [AddFile(f"{number}.py", b"(") for number in range(MANY + 1)]
    assert list(faults(many)) == []
    assert len(list(faults(many[:MANY]))) == MANY


async def test_code_that_does_not_parse_is_told_and_sent(rig: Rig) -> None:
    rig.seed(FILES)
    async with rig.running():
        rig.write("app.py", "def f(:\n")
        await rig.commits(1)
    told = rig.of(Warned)
    assert [(event.path, event.line) for event in told] == [("app.py", 1)]
    assert rig.events.index(told[0]) < rig.events.index(rig.events[-1])
    assert rig.space.tree_now["app.py"] == b"def f(:\n"


async def test_a_change_of_mode_is_told_once_and_sends_nothing(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.facts = replace(rig.space.facts, sdk="docker")
    async with rig.running():
        rig.space.calls.clear()
        (rig.root / "start.sh").chmod(0o755)
        await rig.until(lambda: rig.of(Warned))
        (rig.root / "start.sh").touch()
        await rig.looks()
        await rig.state(SyncState.IN_SYNC)
    assert [event.path for event in rig.of(Warned)] == ["start.sh"]
    assert "RUN chmod +x start.sh" in rig.of(Warned)[0].message
    assert rig.space.calls == []


@pytest.mark.parametrize(
    ("dockerfile", "told"),
    [
        ('FROM x\nCMD ["./start.sh"]\n', ["start.sh"]),
        ("FROM x\nENTRYPOINT start.sh --now\n", ["start.sh"]),
        ("FROM x\nRUN chmod +x start.sh\nCMD ./start.sh\n", []),
        ("FROM x\nRUN ./start.sh\nCMD python app.py\n", []),
    ],
)
async def test_a_script_that_a_dockerfile_starts(
    rig: Rig, dockerfile: str, told: list[str]
) -> None:
    rig.seed(FILES | {"Dockerfile": dockerfile.encode()})
    (rig.root / "start.sh").chmod(0o755)
    rig.space.facts = replace(rig.space.facts, sdk="docker")
    async with rig.running():
        pass
    assert [event.path for event in rig.of(Warned)] == told


@pytest.mark.parametrize(
    ("space", "into", "files"),
    [
        (None, "", USUAL),
        (Space("a/b"), "", USUAL),
        (Space("a/b", app_file="x.py"), "", USUAL | {"x.py"}),
        (Space("a/b", sdk="gradio"), "", {"app.py"}),
        (Space("a/b", sdk="gradio", app_file="src/main.py"), "", {"src/main.py"}),
        (Space("a/b", sdk="gradio", app_file="src/main.py"), "src", {"main.py"}),
        (Space("a/b", sdk="gradio", app_file="main.py"), "src", set()),
        (Space("a/b", sdk="docker", app_file="main.py"), "", {"Dockerfile"}),
        (Space("a/b", sdk="static", app_file="dist/index.html"), "", {"dist/index.html"}),
        (Space("a/b", sdk="static"), "", {"index.html"}),
    ],
)
def test_the_apps_own_files(space: Space | None, into: str, files: set[str]) -> None:
    assert app_files(space, into) == files


async def test_the_app_file_of_the_card_is_kept_and_another_app_py_is_not(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.facts = replace(rig.space.facts, app_file="main.py")
    async with rig.running():
        (rig.root / "app.py").unlink()
        await rig.commits(1)
        (rig.root / "main.py").unlink()
        await rig.state(SyncState.HELD)
    assert rig.space.ours[0].paths == ("app.py",)
    assert "main.py would be deleted" in rig.of(HeldBack)[0].reason


async def test_the_app_file_goes_with_the_last_part(rig: Rig) -> None:
    rig.seed({"z.txt": b"z\n"})
    rig.space.facts = replace(rig.space.facts, app_file="a.py")
    rig.write("a.py", "x = 1\n")
    for number in range(260):
        rig.write(f"data/f{number}.txt", f"{number}\n")
    await rig.once()
    first, last = rig.space.ours
    assert "a.py" not in first.paths
    assert "a.py" in last.paths
