"""Several identities at once on a real local Hub: who acts where, whose trouble touches whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import Refused, SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.config import Candidate
from spaces_tui.session.facade import CommandError
from spaces_tui.session.identities import Identities
from spaces_tui.session.requests.actions import ReadJournal
from spaces_tui.session.requests.creation import PreviewFolder
from spaces_tui.session.snapshot import Account, Link, Snapshot, Standing, account_of
from tests.session.conftest import DEADLINE, Running, StartSession

ADAS = "ada/whisper-live"
BOBS = "bob/quiet-pond"


def candidate(hub: LocalHub, name: str, source: str = "") -> Candidate:
    return Candidate(hub.url, source or f"{name}'s", Secret(hub.token(name)))


def kept(hub: LocalHub, name: str, read: Callable[[], Secret | str]) -> Candidate:
    return Candidate(hub.url, f"{name} in the keyring", name=name, read=read, slow=True)


def standing(snapshot: Snapshot, name: str) -> Standing | None:
    return next((one.standing for one in snapshot.accounts if one.name == name), None)


def live(*names: str) -> Callable[[Snapshot], bool]:
    return lambda snapshot: all(standing(snapshot, name) is Standing.LIVE for name in names)


def by(hub: LocalHub, path: str) -> set[str | None]:
    """Return who asked for what has this in its path or query."""
    return {one.account for one in hub.requests() if path in f"{one.path}?{one.query}"}


def names(accounts: tuple[Account, ...]) -> list[str]:
    return [account.name for account in accounts]


@pytest.fixture
def both(demo_hub: LocalHub, start: StartSession) -> Running:
    """A session of ada and bob, both live."""
    accounts = (candidate(demo_hub, "ada"), candidate(demo_hub, "bob"))
    running = start(demo_hub.url, None, accounts=accounts)
    running.until(live("ada", "bob"))
    return running


def test_everybodys_spaces_are_listed_each_with_its_own_token(
    both: Running, demo_hub: LocalHub
) -> None:
    snapshot = both.snapshot
    assert {"ada", "acme", "northwind", "bob"} == {space.owner for space in snapshot.spaces}
    assert [one.name for one in snapshot.identities] == ["ada", "bob"]
    assert snapshot.accounts[1].owners == ("bob",)
    assert by(demo_hub, "author=bob") == {"bob"}
    assert by(demo_hub, "author=acme") == {"ada"}
    both.session.pause(ADAS).result(DEADLINE)
    both.session.pause(BOBS).exception(DEADLINE)
    assert by(demo_hub, f"{ADAS}/pause") == {"ada"}
    assert by(demo_hub, f"{BOBS}/pause") == {"bob"}
    record, *_ = both.session.ask(ReadJournal()).result(DEADLINE)
    assert (record.space, record.account) == (BOBS, "bob")


def test_an_owner_of_several_is_read_once_by_who_may_do_most(
    demo_hub: LocalHub, start: StartSession
) -> None:
    accounts = (candidate(demo_hub, "mia"), candidate(demo_hub, "ada"))
    running = start(demo_hub.url, None, accounts=accounts)
    snapshot = running.until(live("mia", "ada"))
    found = account_of(snapshot, "acme/trainer")
    assert found is not None
    assert found.name == "ada"
    assert snapshot.accounts[0].owners == ("mia",)
    demo_hub.clear_requests()
    running.session.refresh().result(DEADLINE)
    lists = [one.account for one in demo_hub.requests() if "author=acme" in one.query]
    assert lists == ["ada"]
    running.within(_prefers("ada", demo_hub.url))
    assert names(running.snapshot.accounts) == ["ada", "mia"]


def _prefers(name: str, endpoint: str) -> Callable[[Identities], Awaitable[None]]:
    async def prefer(identities: Identities) -> None:
        identities.prefer(name, endpoint)

    return prefer


def test_a_revoked_token_stops_its_own_account_alone(both: Running, demo_hub: LocalHub) -> None:
    both.session.attend(ADAS, logs=frozenset({LogStream.RUN}))
    both.until(lambda s: s.detail and s.detail.metrics)
    demo_hub.revoke("ada")
    demo_hub.drop_streams()
    snapshot = both.until(lambda s: standing(s, "ada") is Standing.REFUSED)
    assert snapshot.connection.link is Link.LIVE
    assert standing(snapshot, "bob") is Standing.LIVE
    assert snapshot.accounts[0].sentence
    assert ADAS in {space.id for space in snapshot.spaces}
    assert [one.name for one in snapshot.identities] == ["bob"]
    with pytest.raises(CommandError, match="token"):
        both.session.pause(ADAS).result(DEADLINE)
    both.session.refresh().result(DEADLINE)  # meanwhile arrives what was on its way
    demo_hub.clear_requests()
    both.session.attend("ada/rag-demo", logs=frozenset({LogStream.RUN}))
    both.session.refresh().result(DEADLINE)
    both.session.attend(BOBS)
    demo_hub.wait_requests(f"{BOBS}/runtime")
    assert {one.account for one in demo_hub.requests()} == {"bob"}


def test_a_new_token_brings_everything_back_at_once(both: Running, demo_hub: LocalHub) -> None:
    both.session.attend(ADAS, logs=frozenset({LogStream.RUN}))
    both.until(lambda s: s.detail and s.detail.metrics)
    demo_hub.revoke("ada")
    demo_hub.drop_streams()
    both.until(lambda s: standing(s, "ada") is Standing.REFUSED)
    both.until(lambda s: s.detail and not s.detail.metrics)
    account = both.within(_admits(demo_hub, demo_hub.issue_token("ada")))
    assert account.name == "ada"
    snapshot = both.until(live("ada", "bob"))
    assert names(snapshot.accounts) == ["ada", "bob"]
    assert snapshot.accounts[0].source == "pasted"
    both.until(lambda s: s.detail and s.detail.metrics)
    both.session.restart(ADAS).result(DEADLINE)


def _admits(hub: LocalHub, token: str) -> Callable[[Identities], Awaitable[Account]]:
    return lambda identities: identities.admit(hub.url, Secret(token), "pasted")


def test_a_watched_folder_waits_for_the_new_token_and_goes_on(
    both: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    both.session.watch(ADAS, str(folder), WatchOptions(assume_yes=True)).result(DEADLINE)
    both.until(lambda s: s.watches[ADAS].state is SyncState.IN_SYNC)
    demo_hub.revoke("ada")
    (folder / "notes.txt").write_text("two\n")
    both.until(lambda s: s.watches[ADAS].state is SyncState.AUTH)
    both.until(lambda s: standing(s, "ada") is Standing.REFUSED)
    both.session.refresh().result(DEADLINE)  # meanwhile arrives what was on its way
    demo_hub.clear_requests()
    both.session.tell_watch(ADAS, "sync").result(DEADLINE)  # a person may insist: in vain
    both.session.refresh().result(DEADLINE)
    assert {one.account for one in demo_hub.requests()} == {"bob"}
    both.within(_admits(demo_hub, demo_hub.issue_token("ada")))
    both.until(lambda s: s.watches[ADAS].state is SyncState.IN_SYNC and not s.watches[ADAS].pending)
    assert demo_hub.files(ADAS)["notes.txt"] == b"two\n"


def test_one_refusal_of_a_good_token_is_no_end(both: Running, demo_hub: LocalHub) -> None:
    demo_hub.fault(f"{ADAS}/pause", method="POST", status=401, count=1)
    with pytest.raises(CommandError):
        both.session.pause(ADAS).result(DEADLINE)
    both.session.pause(ADAS).result(DEADLINE)
    assert standing(both.snapshot, "ada") is Standing.LIVE


def test_without_any_account_it_stays_and_answers_what_needs_none(
    demo_hub: LocalHub, start: StartSession, tmp_path: Path
) -> None:
    running = start(demo_hub.url, None)
    running.until(lambda s: s.connection.link is Link.SIGNED_OUT)
    (tmp_path / "src").mkdir()
    plan = running.session.ask(PreviewFolder("ada/x", "static", str(tmp_path / "src")))
    assert plan.result(DEADLINE).upload == ()
    with pytest.raises(CommandError, match="HF_TOKEN"):
        running.session.refresh().result(DEADLINE)
    assert demo_hub.requests() == []
    running.within(_admits(demo_hub, demo_hub.token("bob")))
    snapshot = running.until(live("bob"))
    assert snapshot.connection.link is Link.LIVE
    running.until(lambda s: [space.id for space in s.spaces] == [BOBS])


def test_a_token_that_is_not_accepted_is_not_taken(both: Running, demo_hub: LocalHub) -> None:
    before = both.snapshot.accounts
    with pytest.raises(Exception, match=r"[Ii]nvalid"):
        both.within(_admits(demo_hub, "hf_wrong"))
    assert both.snapshot.accounts == before


def test_two_tokens_of_one_identity_are_one_account(
    demo_hub: LocalHub, start: StartSession
) -> None:
    accounts = (
        candidate(demo_hub, "ada", "HF_TOKEN"),
        kept(demo_hub, "ada", lambda: Secret(demo_hub.token("ada", "read"))),
    )
    running = start(demo_hub.url, None, accounts=accounts)
    running.until(live("ada"))
    snapshot = running.until(lambda s: len(s.accounts) == 1)
    assert snapshot.accounts[0].source == "HF_TOKEN"
    running.session.pause(ADAS).result(DEADLINE)  # which a read token may not


def test_a_slow_keyring_delays_only_its_own_account(
    demo_hub: LocalHub, start: StartSession
) -> None:
    opened = Event()

    def read() -> Secret:
        opened.wait(DEADLINE)
        return Secret(demo_hub.token("bob"))

    accounts = (kept(demo_hub, "bob", read), candidate(demo_hub, "ada"))
    running = start(demo_hub.url, None, accounts=accounts)
    snapshot = running.until(live("ada"))
    assert standing(snapshot, "bob") is Standing.CONNECTING
    assert snapshot.connection.link is Link.LIVE
    running.session.pause(ADAS).result(DEADLINE)
    waiting = running.session.find(BOBS)
    assert not waiting.done()
    opened.set()
    running.until(live("ada", "bob"))
    waiting.result(DEADLINE)
    assert by(demo_hub, BOBS) == {"bob"}


def test_a_token_out_of_reach_is_said_and_nothing_is_asked_as_nobody(
    demo_hub: LocalHub, start: StartSession
) -> None:
    why = "The token of bob is out of reach. The system's keyring is locked."
    accounts = (candidate(demo_hub, "ada"), kept(demo_hub, "bob", lambda: why))
    running = start(demo_hub.url, None, accounts=accounts)
    snapshot = running.until(
        lambda s: live("ada")(s) and standing(s, "bob") is Standing.UNREACHABLE
    )
    assert snapshot.accounts[1].sentence == why
    with pytest.raises(CommandError, match="locked"):
        running.session.pause(BOBS).result(DEADLINE)
    running.session.attend(BOBS)
    running.session.refresh().result(DEADLINE)
    assert {one.account for one in demo_hub.requests()} == {"ada"}


def test_who_signs_out_leaves_with_his_spaces_and_watches(
    both: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    both.session.watch(BOBS, str(folder), WatchOptions()).result(DEADLINE)
    both.within(lambda identities: identities.dismiss("bob", demo_hub.url))
    both.until(lambda s: names(s.accounts) == ["ada"])
    both.until(lambda s: BOBS not in {space.id for space in s.spaces})
    both.until(lambda s: BOBS not in s.watches or s.watches[BOBS].state is SyncState.STOPPED)
    both.session.pause(ADAS).result(DEADLINE)


def test_no_token_of_anybody_is_ever_sent_as_a_file(
    both: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "config.txt").write_text(f"key = {demo_hub.token('bob')}\n")
    said: list[SyncEvent] = []
    options = WatchOptions(assume_yes=True, allow_secrets=True)
    both.session.watch(ADAS, str(folder), options, said.append).result(DEADLINE)
    both.until(lambda _: [event for event in said if isinstance(event, Refused)])
    assert "config.txt" not in demo_hub.files(ADAS)
