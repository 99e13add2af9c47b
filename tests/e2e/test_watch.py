"""`spaces-tui watch` as scripts see it: a process, its lines, its exit code."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, Watch, environment, run

pytestmark = pytest.mark.e2e


def started(folder: Path, hub: HubProcess, home: Path, *options: str) -> Watch:
    """Start watching `folder` for the Space."""
    return Watch([str(folder), SPACE, *options], environment(home, **hub.variables()))


def test_a_saved_file_is_committed_and_followed_until_it_is_live(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home, "--json", "--yes") as watch:
        plan = watch.until("plan")
        assert [file["path"] for file in plan["upload"]] == ["app.py"]
        assert plan["delete"] == []
        first = watch.until("commit")
        watch.until("live", oid=first["oid"])
        watch.until("state", state="in-sync")
        seen = len(watch.events)

        (folder / "app.py").write_text("print('second')\n")
        (folder / "notes.txt").write_text("new\n")
        second = watch.until("commit", parent=first["oid"])
        live = watch.until("live", oid=second["oid"])

        assert second["uploaded"] == ["app.py", "notes.txt"]
        assert second["requests"] == 2
        assert second["seconds"] <= live["seconds"]
        assert hub.text(SPACE, "app.py") == "print('second')\n"
        later = watch.events[seen:]
        order = [one["event"] for one in later if one["event"] != "state"]
        assert order[:2] == ["changed", "commit"]
        assert order[-1] == "live"
        assert {one["stage"] for one in later if one["event"] == "stage"} >= {"RUNNING_BUILDING"}
        assert all(one["time"].endswith("Z") for one in watch.events)
        watch.say("stop")
        assert watch.wait() == 0


def test_a_saved_function_is_patched_into_the_running_app(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home, "--json", "--yes") as watch:
        watch.until("live")
        watch.until("state", state="in-sync")
        hub.ask("clear_requests")
        (folder / "app.py").write_text("def greet():\n    return 1\n")
        reload = watch.until("reload", replaced=["function greet (new)", "page refreshed"])
        assert watch.until("commit", oid=reload["oid"])["hot_reload"] is True
        watch.until("live", oid=reload["oid"])
        assert len(hub.received("POST", "/commit/")) == 1
        assert hub.received("POST", "/restart") == []


def test_a_save_is_one_request(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home, "--json", "--yes", "--no-follow") as watch:
        first = watch.until("commit")
        watch.until("state", state="in-sync")
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('again')\n")
        watch.until("commit", parent=first["oid"])
        sent = [one for one in hub.ask("requests") if one["method"] == "POST"]
        assert [one["path"] for one in sent] == [f"/api/spaces/{SPACE}/commit/main"]


def test_nothing_is_sent_before_the_plan_is_accepted(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home, "--json") as watch:
        watch.until("state", state="plan")
        assert hub.received("POST", "/commit/") == []
        watch.say("accept")
        watch.until("commit")
        assert hub.text(SPACE, "app.py") == "print('first')\n"
        watch.say("stop")
        assert watch.wait() == 0


def test_plain_lines_are_for_people(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home) as watch:
        watch.until_line("plan: upload 1, delete 0")
        watch.until_line("Type accept and press enter")
        watch.say("accept")
        assert "app.py" in watch.until_line("committed")
        watch.until_line("live")
        watch.until_line("in-sync")
        watch.say("nonsense")
        watch.until_line("“nonsense” is not a command")
        watch.say("stop")
        assert watch.wait() == 0


def test_once_brings_the_space_up_to_date_and_ends(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home, "--once", "--yes", "--json", "--no-follow") as watch:
        assert watch.wait() == 0
        assert [one["event"] for one in watch.events].count("commit") == 1
    hub.ask("clear_requests")
    with started(folder, hub, home, "--once", "--yes", "--json", "--no-follow") as watch:
        assert watch.wait() == 0
        assert hub.received("POST", "/commit/") == []


def test_a_dry_run_changes_nothing(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home, "--dry-run", "--json") as watch:
        assert watch.wait() == 0
        assert [file["path"] for file in watch.until("plan")["upload"]] == ["app.py"]
    assert [one["path"] for one in hub.ask("requests") if one["method"] != "GET"] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_a_stop(
    hub: HubProcess, home: Path, folder: Path, number: signal.Signals
) -> None:
    with started(folder, hub, home, "--json", "--yes", "--no-follow") as watch:
        watch.until("state", state="in-sync")
        watch.signal(number)
        assert watch.wait() == 130
        assert watch.events[-1]["state"] == "stopped"
        assert watch.complaint() == ""


def test_the_end_of_input_is_no_stop(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home, "--json", "--yes", "--no-follow") as watch:
        first = watch.until("commit")
        watch.until("state", state="in-sync")
        watch.end_input()
        (folder / "app.py").write_text("print('still here')\n")
        watch.until("commit", parent=first["oid"])


def test_a_change_on_both_sides_is_a_conflict(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home, "--once", "--yes", "--no-follow") as watch:
        assert watch.wait() == 0
    (folder / "app.py").write_text("print('mine')\n")
    hub.ask("commit", space=SPACE, files={"app.py": "print('theirs')\n"})
    with started(folder, hub, home, "--once", "--yes", "--json", "--no-follow") as watch:
        assert watch.wait() == 3
        assert watch.until("conflict")["paths"] == ["app.py"]
    assert hub.text(SPACE, "app.py") == "print('theirs')\n"


def test_secrets_stay_here(hub: HubProcess, home: Path, folder: Path) -> None:
    (folder / ".env").write_text("PASSWORD=hunter2\n")
    (folder / "settings.py").write_text(f'KEY = "{hub.token()}"\n')
    with started(folder, hub, home, "--once", "--yes", "--json", "--no-follow") as watch:
        watch.wait()
        assert watch.until("commit")["uploaded"] == ["app.py"]
        assert hub.token() not in watch.transcript()


def one_sentence(watch: Watch, code: int) -> str:
    """Return the one thing a failing watch says."""
    assert watch.wait() == code, watch.transcript()
    errors = [one["message"] for one in watch.events if one["event"] == "error"]
    assert watch.complaint() == ""
    assert len(errors) == 1, watch.transcript()
    message: str = errors[0]
    assert "\n" not in message
    return message


def test_without_a_token(hub: HubProcess, home: Path, folder: Path) -> None:
    with Watch([str(folder), SPACE, "--json"], environment(home, HF_ENDPOINT=hub.url)) as watch:
        assert "HF_TOKEN" in one_sentence(watch, 4)


def test_with_a_token_the_hub_does_not_know(hub: HubProcess, home: Path, folder: Path) -> None:
    variables = {"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_" + "x" * 34}
    with Watch([str(folder), SPACE, "--json"], environment(home, **variables)) as watch:
        message = one_sentence(watch, 4)
        assert "token" in message
        assert variables["HF_TOKEN"] not in message


def test_with_a_token_that_may_only_read(hub: HubProcess, home: Path, folder: Path) -> None:
    env = environment(home, **hub.variables(role="read"))
    with Watch([str(folder), SPACE, "--json", "--yes"], env) as watch:
        assert watch.wait() == 4
    assert hub.text(SPACE, "README.md")


def test_a_space_that_is_not_there(hub: HubProcess, home: Path, folder: Path) -> None:
    env = environment(home, **hub.variables())
    with Watch([str(folder), "ada/nowhere", "--json"], env) as watch:
        assert "There is no Space ada/nowhere" in one_sentence(watch, 1)


def test_a_folder_that_is_not_there(hub: HubProcess, home: Path, tmp_path: Path) -> None:
    with started(tmp_path / "missing", hub, home, "--json") as watch:
        assert "missing" in one_sentence(watch, 1)


def test_a_hub_that_refuses_connections(home: Path, folder: Path) -> None:
    variables = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": "hf_" + "x" * 34}
    with Watch([str(folder), SPACE, "--json", "--once"], environment(home, **variables)) as watch:
        assert "No connection" in one_sentence(watch, 1)


def test_an_endpoint_that_is_none(home: Path, folder: Path) -> None:
    variables = {"HF_ENDPOINT": "no endpoint", "HF_TOKEN": "hf_" + "x" * 34}
    with Watch([str(folder), SPACE, "--json"], environment(home, **variables)) as watch:
        assert "no endpoint" in one_sentence(watch, 1)


@pytest.mark.parametrize("name", ["nonsense", "a/b/c", "https://example.org/spaces/a/b"])
def test_a_name_that_cannot_be(home: Path, folder: Path, name: str) -> None:
    done = run(["watch", str(folder), name], environment(home))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
