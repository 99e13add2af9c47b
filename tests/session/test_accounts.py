"""Signing in and out while a session runs, on a real local Hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from spaces_tui.accounts.keeper import Keeper
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.official import saved_tokens
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.session.config import Origin, SessionConfig
from spaces_tui.session.facade import CommandError
from spaces_tui.session.first import first_snapshot
from spaces_tui.session.operations.accounts import CLIENT_ID
from spaces_tui.session.requests.accounts import (
    AwaitDevice,
    BeginDevice,
    Checked,
    CheckOffer,
    CheckToken,
    FindTokens,
    Keep,
    Prefer,
    SignedIn,
    SignIn,
    SignOut,
    TryAgain,
)
from spaces_tui.session.requests.actions import Pause
from spaces_tui.session.session import Session
from spaces_tui.session.snapshot import Link, Snapshot, Standing
from spaces_tui.store.paths import Paths
from tests.accounts.backends import Forgetful, Shut, ShutOnce, Working
from tests.patience import PATIENCE
from tests.session.conftest import Running

Console = Callable[..., Running]


@pytest.fixture
def console(paths: Paths, demo_hub: LocalHub) -> Iterator[Console]:
    """Start sessions with a keyring of our own; all end with the test."""
    sessions: list[Session] = []

    def run(
        token: str = "",
        backend: Working | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        demo: bool = False,
    ) -> Running:
        url = demo_hub.url
        origin = Origin.of_token(url, Secret(token), "HF_TOKEN") if token else Origin(url)
        kept = backend or Working()
        config = SessionConfig(
            connect=lambda: origin,
            paths=paths,
            demo=demo,
            keeper=Keeper(paths.state, Keyring(lambda: kept, limit=PATIENCE)),
            environment=environment or {},
        )
        session = Session(config, first_snapshot(config, url))
        sessions.append(session)
        session.start()
        return Running(session)

    yield run
    for session in sessions:
        session.close(PATIENCE)


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE and snapshot.as_of is not None


def checked(running: Running, hub: LocalHub, token: str) -> Checked:
    return running.session.ask(CheckToken(hub.url, Secret(token))).result(PATIENCE)


def signed_in(running: Running, hub: LocalHub, token: str, keep: Keep = Keep.KEYRING) -> SignedIn:
    request = SignIn(hub.url, checked(running, hub, token), "", keep)
    return running.session.ask(request).result(PATIENCE)


def test_nobody_pastes_a_token_and_everything_begins(console: Console, demo_hub: LocalHub) -> None:
    backend = Working()
    running = console(backend=backend)
    running.until(lambda s: s.connection.link is Link.SIGNED_OUT)
    with pytest.raises(CommandError, match="Not signed in"):
        running.session.ask(Pause("ada/whisper-live")).result(PATIENCE)
    token = demo_hub.token()
    answer = checked(running, demo_hub, f" {token[:9]}\r\n{token[9:]} \n")
    assert answer.token == Secret(token)
    assert answer.identity is not None
    assert backend.kept == {}
    done = running.session.ask(SignIn(demo_hub.url, answer, "")).result(PATIENCE)
    assert done.why == ""
    assert done.place
    snapshot = running.until(live)
    assert [one.name for one in snapshot.accounts] == ["ada"]
    assert snapshot.accounts[0].source == "ada in the keyring"
    assert backend.kept == {("spaces-tui", f"ada@{demo_hub.url}"): token}


def test_a_wrong_token_says_why_and_changes_nothing(console: Console, demo_hub: LocalHub) -> None:
    running = console()
    assert "There is no token" in checked(running, demo_hub, " \n").why
    assert checked(running, demo_hub, "hf_größe").token is None
    assert demo_hub.requests() == []
    answer = checked(running, demo_hub, "hf_wrong")
    assert answer.identity is None
    assert answer.why
    demo_hub.fault("/api/whoami-v2", status=503, count=None)
    assert checked(running, demo_hub, demo_hub.token()).why
    assert running.snapshot.accounts == ()


def test_a_store_that_fails_loses_nothing(console: Console, demo_hub: LocalHub) -> None:
    running = console(backend=Forgetful())
    failed = signed_in(running, demo_hub, demo_hub.token())
    assert "is not there" in failed.why
    running.until(live)
    assert running.snapshot.accounts[0].source == "this session alone"
    again = signed_in(running, demo_hub, demo_hub.token(), Keep.FILE)
    assert again.place.endswith("tokens.json")
    snapshot = running.until(lambda s: live(s) and "file" in s.accounts[0].source)
    assert len(snapshot.accounts) == 1


def test_a_locked_keyring_is_asked_again_patiently(console: Console, demo_hub: LocalHub) -> None:
    running = console(backend=ShutOnce())
    answer = checked(running, demo_hub, demo_hub.token())
    first = running.session.ask(SignIn(demo_hub.url, answer, "")).result(PATIENCE)
    assert first.locked
    patient = SignIn(demo_hub.url, answer, "", patient=True)
    assert running.session.ask(patient).result(PATIENCE).why == ""


def test_signing_out_removes_what_is_ours_and_says_what_is_not(
    console: Console, demo_hub: LocalHub, tmp_path: Path
) -> None:
    saved = tmp_path / "token"
    saved.write_text(demo_hub.token())
    backend = Working()
    running = console(backend=backend, environment={"HF_TOKEN_PATH": str(saved)})
    signed_in(running, demo_hub, demo_hub.token())
    running.until(lambda s: live(s) and s.spaces)
    gone = running.session.ask(SignOut(demo_hub.url, "ada")).result(PATIENCE)
    assert len(gone.removed) == 1
    assert gone.left_alone == (f"the hf command's token, in {saved}",)
    assert backend.kept == {}
    snapshot = running.until(lambda s: not s.accounts and not s.spaces)
    assert snapshot.connection.link is Link.SIGNED_OUT


def test_what_a_locked_keyring_holds_stays_signed_in(console: Console, demo_hub: LocalHub) -> None:
    backend = Working()
    running = console(backend=backend)
    signed_in(running, demo_hub, demo_hub.token())
    running.until(live)
    shut = Shut()
    shut.kept = backend.kept
    backend.__class__ = Shut  # somebody locks it
    gone = running.session.ask(SignOut(demo_hub.url, "ada")).result(PATIENCE)
    assert "locked" in gone.troubles[0]
    assert [one.name for one in running.snapshot.accounts] == ["ada"]


def test_what_is_here_already_is_offered_once_and_only_for_its_hub(
    console: Console, demo_hub: LocalHub, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(demo_hub.token("bob"))
    stored = f"[work]\nhf_token = {demo_hub.token('bob')}\n[old]\nhf_token = hf_x\nexpires_at = 1\n"
    (tmp_path / "stored_tokens").write_text(stored)
    environment = {"HF_TOKEN": demo_hub.token(), "HF_TOKEN_PATH": str(tmp_path / "token")}
    running = console(demo_hub.token(), environment=environment)
    running.until(live)
    ways = running.session.ask(FindTokens(demo_hub.url)).result(PATIENCE)
    assert [one.source for one in ways.offers] == ["the hf command's token “work”"]
    assert ways.variable == "HF_TOKEN"
    assert CLIENT_ID in ways.no_browser
    elsewhere = running.session.ask(FindTokens("https://other.example")).result(PATIENCE)
    assert elsewhere.offers == ()
    answer = running.session.ask(CheckOffer(demo_hub.url, ways.offers[0])).result(PATIENCE)
    assert answer.identity is not None
    assert answer.identity.name == "bob"
    assert len(saved_tokens(environment)) == 2


def test_two_are_signed_in_and_the_preferred_one_is_first_at_the_next_start_too(
    console: Console, demo_hub: LocalHub, paths: Paths
) -> None:
    running = console()
    signed_in(running, demo_hub, demo_hub.token())
    signed_in(running, demo_hub, demo_hub.token("bob"))
    running.until(lambda s: [one.standing for one in s.accounts] == [Standing.LIVE] * 2)
    running.session.ask(Prefer(demo_hub.url, "bob")).result(PATIENCE)
    assert [one.name for one in running.snapshot.accounts] == ["bob", "ada"]
    running.session.ask(Prefer(demo_hub.url, "ada")).result(PATIENCE)
    assert [one.name for one in running.snapshot.accounts] == ["ada", "bob"]
    assert [one.name for one in Keeper(paths.state).accounts(demo_hub.url)] == ["ada", "bob"]


def test_a_token_that_ended_is_refused_until_there_is_another(
    console: Console, demo_hub: LocalHub
) -> None:
    running = console(backend=Working())
    signed_in(running, demo_hub, demo_hub.issue_token("ada", "write", expires_in=1_000))
    running.until(live)
    running.session.ask(TryAgain(demo_hub.url, "ada")).result(PATIENCE)
    demo_hub.advance(2_000)
    with pytest.raises(CommandError):
        running.session.ask(TryAgain(demo_hub.url, "ada")).result(PATIENCE)
    running.until(lambda s: s.accounts[0].standing is Standing.REFUSED)
    with pytest.raises(CommandError):
        running.session.ask(TryAgain(demo_hub.url, "ada")).result(PATIENCE)
    signed_in(running, demo_hub, demo_hub.token())
    snapshot = running.until(lambda s: live(s) and s.accounts[0].standing is Standing.LIVE)
    assert len(snapshot.accounts) == 1


def test_a_browser_signs_in_with_a_code(console: Console, demo_hub: LocalHub) -> None:
    demo_hub.login_interval(1)
    running = console(environment={CLIENT_ID: "our-app"})
    code = running.session.ask(BeginDevice(demo_hub.url)).result(PATIENCE)
    assert code.verification_uri.startswith(demo_hub.url)
    waiting = running.session.ask(AwaitDevice(demo_hub.url, code))
    demo_hub.approve_login(code.user_code, name="ada")
    answer = waiting.result(PATIENCE)
    assert answer.identity is not None
    assert answer.identity.name == "ada"
    assert answer.expires is not None
    running.session.ask(SignIn(demo_hub.url, answer, "", Keep.NOWHERE)).result(PATIENCE)
    running.until(live)


def test_a_browser_that_says_no_or_is_called_off(console: Console, demo_hub: LocalHub) -> None:
    demo_hub.login_interval(1)
    running = console(environment={CLIENT_ID: "our-app"})
    code = running.session.ask(BeginDevice(demo_hub.url)).result(PATIENCE)
    demo_hub.deny_login(code.user_code)
    with pytest.raises(CommandError, match=r"(?i)denied"):
        running.session.ask(AwaitDevice(demo_hub.url, code)).result(PATIENCE)
    code = running.session.ask(BeginDevice(demo_hub.url)).result(PATIENCE)
    waiting = running.session.ask(AwaitDevice(demo_hub.url, code))
    waiting.cancel()
    with pytest.raises(CancelledError):
        waiting.result(PATIENCE)
    with pytest.raises(CommandError, match=CLIENT_ID):
        console().session.ask(BeginDevice(demo_hub.url)).result(PATIENCE)


def test_the_demo_looks_for_nothing_and_keeps_nothing(console: Console, demo_hub: LocalHub) -> None:
    backend = Working()
    running = console(demo_hub.token(), backend, {"HF_TOKEN": "hf_real"}, demo=True)
    running.until(live)
    ways = running.session.ask(FindTokens(demo_hub.url)).result(PATIENCE)
    assert (ways.offers, ways.variable, ways.keeps, ways.no_browser) == ((), "", False, "")
    assert signed_in(running, demo_hub, demo_hub.token("bob")).place == ""
    running.until(lambda s: [one.name for one in s.accounts] == ["ada", "bob"])
    assert running.session.ask(SignOut(demo_hub.url, "bob")).result(PATIENCE).removed == ()
    running.until(lambda s: [one.name for one in s.accounts] == ["ada"])
    assert backend.kept == {}
