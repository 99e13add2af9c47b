"""What `spaces-tui watch` writes into a folder: in a conflict, and into an empty one."""

from __future__ import annotations

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, Watch, environment, run, wait_until
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

FILES = {"app.py": "print('space')\n", "pkg/util.py": "u = 1\n", ".gitignore": "*.log\n"}


@pytest.fixture
def filled(hub: HubProcess) -> dict[str, str]:
    """Put files on the Space; return all it holds."""
    hub.ask("commit", space=SPACE, files=FILES)
    request = urllib.request.Request(
        f"{hub.url}/api/spaces/{SPACE}/tree/main?recursive=true",
        headers={"Authorization": f"Bearer {hub.token()}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        entries = json.load(answer)
    paths = [entry["path"] for entry in entries if entry["type"] == "file"]
    return {path: hub.text(SPACE, path) for path in paths}


def started(folder: Path, hub: HubProcess, home: Path, *options: str) -> Watch:
    arguments = [str(folder), SPACE, "--json", "--no-follow", *options]
    return Watch(arguments, environment(home, **hub.variables()))


def contents(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def commits(hub: HubProcess) -> int:
    return len(hub.received("POST", "/commit/"))


def collide(hub: HubProcess, watch: Watch, folder: Path, here: str, there: str) -> str:
    """Change app.py on both sides; return the Space's commit."""
    oid: str = hub.ask("commit", space=SPACE, files={"app.py": there})["oid"]
    (folder / "app.py").write_text(here)
    assert watch.until("conflict", remote_oid=oid)["paths"] == ["app.py"]
    return oid


def test_a_new_folder_in_one_call(
    hub: HubProcess, home: Path, tmp_path: Path, filled: dict[str, str]
) -> None:
    folder = tmp_path / "deep" / "new"
    env = environment(home, **hub.variables())
    done = run(["watch", str(folder), SPACE, "--from-space", "--once"], env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert contents(folder) == filled
    assert "fetched" in done.stdout
    again = run(["watch", str(folder), SPACE, "--from-space", "--once"], env)
    assert again.returncode == 1
    assert "is not empty" in again.stdout
    settled = run(["watch", str(folder), SPACE, "--once", "--yes"], env)
    assert settled.returncode == 0
    assert commits(hub) == 0


def test_an_empty_folder_asks(
    hub: HubProcess, home: Path, tmp_path: Path, filled: dict[str, str]
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with started(folder, hub, home) as watch:
        plan = watch.until("plan")
        assert {file["path"] for file in plan["fetch"]} == filled.keys()
        assert contents(folder) == {}
        watch.say("theirs")
        assert set(watch.until("fetched")["paths"]) == filled.keys()
        watch.until("state", state="in-sync")
        assert contents(folder) == filled
        (folder / "app.py").write_text("print('mine')\n")
        assert watch.until("commit")["uploaded"] == ["app.py"]
        watch.say("stop")
        assert watch.wait() == 0
    assert commits(hub) == 1


def test_a_start_that_is_killed_goes_on(
    hub: HubProcess, home: Path, tmp_path: Path, filled: dict[str, str]
) -> None:
    folder = tmp_path / "new"
    hub.ask("fault", path=r"/resolve/.*/app\.py", count=None, bytes_per_second=1)
    with started(folder, hub, home, "--from-space") as watch:
        wait_until(
            lambda: len([path for path in contents(folder) if path in filled]) == len(filled) - 1,
            "all but the slow file are here",
        )
        watch.signal(signal.SIGKILL)
        watch.wait()
    assert [path for path in contents(folder) if path.endswith(".part")]
    assert "app.py" not in contents(folder)
    hub.ask("clear_faults")
    hub.ask("clear_requests")
    with started(folder, hub, home) as watch:
        assert [file["path"] for file in watch.until("plan")["fetch"]] == ["app.py"]
        watch.say("theirs")
        watch.until("state", state="in-sync")
        assert contents(folder) == filled
        watch.say("stop")
        watch.wait()
    assert len(hub.received("GET", "/resolve/")) == 1
    assert commits(hub) == 0


def test_every_way_out_of_a_conflict(hub: HubProcess, home: Path, folder: Path) -> None:
    with started(folder, hub, home, "--yes") as watch:
        watch.until("commit")
        watch.until("state", state="in-sync")
        before = commits(hub)
        first = collide(hub, watch, folder, "here = 1\n", "there = 1\n")
        watch.say("theirs app.py")
        told = watch.until("fetched", oid=first)
        assert (folder / "app.py").read_text() == "there = 1\n"
        assert Path(told["replaced"]["app.py"]).read_text() == "here = 1\n"

        second = collide(hub, watch, folder, "here = 2\n", "there = 2\n")
        watch.say("both")
        watch.until("fetched", oid=second)
        beside = f"app.remote-{second[:7]}.py"
        watch.until("commit", parent=second, uploaded=["app.py", beside])
        assert (folder / beside).read_text() == hub.text(SPACE, beside) == "there = 2\n"
        assert (folder / "app.py").read_text() == hub.text(SPACE, "app.py") == "here = 2\n"

        third = collide(hub, watch, folder, "here = 3\n", "there = 3\n")
        watch.say("mine app.py")
        watch.until("commit", parent=third, uploaded=["app.py"])
        assert hub.text(SPACE, "app.py") == "here = 3\n"
        watch.say("theirs nothere.py")
        assert watch.until("error")["message"] == "Nothing is in conflict."
        watch.say("stop")
        assert watch.wait() == 0
    # each conflict was met by one commit that was refused; two of the ways send one
    assert commits(hub) - before == 3 + 2


def test_a_conflict_ends_a_single_run_with_its_own_code(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    env = environment(home, **hub.variables())
    assert run(["watch", str(folder), SPACE, "--once", "--yes"], env).returncode == 0
    hub.ask("commit", space=SPACE, files={"app.py": "there\n"})
    (folder / "app.py").write_text("here\n")
    done = run(["watch", str(folder), SPACE, "--once", "--yes"], env)
    assert done.returncode == 3
    assert "theirs app.py" in done.stdout
    assert (folder / "app.py").read_text() == "here\n"


def test_what_the_space_names_outside_stays_outside(
    hub: HubProcess, home: Path, tmp_path: Path, filled: dict[str, str]
) -> None:
    hub.ask("commit", space=SPACE, files={".env": "A=1\n", "node_modules/x.js": "1\n"})
    folder = tmp_path / "new"
    with started(folder, hub, home, "--from-space", "--once") as watch:
        assert watch.wait() == 0
        refused = {event["path"] for event in watch.events if event["event"] == "refused"}
    assert refused == {".env", "node_modules/x.js"}
    assert contents(folder) == filled


def test_two_machines_with_one_space(hub: HubProcess, home: Path, tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        root.mkdir()
        (root / "app.py").write_text("same\n")
    first, second = (started(root, hub, home, "--yes") for root in roots)
    with first, second:
        for watch in (first, second):
            watch.until("state", state="in-sync")
        (roots[0] / "a.py").write_text("a\n")
        (roots[1] / "b.py").write_text("b\n")
        one = first.until("commit", uploaded=["a.py"])
        two = second.until("commit", uploaded=["b.py"])
        assert (one["parent"] == two["oid"]) != (two["parent"] == one["oid"])
        for watch in (first, second):
            watch.say("stop")
            assert watch.wait() == 0
    assert (hub.text(SPACE, "a.py"), hub.text(SPACE, "b.py")) == ("a\n", "b\n")
    assert not (roots[0] / "b.py").exists()


def test_one_command_puts_back_what_ran(hub: HubProcess, home: Path, folder: Path) -> None:
    arguments = [str(folder), SPACE, "--json", "--yes"]
    with Watch(arguments, environment(home, **hub.variables())) as watch:
        good = watch.until("commit")
        watch.until("live", oid=good["oid"])
        (folder / "app.py").write_text("def broken(\n")
        bad = watch.until("commit", parent=good["oid"])
        wait_until(lambda: _tells(watch, "restore"), "the engine knows what was good")
        back = watch.until("commit", parent=bad["oid"])
        assert hub.text(SPACE, "app.py") == "print('first')\n"
        held = watch.until("held", paths=["app.py"])
        assert good["oid"][:7] in held["reason"]
        assert (folder / "app.py").read_text() == "def broken(\n"
        (folder / "app.py").write_text("print('mended')\n")
        watch.until("commit", parent=back["oid"])
        assert hub.text(SPACE, "app.py") == "print('mended')\n"
        watch.say("stop")
        watch.wait()


def _tells(watch: Watch, command: str) -> bool:
    """Give a command; return whether it was not refused at once."""
    before = len([one for one in watch.events if one["event"] == "error"])
    watch.say(command)
    wait_until(
        lambda: len([one for one in watch.events if one["event"] in {"error", "held"}]) > before,
        "an answer",
    )
    return len([one for one in watch.events if one["event"] == "error"]) == before
