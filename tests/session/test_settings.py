"""Settings through the session: each step by itself, nobody's commit overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.card import CardValue
from spaces_tui.model.settings import CardEdit, SettingsNow
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.settings import ApplySettings, CheckCard, LoadSettings
from spaces_tui.session.snapshot import Link
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/lab"
README = """---
# kept
title: Lab
emoji: 🧪
sdk: gradio
sdk_version: 5.1.0
tags: [a, b]
---
# Lab
"""
EDIT = CardEdit("title", "Lab", CardValue("New title"))


@pytest.fixture
def hub(local_hub: LocalHub) -> LocalHub:
    local_hub.create(SPACE, files={"README.md": README, "app.py": "print(1)\n"})
    return local_hub


@pytest.fixture
def running(hub: LocalHub, start: StartSession) -> Running:
    running = start(hub.url, hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    hub.clear_requests()
    return running


def loaded(running: Running) -> SettingsNow:
    return running.session.ask(LoadSettings(SPACE)).result(DEADLINE)


def applied(running: Running, change: ApplySettings) -> Outcome:
    return running.session.ask(change).result(DEADLINE)


def readme(hub: LocalHub, space: str = SPACE) -> str:
    return hub.files(space)["README.md"].decode()


def errors(outcome: Outcome) -> dict[str, str]:
    return {step.key: step.error for step in outcome.steps}


def test_what_is_there_is_read_with_its_readme(running: Running) -> None:
    now = loaded(running)
    assert (now.readme, now.unreadable) == (README, "")
    assert (now.space.visibility, now.space.title) == ("public", "Lab")


def test_a_readme_that_is_no_text_says_so(running: Running, hub: LocalHub) -> None:
    hub.commit(SPACE, {"README.md": b"\xff\xfe"})
    now = loaded(running)
    assert "UTF-8" in now.unreadable
    assert now.space.id == SPACE


def test_everything_at_once_is_one_step_each(running: Running, hub: LocalHub) -> None:
    uid = loaded(running).space.uid
    hub.call(lambda state: setattr(state.spaces[SPACE].runtime, "requested", "t4-small"))
    change = ApplySettings(
        SPACE,
        uid,
        visibility="private",
        card=(EDIT, CardEdit("license", None, CardValue("mit"))),
        replicas=2,
        dev_mode=True,
        new_id="ada/renamed",
    )
    outcome = applied(running, change)
    assert outcome.ok, outcome
    assert [step.key for step in outcome.steps] == [
        "visibility", "card", "replicas", "dev_mode", "name",
    ]  # fmt: skip
    assert readme(hub, "ada/renamed") == README.replace("title: Lab", "title: New title").replace(
        "[a, b]\n", "[a, b]\nlicense: mit\n"
    )
    state = hub.call(
        lambda state: (
            (space := state.spaces["ada/renamed"]).visibility,
            space.runtime.replicas,
            space.runtime.dev_mode,
        )
    )
    assert state == ("private", 2, True)
    assert len([one for one in hub.requests() if "/commit/" in one.path]) == 1
    names = {one.id: one for one in running.snapshot.spaces}
    assert SPACE not in names
    assert names["ada/renamed"].visibility == "private"


def test_a_commit_of_somebody_else_is_kept(running: Running, hub: LocalHub) -> None:
    hub.commit(SPACE, {"README.md": README.replace("🧪", "🔬") + "more\n", "other.py": "x = 1\n"})
    assert applied(running, ApplySettings(SPACE, card=(EDIT,))).ok
    assert readme(hub) == README.replace("🧪", "🔬").replace("Lab\ne", "New title\ne") + "more\n"
    assert "other.py" in hub.files(SPACE)


def test_the_same_key_changed_by_somebody_else_is_left_alone(
    running: Running, hub: LocalHub
) -> None:
    theirs = README.replace("title: Lab", "title: Theirs")
    hub.commit(SPACE, {"README.md": theirs})
    outcome = applied(running, ApplySettings(SPACE, card=(EDIT,), visibility="private"))
    assert "Somebody else changed title" in errors(outcome)["card"]
    assert outcome.done == {"visibility"}
    assert readme(hub) == theirs


def test_what_the_card_has_already_is_not_committed_again(running: Running, hub: LocalHub) -> None:
    theirs = README.replace("title: Lab", "title: New title")
    hub.commit(SPACE, {"README.md": theirs})
    hub.clear_requests()
    assert applied(running, ApplySettings(SPACE, card=(EDIT,))).ok
    assert not [one for one in hub.requests() if "/commit/" in one.path]
    license_too = CardEdit("license", None, CardValue("mit"))
    assert applied(running, ApplySettings(SPACE, card=(EDIT, license_too))).ok
    assert readme(hub) == theirs.replace("[a, b]\n", "[a, b]\nlicense: mit\n")


def test_a_head_that_moves_between_is_read_again(running: Running, hub: LocalHub) -> None:
    hub.fault("/commit/main", method="POST", status=412, body='{"error":"moved"}')
    assert applied(running, ApplySettings(SPACE, card=(EDIT,))).ok
    hub.fault("/commit/main", method="POST", status=412, count=None, body='{"error":"moved"}')
    again = CardEdit("title", "New title", CardValue("Third"))
    assert "all the time" in errors(applied(running, ApplySettings(SPACE, card=(again,))))["card"]


def test_a_lost_answer_of_the_commit_is_settled_by_reading(running: Running, hub: LocalHub) -> None:
    hub.fault("/commit/main", method="POST", drop="after")
    assert applied(running, ApplySettings(SPACE, card=(EDIT,))).ok
    hub.fault("/commit/main", method="POST", drop="before")
    again = CardEdit("title", "New title", CardValue("Third"))
    lost = applied(
        running, ApplySettings(SPACE, card=(again,), dev_mode=True, visibility="private")
    )
    assert "may have been done" in errors(lost)["card"]
    assert lost.steps[-1].key == "dev_mode"
    assert not lost.steps[-1].failed
    assert not lost.steps[-1].done


def test_a_card_the_hub_would_refuse_is_not_sent(running: Running, hub: LocalHub) -> None:
    bad = CardEdit("colorFrom", None, CardValue("black"))
    outcome = applied(running, ApplySettings(SPACE, card=(bad,)))
    assert "The Hub would not take this card" in errors(outcome)["card"]
    assert "colorFrom" in errors(outcome)["card"]
    assert not [one for one in hub.requests() if "/commit/" in one.path]
    found = running.session.ask(CheckCard(README.replace("gradio", "fortran"))).result(DEADLINE)
    assert not found.good


def test_a_card_that_cannot_be_edited_safely_is_left_alone(running: Running, hub: LocalHub) -> None:
    odd = README.replace("tags: [a, b]", "tags: [a,\nb]")
    hub.commit(SPACE, {"README.md": odd})
    outcome = applied(running, ApplySettings(SPACE, card=(EDIT,)))
    assert "goes on in the next line" in errors(outcome)["card"]
    assert readme(hub) == odd


def test_a_plan_that_does_not_cover_one_step_stops_no_other(
    hub: LocalHub, start: StartSession
) -> None:
    hub.create("bob/lab", files={"README.md": README})
    running = start(hub.url, hub.token("bob"))
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    change = ApplySettings("bob/lab", visibility="protected", dev_mode=True, card=(EDIT,))
    outcome = applied(running, change)
    assert outcome.done == {"card"}
    assert "plan" in errors(outcome)["visibility"]
    assert "plan" in errors(outcome)["dev_mode"]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_refusals_carry_the_hubs_word(running: Running, hub: LocalHub, status: int) -> None:
    hub.fault("/settings", method="PUT", status=status, body='{"error":"not so"}')
    outcome = applied(running, ApplySettings(SPACE, visibility="private", replicas=1))
    assert "not so" in errors(outcome)["visibility"]
    assert (outcome.steps[1].done or outcome.steps[1].failed) == (status == 403)


def test_a_lost_answer_of_each_step_is_settled(running: Running, hub: LocalHub) -> None:
    for path in ("/settings", "/dev-mode", "/replicas", "/repos/move"):
        hub.fault(path, drop="after")
    uid = loaded(running).space.uid
    change = ApplySettings(
        SPACE, uid, visibility="private", replicas=1, dev_mode=True, new_id="ada/other"
    )
    assert applied(running, change).ok
    assert any(one.id == "ada/other" for one in running.snapshot.spaces)


def test_a_taken_name_is_refused_and_the_rest_is_done(running: Running, hub: LocalHub) -> None:
    hub.create("ada/taken")
    outcome = applied(running, ApplySettings(SPACE, visibility="private", new_id="ada/taken"))
    assert outcome.done == {"visibility"}
    assert "already exists" in errors(outcome)["name"]


def test_another_space_of_that_name_is_left_alone(running: Running, hub: LocalHub) -> None:
    uid = loaded(running).space.uid
    hub.rename(SPACE, "ada/gone-on")
    hub.create(SPACE)
    outcome = applied(running, ApplySettings(SPACE, uid, visibility="private", dev_mode=True))
    assert "Another Space" in errors(outcome)["visibility"]
    assert not outcome.done
    hub.delete(SPACE)


def test_a_watched_space_keeps_its_name(running: Running, hub: LocalHub, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    running.session.watch(SPACE, str(folder), WatchOptions()).result(DEADLINE)
    running.until(lambda s: s.watches[SPACE].state is not SyncState.STARTING)
    outcome = applied(running, ApplySettings(SPACE, new_id="ada/other"))
    assert "watched" in errors(outcome)["name"]
    assert not [one for one in hub.requests() if "/repos/move" in one.path]


def test_a_console_that_only_reads_changes_nothing(hub: LocalHub, start: StartSession) -> None:
    running = start(hub.url, hub.token(), read_only=True)
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    assert loaded(running).readme == README
    with pytest.raises(CommandError, match="read-only"):
        applied(running, ApplySettings(SPACE, visibility="private"))
