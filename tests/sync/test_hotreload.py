"""Hot reload: when it is asked for, what became of it, and the way back when it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces_tui.model.hotreload import HotReloading, ReloadEvent, ReplicaReload
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync import Batch
from spaces_tui.model.sync_events import Committed, Reloaded, Warned, WentLive
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.hotreload import (
    App,
    decide,
    failure,
    new_enough,
    refusal,
    replaced,
)
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.read import Content
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

FILES = {"app.py": b"x = 1\n", "util.py": b"u = 1\n", "README.md": b"---\nsdk: gradio\n---\n"}
RUNNING = Runtime(Stage("RUNNING"))
GRADIO = Space("ada/demo", sdk="gradio", sdk_version="6.2.0", runtime=RUNNING)
APP = App(GRADIO, RUNNING, current=True)
TAKEN = HotReloading("created", (ReplicaReload("r1", "created"), ReplicaReload("r2", None)))
REPORT = (
    ReloadEvent("update", object_type="function", object_name="greet"),
    ReloadEvent("add", object_type="class", object_name="App"),
    ReloadEvent("run", code_lines="a = 1\nb = 2"),
    ReloadEvent("run", code_lines="c = 3"),
    ReloadEvent("ui", updated=True),
)
WORDS = ("function greet", "class App (new)", "ran 3 lines", "page refreshed")


def batch(*uploads: str, deletes: tuple[str, ...] = ()) -> Diff:
    return Diff({path: Content(1, path) for path in uploads}, deletes)


def verdict(
    diff: Diff, app: App = APP, mode: str = "auto", *, follow: bool = True
) -> tuple[bool, str]:
    made = decide(mode, diff, {"app.py", "util.py"}, app, follow=follow)
    return made.hot, made.why


def test_one_python_file_of_a_running_gradio_app_is_reloaded() -> None:
    assert verdict(batch("app.py")) == (True, "")


@pytest.mark.parametrize(
    ("diff", "why"),
    [
        (batch("app.py", "util.py"), "2 files change"),
        (batch("app.py", "requirements.txt"), "2 files change"),
        (batch("app.py", deletes=("util.py",)), "util.py is deleted"),
        (batch("new.py"), "new.py is new"),
        (batch("README.md"), ""),
        (batch("requirements.txt"), ""),
    ],
)
def test_other_batches_are_built_and_those_with_python_say_why(diff: Diff, why: str) -> None:
    assert verdict(diff) == (False, why)


@pytest.mark.parametrize(
    "app",
    [
        App(),
        replace(APP, space=replace(GRADIO, sdk="docker")),
        replace(APP, space=replace(GRADIO, sdk_version="5.49.1")),
        replace(APP, space=replace(GRADIO, sdk_version=None)),
        replace(APP, runtime=None),
        replace(APP, runtime=Runtime(Stage("SLEEPING"))),
        replace(APP, runtime=Runtime(Stage("RUNNING_BUILDING"))),
        replace(APP, runtime=Runtime(Stage("RUNNING"), dev_mode=True)),
    ],
)
def test_what_cannot_be_reloaded_is_not_asked_for(app: App) -> None:
    assert verdict(batch("app.py"), app) == (False, "")


def test_a_process_that_is_behind_is_not_patched_into_a_mixture() -> None:
    assert not verdict(batch("app.py"), replace(APP, current=False))[0]
    behind = replace(APP, lacking=frozenset({"util.py"}))
    assert verdict(batch("app.py"), behind) == (False, "the app still lacks util.py")
    assert verdict(batch("util.py"), behind) == (True, "")
    busy = replace(APP, obstacle="the reload before is still under way")
    assert verdict(batch("app.py"), busy) == (False, busy.obstacle)


def test_always_asks_wherever_it_can_and_never_does_not() -> None:
    assert verdict(batch("app.py"), App(), "always") == (True, "")
    assert verdict(batch("app.py"), App(), "always", follow=False) == (True, "")
    assert verdict(batch("a.txt"), APP, "always") == (False, "a.txt is not Python")
    assert verdict(batch("app.py"), APP, "never") == (False, "")
    assert verdict(batch("app.py"), follow=False) == (False, "")


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("6.1.0", True),
        ("6.1", True),
        ("6.10", True),
        ("6.1.0.post1", True),
        ("7", True),
        ("6.1.0b1", False),
        ("6.1.0-beta.2", False),
        ("6.0.2", False),
        ("5.49.1", False),
        ("latest", False),
        ("", False),
        (None, False),
    ],
)
def test_versions(version: str | None, enough: bool) -> None:
    assert new_enough(version) is enough


def test_what_was_replaced_is_said_once_for_all_replicas() -> None:
    assert replaced([REPORT, REPORT]) == WORDS
    more = (
        ReloadEvent("delete", object_type="function", object_name="old"),
        ReloadEvent("ui", updated=False),
        ReloadEvent("file", created=True),
        ReloadEvent("novelty"),
    )
    assert replaced([more]) == ("function old (removed)", "file created", "novelty")


def test_why_it_failed() -> None:
    assert refusal(TAKEN) == ""
    assert refusal(HotReloading("canceled")) == "the Hub says canceled"
    assert refusal(HotReloading("created")) == "no replica took it"
    busy = HotReloading("created", (ReplicaReload("r1", "alreadyReloading"),))
    assert refusal(busy) == "replica r1 says alreadyReloading"
    assert failure(REPORT) == ""
    trace = "Traceback:\n  File x\nNameError: name 'y' is not defined\n\n"
    assert failure([ReloadEvent("exception", traceback=trace)]) == (
        "NameError: name 'y' is not defined"
    )
    assert failure([ReloadEvent("error")]) == "the app reports an error"


def gradio(rig: Rig, reloading: HotReloading | None = TAKEN) -> None:
    """Let the Space be a running Gradio app that takes hot reloads."""
    rig.seed(FILES)
    rig.space.facts = GRADIO
    rig.space.reloading = reloading
    rig.space.reports = {"r1": REPORT, "r2": REPORT}


def newest(rig: Rig) -> Batch:
    assert rig.engine is not None
    return rig.engine.status.batches[0]


async def test_a_save_is_patched_in(rig: Rig) -> None:
    gradio(rig)
    async with rig.running() as engine:
        rig.space.calls.clear()
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: rig.of(WentLive))
        assert not engine.wants_runtime
    assert rig.space.hot == [True]
    assert rig.space.calls == ["commit", "info", "reload_report", "reload_report"]
    assert rig.of(Committed)[0].hot
    done = newest(rig)
    assert (done.hot, done.replaced, done.note) == (True, WORDS, "")
    assert done.live is not None
    assert [event.replaced for event in rig.of(Reloaded)] == [WORDS]
    assert rig.of(WentLive)[0].hot
    assert rig.of(Warned) == []


async def test_two_saves_in_a_row_are_both_patched_in(rig: Rig) -> None:
    gradio(rig)
    async with rig.running():
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: len(rig.of(Reloaded)) == 1)
        rig.write("util.py", "u = 2\n")
        await rig.until(lambda: len(rig.of(Reloaded)) == 2)
    assert rig.space.hot == [True, True]
    assert "restart" not in rig.space.calls


@pytest.mark.parametrize(
    ("reloading", "reports", "said"),
    [
        (HotReloading("canceled"), {}, "the Hub says canceled"),
        (
            HotReloading("created", (ReplicaReload("r1", "fileNotFound"),)),
            {},
            "replica r1 says fileNotFound",
        ),
        (
            TAKEN,
            {"r1": REPORT, "r2": (ReloadEvent("exception", traceback="a\nValueError: no\x1b[2J"),)},
            "ValueError: no",
        ),
    ],
)
async def test_a_failed_reload_is_one_restart_and_no_second_commit(
    rig: Rig, reloading: HotReloading, reports: dict[str, tuple[ReloadEvent, ...]], said: str
) -> None:
    gradio(rig, reloading)
    rig.space.reports = reports
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: "restart" in rig.space.calls)
        await rig.until(lambda: newest(rig).building is not None)
        oid = rig.space.head_now
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=oid))
        await rig.until(lambda: rig.of(WentLive))
        await rig.looks()
    assert len(rig.space.ours) == 1
    assert rig.space.calls.count("restart") == 1
    note = f"The hot reload failed: {said}. The Space is restarted instead."
    assert [event.message for event in rig.of(Warned)] == [note]
    assert newest(rig).note == note
    assert rig.of(Reloaded) == []


async def test_after_a_reload_that_told_nothing_saves_are_built(rig: Rig) -> None:
    gradio(rig)
    rig.space.fail("reload_report", Fault(Trouble.GONE, message="The app knows nothing of it."))
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: "restart" in rig.space.calls)
        await rig.until(lambda: newest(rig).building is not None)
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=rig.space.head_now))
        rig.write("app.py", "x = 3\n")
        await rig.commits(2)
    assert rig.space.hot == [True, False]
    assert "no report came (The app knows nothing of it)" in rig.of(Warned)[0].message
    assert "did not tell" in rig.of(Committed)[1].note


async def test_a_restart_that_fails_is_said(rig: Rig) -> None:
    gradio(rig, HotReloading("canceled"))
    rig.space.fail("restart", Fault(Trouble.FORBIDDEN, message="No write access."))
    async with rig.running():
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: len(rig.of(Warned)) == 2)
        rig.write("util.py", "u = 2\n")
        await rig.commits(2)
    assert newest(rig).uploaded == ("util.py",)
    assert "cannot be restarted either: No write access." in rig.of(Warned)[1].message
    assert rig.space.hot == [True, False], "util.py must not be mixed with the old app.py"


async def test_code_that_cannot_run_is_not_started(rig: Rig) -> None:
    gradio(rig)
    rig.space.reports = {"r1": (ReloadEvent("error", traceback="SyntaxError: invalid syntax"),)}
    async with rig.running():
        rig.write("app.py", "def (\n")
        await rig.until(lambda: newest_note(rig))
        assert rig.of(Warned)[0].line == 1
        assert "the app runs on as it was" in newest(rig).note.lower()
        rig.space.reports = {"r1": REPORT, "r2": REPORT}
        rig.write("app.py", "x = 3\n")
        await rig.until(lambda: rig.of(Reloaded))
    assert "restart" not in rig.space.calls
    assert rig.space.hot == [True, True]


def newest_note(rig: Rig) -> str:
    return newest(rig).note if rig.engine and rig.engine.status.batches else ""


async def test_what_the_hub_takes_for_an_ordinary_commit_is_followed_as_one(rig: Rig) -> None:
    gradio(rig, None)
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: rig.of(Warned))
        oid = rig.space.head_now
        engine.runtime_seen(Runtime(Stage("RUNNING_BUILDING"), sha="0" * 40))
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=oid))
    assert rig.of(Warned)[0].message == (
        f"{oid[:7]} was not hot reloaded: the Space is built anew."
    )
    assert rig.of(WentLive)[0].oid == oid
    assert not newest(rig).hot


async def test_a_lost_answer_is_sent_again_as_a_reload(rig: Rig) -> None:
    gradio(rig)
    rig.space.fail("commit", Fault(Trouble.UNCLEAR))
    async with rig.running():
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: rig.of(Reloaded))
    assert rig.space.hot == [True, True]
    assert len(rig.space.ours) == 1


async def test_a_mixed_batch_is_built_and_says_so(rig: Rig) -> None:
    gradio(rig)
    async with rig.running():
        rig.write("app.py", "x = 2\n")
        rig.write("requirements.txt", "numpy\n")
        await rig.commits(1)
    assert rig.space.hot == [False]
    assert rig.of(Committed)[0].note == "built anew, not hot reloaded: 2 files change"


async def test_a_second_save_waits_for_the_reload_before(rig: Rig) -> None:
    gradio(rig)
    rig.speed = 1.0
    async with rig.running() as engine:
        # The Hub's head lags, so that what became of the first save stays open for a while.
        rig.space.fail("info", *[Fault(Trouble.OFFLINE) for _ in range(3)])
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: rig.space.ours)
        rig.write("util.py", "u = 2\n")
        await rig.until(lambda: "hot reloaded" in engine.status.reason)
        assert engine.status.state is SyncState.SETTLING
        await rig.until(lambda: len(rig.of(Reloaded)) == 2)
    assert rig.space.hot == [True, True]


async def test_once_ends_when_the_reload_is_done(rig: Rig) -> None:
    gradio(rig)
    await rig.once()
    rig.write("app.py", "x = 2\n")
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.hot == [True]
    assert len(rig.of(Reloaded)) == 1
