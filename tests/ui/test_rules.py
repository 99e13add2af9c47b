"""When an action can work, and what is said when it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces_tui.model.identity import Grant, Identity
from spaces_tui.model.stage import PAUSED
from spaces_tui.session.snapshot import Connection, Link, Pending, Snapshot, Standing
from spaces_tui.ui.actions import BY_ID
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.rules import READ_ONLY, SIGNED_OUT, STATIC, Context
from tests.ui.fake_session import ADA, SPACES, account, live_snapshot, space

BY_NAME = {one.id: one for one in SPACES}


def reason(action: str, name: str, snapshot: Snapshot | None = None) -> str:
    """Ask the registry about one Space."""
    return BY_ID[action].when(Context(snapshot or live_snapshot(), BY_NAME[name]))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ada/whisper-live", ""),
        ("ada/blog", STATIC),
        ("acme/trainer", "acme/trainer is paused already."),
        ("lab/reader", "ada: Its role in lab is read. Press a for accounts."),
    ],
)
def test_who_and_what_can_be_paused(name: str, sentence: str) -> None:
    assert reason("space.pause", name) == sentence


def test_a_paused_space_can_be_restarted() -> None:
    assert reason("space.restart", "acme/trainer") == ""


def test_a_read_token_changes_nothing() -> None:
    reader = replace(ADA, token_role="read")
    snapshot = replace(live_snapshot(), accounts=(account(reader),), identities=(reader,))
    assert "A read token changes nothing." in reason("space.watch", "ada/rag-demo", snapshot)


def test_somebody_elses_space_is_not_ours() -> None:
    context = Context(live_snapshot(), space("eve/toy"))
    assert BY_ID["space.restart"].when(context) == "None of your accounts belongs to eve."


def test_read_only_and_signed_out_come_first() -> None:
    snapshot = replace(live_snapshot(), read_only=True)
    assert reason("space.restart", "ada/blog", snapshot) == READ_ONLY
    snapshot = replace(live_snapshot(), connection=Connection(Link.SIGNED_OUT))
    assert reason("space.restart", "ada/rag-demo", snapshot) == SIGNED_OUT


def test_a_command_on_its_way_is_not_given_again() -> None:
    snapshot = replace(live_snapshot(), pending={"ada/rag-demo": Pending("restarting", PAUSED)})
    assert reason("space.restart", "ada/rag-demo", snapshot) == (
        "ada/rag-demo is restarting already."
    )


def test_one_possible_target_among_the_marked_is_enough() -> None:
    marked = (BY_NAME["ada/blog"], BY_NAME["ada/whisper-live"])
    context = Context(live_snapshot(), BY_NAME["ada/blog"], marked)
    assert BY_ID["space.pause"].when(context) == ""


def test_keys_of_the_log_need_the_log() -> None:
    context = Context(live_snapshot(), SPACES[0], tab=Tab.LOGS)
    assert BY_ID["log.wrap"].when(context) == ""
    assert BY_ID["log.next"].when(context) == "Search first: press /."
    assert BY_ID["log.next"].when(replace(context, searching=True)) == ""


def test_a_token_for_one_space_uploads_there_and_does_not_delete_it() -> None:
    grant = Grant("space", "ada/rag-demo", frozenset({"repo.write"}))
    fine = replace(ADA, token_role="fineGrained", grants=(grant,))
    snapshot = replace(live_snapshot(), accounts=(account(fine),), identities=(fine,))
    assert reason("space.watch", "ada/rag-demo", snapshot) == ""
    assert "not for a Space alone" in reason("space.delete", "ada/rag-demo", snapshot)
    assert "no repo.write for ada/old-chat" in reason("space.watch", "ada/old-chat", snapshot)


def test_one_account_that_is_refused_does_not_hold_up_the_spaces_of_another() -> None:
    bob = Identity("bob", token_role="write")
    refused = account(bob, Standing.REFUSED, "The token is wrong or expired.")
    snapshot = replace(live_snapshot(), accounts=(account(ADA), refused))
    assert reason("space.restart", "ada/rag-demo", snapshot) == ""
    context = Context(snapshot, space("bob/toy"))
    assert BY_ID["space.restart"].when(context) == (
        "bob cannot act now. The token is wrong or expired. Press a."
    )
