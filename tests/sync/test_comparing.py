"""Both sides of a path, for a person who has to choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.model.sync import Comparison
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.comparing import TEXT_LIMIT
from spaces_tui.sync.protocols import RemoteError, Trouble
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault


async def test_texts_of_both_sides(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        rig.space.push({"app.py": b"x = 'theirs'\n"})
        rig.write("app.py", "x = 'ours'\n")
        await rig.state(SyncState.CONFLICT)
        assert await engine.compare("app.py") == Comparison(
            "app.py", "x = 'ours'\n", "x = 'theirs'\n", rig.space.head_now
        )


async def test_what_is_no_text_says_what_it_is(rig: Rig, tmp_path: Path) -> None:
    rig.seed({"binary.dat": b"\0" * 12_000, "latin.txt": b"caf\xe9\n", "gone.py": b"1\n"})
    rig.write("big.log", b"x" * (TEXT_LIMIT + 1))
    rig.space.push({"big.log": b"y" * (TEXT_LIMIT + 1), "there.py": b"1\n"})
    (tmp_path / "secret").write_text("nobody sees this")
    (rig.root / "link").symlink_to(tmp_path / "secret")
    (rig.root / "door").symlink_to(tmp_path, target_is_directory=True)
    async with rig.running(once=False) as engine:
        (rig.root / "gone.py").unlink()
        binary = await engine.compare("binary.dat")
        assert (binary.here, binary.here_note, binary.there_note) == (
            None, "binary, 12.0 kB", "binary, 12.0 kB",
        )  # fmt: skip
        assert (await engine.compare("latin.txt")).here_note == "not UTF-8, 5 B"
        big = await engine.compare("big.log")
        assert (big.here, big.there) == (None, None)
        assert big.here_note == big.there_note == "too large to show, 1.0 MB"
        gone = await engine.compare("gone.py")
        assert (gone.here, gone.here_note) == (None, "deleted")
        absent = await engine.compare("nowhere.py")
        assert (absent.here_note, absent.there_note) == ("deleted", "deleted")
        assert (await engine.compare("link")).here_note == "a symbolic link"
        assert (await engine.compare("door/secret")).here is None


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a//b", "", "a/../../b", "a\0b"])
async def test_paths_outside_are_not_read(rig: Rig, path: str) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        with pytest.raises(ValueError, match="not a path"):
            await engine.compare(path)


async def test_trouble_of_the_space_is_told(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        rig.space.fail("read", Fault(Trouble.FORBIDDEN, message="Not for you."))
        with pytest.raises(RemoteError, match="Not for you"):
            await engine.compare("app.py")


async def test_nothing_is_compared_before_the_first_look(rig: Rig) -> None:
    with pytest.raises(ValueError, match="not read yet"):
        await rig.make().compare("app.py")
