"""`login`, `logout`, `accounts` and `whoami`: what they say, how they end, what they leave."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spaces_tui.accounts.keeper import Keeper
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.headless.accounts import accounts, whoami
from spaces_tui.headless.exits import Exit
from spaces_tui.headless.login import Login
from spaces_tui.headless.logout import logout
from spaces_tui.headless.tokenlines import report
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Identity, Secret
from tests.accounts.backends import Hanging, Refusing, ShutOnce, Working
from tests.e2e.programs import wait_until
from tests.patience import PATIENCE

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    backend = Working()
    return Keeper(tmp_path / "state", Keyring(lambda: backend, limit=PATIENCE))


@pytest.fixture
def two(local_hub: LocalHub, keeper: Keeper) -> LocalHub:
    """A Hub at which ada and then bob have signed in."""
    for name in ("ada", "bob"):
        keeper.keep(name, local_hub.url, Secret(local_hub.token(name)))
    return local_hub


class Answers:
    """Answers what it was told to, then nobody is there any more."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    def hidden(self, prompt: str) -> str:
        return self.ask(prompt)

    def ask(self, prompt: str) -> str:
        print(prompt)
        if not self._answers:
            raise EOFError
        return self._answers.pop(0)


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_one_that_is_revoked_does_not_disturb_the_other(
    two: LocalHub, keeper: Keeper, capsys: Captured
) -> None:
    two.revoke("ada")
    assert accounts(two.url, keeper, {}) is Exit.DONE
    said = capsys.readouterr()
    assert said.out.startswith("bob (Bob Pond) · write token “desktop-write” · from bob in the")
    assert "ada in the keyring: " in said.err
    assert accounts(two.url, keeper, {}, "ada") is Exit.NOT_ALLOWED
    assert whoami(two.url, keeper, {}, "ada") is Exit.NOT_ALLOWED
    assert whoami(two.url, keeper, {}, None) is Exit.DONE
    assert capsys.readouterr().out.startswith("bob")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_locked_keyring_is_unlocked_where_somebody_can_be_asked(
    local_hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    backend = ShutOnce()
    backend.shut = False
    keeper = Keeper(tmp_path, Keyring(lambda: backend, limit=PATIENCE))
    keeper.keep("ada", local_hub.url, Secret(local_hub.token()))
    backend.shut = True
    given(monkeypatch, "")
    assert whoami(local_hub.url, keeper, {}, None) is Exit.NOT_ALLOWED
    assert "spaces-tui whoami, in a terminal" in capsys.readouterr().err
    backend.shut = True
    monkeypatch.setattr("sys.stdin", Tty())
    assert whoami(local_hub.url, keeper, {}, None) is Exit.DONE
    said = capsys.readouterr()
    assert "The keyring is locked." in said.err
    assert said.out.startswith("ada")


def test_the_environment_is_listed_first(two: LocalHub, keeper: Keeper, capsys: Captured) -> None:
    assert accounts(two.url, keeper, {"HF_TOKEN": two.token("ada", "read")}) is Exit.DONE
    heads = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [head.rpartition("from ")[2] for head in heads] == [
        "HF_TOKEN",
        "bob in the keyring",
        "ada in the keyring",
    ]
    assert "read token" in heads[0]


def test_nobody_is_signed_in(local_hub: LocalHub, keeper: Keeper, capsys: Captured) -> None:
    assert accounts(local_hub.url, keeper, {}) is Exit.NOT_ALLOWED
    assert whoami(local_hub.url, keeper, {}, None) is Exit.NOT_ALLOWED
    assert "spaces-tui login" in capsys.readouterr().err
    assert logout(local_hub.url, keeper, {}, None) is Exit.DONE
    assert "Nobody is signed in" in capsys.readouterr().out


def test_signing_out_asks_for_a_name_where_there_are_several(
    two: LocalHub, keeper: Keeper, capsys: Captured
) -> None:
    assert logout(two.url, keeper, {}, None) is Exit.USAGE
    assert "bob, ada are signed in" in capsys.readouterr().err
    assert logout(two.url, keeper, {"HF_TOKEN": "hf_x"}, "ADA") is Exit.DONE
    said = capsys.readouterr().out
    assert "ada: the token is removed from" in said
    assert "Left alone: HF_TOKEN" in said
    assert [kept.name for kept in keeper.accounts(two.url)] == ["bob"]
    assert logout(two.url, keeper, {}, None) is Exit.DONE
    assert keeper.accounts(two.url) == ()


def test_a_token_that_the_hub_refuses_is_not_kept(
    local_hub: LocalHub, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    wrong = "hf_" + "x" * 34
    given(monkeypatch, wrong)
    assert Login(local_hub.url, keeper, {}, None).run().exit is Exit.NOT_ALLOWED
    said = capsys.readouterr()
    assert "Nothing is kept." in said.err
    assert wrong not in said.err + said.out
    given(monkeypatch, wrong)
    assert Login("http://127.0.0.1:9", keeper, {}, None).run().exit is Exit.FAILED
    given(monkeypatch, " \n")
    assert Login(local_hub.url, keeper, {}, None).run().exit is Exit.FAILED
    assert keeper.accounts(local_hub.url) == ()


def test_a_token_of_somebody_else_than_named_is_not_kept(
    local_hub: LocalHub, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    given(monkeypatch, local_hub.token("bob"))
    assert Login(local_hub.url, keeper, {}, None, account="ada").run().exit is Exit.FAILED
    assert "a token of bob, not of ada" in capsys.readouterr().err
    assert keeper.accounts(local_hub.url) == ()


@pytest.mark.parametrize("answers", [(), ("",), ("nothing",), ("file", "no")])
def test_a_token_that_no_keyring_takes_is_kept_only_where_its_owner_says(
    local_hub: LocalHub, tmp_path: Path, answers: tuple[str, ...], capsys: Captured
) -> None:
    keeper = Keeper(tmp_path, Keyring(Refusing, limit=PATIENCE))
    token = local_hub.token()
    ended = Login(local_hub.url, keeper, {}, Answers(token, *answers)).run()
    assert (ended.exit, ended.for_now) == (Exit.FAILED, None)
    said = capsys.readouterr()
    assert "Something went wrong" in said.err
    assert token not in said.out + said.err
    assert not keeper.file.exists()


def test_a_token_that_the_keyring_may_take_later_can_be_removed_all_the_same(
    local_hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    backend = Hanging()
    keeper = Keeper(tmp_path, Keyring(lambda: backend, limit=0.05))
    given(monkeypatch, local_hub.token())
    assert Login(local_hub.url, keeper, {}, None).run().exit is Exit.FAILED
    assert "spaces-tui logout --account ada removes it" in capsys.readouterr().err
    backend.released.set()
    wait_until(lambda: bool(backend.kept), "what was given up")
    patient = Keeper(tmp_path, Keyring(lambda: backend, limit=PATIENCE))
    assert logout(local_hub.url, patient, {}, "ada") is Exit.DONE
    assert not backend.kept


def test_a_token_may_be_used_now_and_kept_nowhere(local_hub: LocalHub, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, Keyring(Refusing, limit=PATIENCE))
    token = local_hub.token()
    ended = Login(local_hub.url, keeper, {}, Answers(token, "what?", "c")).run()
    assert ended.for_now is not None
    assert ended.for_now.token == Secret(token)
    assert not keeper.file.exists()


def test_each_token_that_is_here_is_offered_once(
    local_hub: LocalHub, keeper: Keeper, tmp_path: Path, capsys: Captured
) -> None:
    ada, bob = local_hub.token("ada"), local_hub.token("bob")
    (tmp_path / "token").write_text(ada)
    (tmp_path / "stored_tokens").write_text(
        f"[mine]\nhf_token = {ada}\n[theirs]\nhf_token = {bob}\n"
        "[old]\nhf_token = hf_old\nexpires_at = 1000\n"
    )
    environment = {"HF_TOKEN": ada, "HF_HOME": str(tmp_path)}
    assert Login(local_hub.url, keeper, environment, Answers("2")).run().exit is Exit.DONE
    said = capsys.readouterr().out
    assert "1  HF_TOKEN" in said
    assert "2  the hf command's token “theirs”" in said
    assert "3  " not in said
    assert "HF_TOKEN is set, too" in said
    assert [kept.name for kept in keeper.accounts(local_hub.url)] == ["bob"]
    assert ada not in said
    assert bob not in said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=3), "today"),
        (timedelta(hours=30), "tomorrow"),
        (timedelta(days=9.5), "9 d"),
    ],
)
def test_the_end_of_a_token_is_said(left: timedelta, said: str) -> None:
    identity = Identity("ada", token_role="write", expires=datetime.now(UTC) + left)
    assert said in report(identity)[0]
