"""What is kept where: the keyring, the file, and the list of who is signed in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from spaces_tui.accounts.backend import UnusableError
from spaces_tui.accounts.file import TokenFile
from spaces_tui.accounts.keeper import Forgotten, Keeper
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.outcomes import Absent, Failed, NoBackend, Read, Removed, Slow, Stored
from spaces_tui.accounts.roster import Kept, Place
from spaces_tui.model.identity import Secret
from tests.accounts.backends import Hanging, Refusing, ShutOnce, Working
from tests.patience import PATIENCE

HUB = "https://hub.example"
TOKEN = Secret("hf_" + "planted" * 5)
OTHER = Secret("hf_" + "replaced" * 4)


def keeper_of(state: Path, backend: Working, limit: float = PATIENCE) -> Keeper:
    return Keeper(state, Keyring(lambda: backend, limit=limit))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_who_signed_in_last_comes_first_and_hubs_are_apart(tmp_path: Path) -> None:
    keeper = keeper_of(tmp_path, Working())
    for name in ("ada", "bob", "ada"):
        keeper.keep(name, HUB, TOKEN)
    keeper.keep("ada", "https://other.example", OTHER)
    assert [kept.name for kept in keeper.accounts(HUB)] == ["ada", "bob"]
    (there,) = keeper.accounts("https://other.example")
    assert keeper.read(there) == Read(OTHER)
    assert keeper.read(keeper.accounts(HUB)[0]) == Read(TOKEN)


def test_no_token_is_in_any_file_when_the_keyring_has_it(tmp_path: Path) -> None:
    keeper_of(tmp_path, Working()).keep("ada", HUB, TOKEN)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {"accounts.json", "accounts.lock"}
    assert not [file for file in files if TOKEN.reveal().encode() in file.read_bytes()]
    assert {mode(file) for file in files} == {0o600}


def test_what_is_not_kept_is_not_on_the_list(tmp_path: Path) -> None:
    keeper = keeper_of(tmp_path, Refusing())
    assert isinstance(keeper.keep("ada", HUB, TOKEN), Failed)
    assert keeper.accounts(HUB) == ()


def test_the_file_is_for_its_owner_alone_and_goes_with_the_last_token(tmp_path: Path) -> None:
    os.umask(os.umask(0))  # whatever it is, the file is 0600
    keeper = keeper_of(tmp_path / "state", Working())
    assert keeper.keep("ada", HUB, TOKEN, in_file=True) == Stored(str(keeper.file))
    assert (mode(keeper.file), mode(keeper.file.parent)) == (0o600, 0o700)
    keeper.keep("bob", HUB, OTHER, in_file=True)
    bob, ada = keeper.accounts(HUB)
    assert (ada.place, keeper.read(ada), keeper.read(bob)) == (Place.FILE, Read(TOKEN), Read(OTHER))
    assert keeper.forget("ada", HUB) == Forgotten((str(keeper.file),))
    assert keeper.forget("bob", HUB) == Forgotten((str(keeper.file),))
    assert not keeper.file.exists()
    assert keeper.accounts(HUB) == ()


def test_the_keyring_takes_over_from_the_file(tmp_path: Path) -> None:
    keeper = keeper_of(tmp_path, Working())
    keeper.keep("ada", HUB, TOKEN, in_file=True)
    keeper.keep("ada", HUB, OTHER)
    assert not keeper.file.exists()
    assert keeper.read(keeper.accounts(HUB)[0]) == Read(OTHER)


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, bits: int) -> None:
    place = TokenFile(tmp_path)
    place.store("ada", HUB, TOKEN)
    place.path.chmod(bits)
    outcome = place.read("ada", HUB)
    assert isinstance(outcome, Failed)
    assert "others" in outcome.sentence
    assert isinstance(place.store("ada", HUB, OTHER), Failed)
    assert isinstance(place.remove("ada", HUB), Failed)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = TokenFile(tmp_path / "elsewhere")
    elsewhere.store("ada", HUB, TOKEN)
    place = TokenFile(tmp_path)
    place.path.symlink_to(elsewhere.path)
    assert isinstance(place.read("ada", HUB), Failed)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"schema": 1, "tokens": 3}', b'{"schema": 9}']
)
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    place = TokenFile(tmp_path)
    place.path.touch(0o600)
    place.path.write_bytes(content)
    assert isinstance(place.read("ada", HUB), Failed)
    assert isinstance(place.store("ada", HUB, TOKEN), Failed)
    assert place.path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"schema": 1}', b'{"schema": 9}'])
def test_a_damaged_list_counts_as_none(tmp_path: Path, content: bytes) -> None:
    keeper = keeper_of(tmp_path, Working())
    (tmp_path / "accounts.json").write_bytes(content)
    assert keeper.accounts(HUB) == ()
    keeper.keep("ada", HUB, TOKEN)
    assert keeper.accounts(HUB) == (Kept("ada", HUB, Place.KEYRING),)


def test_signing_out_looks_everywhere(tmp_path: Path) -> None:
    backend = Working()
    keeper = keeper_of(tmp_path, backend)
    keeper.keep("ada", HUB, TOKEN)
    keeper.keep("ada", HUB, TOKEN, in_file=True)
    assert keeper.forget("ada", HUB) == Forgotten((str(keeper.file), backend.name))
    assert not backend.kept
    assert keeper.forget("ada", HUB) == Forgotten(())


def test_who_cannot_be_signed_out_stays_on_the_list(tmp_path: Path) -> None:
    backend = Hanging()
    backend.released.set()
    keeper_of(tmp_path, backend).keep("ada", HUB, TOKEN)
    backend.released.clear()
    keeper = keeper_of(tmp_path, backend, limit=0.05)
    assert keeper.forget("ada", HUB) == Forgotten((), (Slow(0.05).sentence,))
    assert [kept.name for kept in keeper.accounts(HUB)] == ["ada"]
    backend.released.set()


def test_a_keyring_that_never_had_it_does_not_hold_up_signing_out(tmp_path: Path) -> None:
    def none() -> Working:
        raise UnusableError("There is none.")

    keeper = Keeper(tmp_path, Keyring(none, limit=PATIENCE))
    assert keeper.keep("ada", HUB, TOKEN) == NoBackend("There is none.")
    keeper.keep("ada", HUB, TOKEN, in_file=True)
    assert keeper.forget("ada", HUB) == Forgotten((str(keeper.file),))
    hanging = Hanging()
    slow = keeper_of(tmp_path, hanging, limit=0.05)
    slow.keep("ada", HUB, TOKEN, in_file=True)
    assert slow.forget("ada", HUB) == Forgotten((str(slow.file),), (), (Slow(0.05).sentence,))
    assert slow.accounts(HUB) == ()
    hanging.released.set()


def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    keeper = keeper_of(tmp_path / "state", Working())
    assert isinstance(keeper.keep("ada", HUB, TOKEN), Failed)
    assert keeper.accounts(HUB) == ()
    assert keeper.forget("ada", HUB).troubles == (
        "The list of accounts cannot be written: File exists.",
    )
    place = TokenFile(tmp_path / "state")
    assert place.store("ada", HUB, TOKEN) == Failed(
        f"{place.path} cannot be read: Not a directory."
    )


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    elsewhere = tmp_path / "nowhere"
    elsewhere.symlink_to(tmp_path / "missing" / "folder")
    outcome = TokenFile(elsewhere).store("ada", HUB, TOKEN)
    assert isinstance(outcome, Failed)
    assert "cannot be written" in outcome.sentence


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    place = TokenFile(tmp_path)
    os.mkfifo(place.path, 0o600)
    assert place.read("ada", HUB) == Failed(
        f"{place.path} is not a file of yours, and is not read."
    )


def test_with_patience_a_locked_keyring_is_opened_to_sign_out(tmp_path: Path) -> None:
    backend = ShutOnce()
    backend.shut = False
    keeper = keeper_of(tmp_path, backend)
    keeper.keep("ada", HUB, TOKEN)
    backend.shut = True
    assert keeper.forget("ada", HUB, patient=True) == Forgotten((backend.name,))


def test_nothing_kept_in_the_file_is_absent(tmp_path: Path) -> None:
    place = TokenFile(tmp_path)
    assert place.read("ada", HUB) == Absent()
    place.store("ada", HUB, TOKEN)
    assert place.remove("bob", HUB) == Absent()
    assert place.remove("ada", HUB) == Removed(str(place.path))
