"""What runs the guard by itself: its texts, and installing and removing them."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spaces_tui.cli import main
from spaces_tui.guard.schedule import Schedule, Way
from spaces_tui.guard.timer import (
    MARK,
    SERVICE,
    TIMER,
    Run,
    TimerError,
    cron_line,
    run_of,
    service_text,
    timer_text,
    with_line,
    without_line,
)
from tests.timers import TOKEN, here

__all__ = ["here"]


def test_the_line_of_the_crontab_is_one_command_for_the_shell() -> None:
    run = Run(("/opt/my python", "-m", "spaces_tui", "guard"), {"HF_HOME": "/h/50% a'b"})
    line = cron_line(run, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/7/bus"})
    assert line.startswith("*/2 * * * * ")
    command = line.removeprefix("*/2 * * * * ").replace("\\%", "%")
    assert shlex.split(command, comments=True) == [
        "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/7/bus",
        "HF_HOME=/h/50% a'b",
        "/opt/my python",
        *("-m", "spaces_tui", "guard", ">/dev/null"),
    ]
    assert "%" not in line.replace("\\%", "")


def test_other_lines_of_the_crontab_stay_as_they_are() -> None:
    theirs = "MAILTO=ada\n# spaces-tui-guard\n0 1 * * * backup"
    ours = f"*/2 * * * * x {MARK}"
    once = with_line(theirs, ours)
    assert once == f"{theirs}\n{ours}\n"
    assert with_line(once, ours) == once
    assert without_line(once) == f"{theirs}\n"


@pytest.mark.parametrize(
    "value", [f"https://me:{'x' * 9}@hub.test", f"https://h/?token={TOKEN}", "a\nb"]
)
def test_what_must_not_be_written_down_is_refused(value: str) -> None:
    with pytest.raises(TimerError) as raised:
        run_of({"HF_ENDPOINT": value})
    assert value not in str(raised.value)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    odd = {"HF_HOME": f'{tmp_path}/a "b" 50% $HOME \\n', "HF_ENDPOINT": "https://hub.test"}
    (tmp_path / SERVICE).write_text(service_text(run_of(odd)))
    (tmp_path / TIMER).write_text(timer_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / TIMER), str(tmp_path / SERVICE)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    said = [line for line in done.stderr.splitlines() if "spaces-tui-guard" in line]
    if "nitialize manager" in done.stderr:
        pytest.skip("systemd-analyze does not work in here")
    assert said == []


def test_cron_is_installed_once_and_removed_again(here: Path) -> None:
    (here / "crontab").write_text("0 1 * * * backup\n")
    assert main(["guard", "--install", "cron", "--yes"]) == 0
    assert main(["guard", "--install", "cron", "--yes"]) == 0
    lines = (here / "crontab").read_text().splitlines()
    assert lines[0] == "0 1 * * * backup"
    assert len(lines) == 2
    assert shlex.quote(sys.executable) in lines[1]
    assert TOKEN not in lines[1]
    assert Schedule(os.environ).standing(Way.CRON).installed
    assert main(["guard", "--remove", "--yes"]) == 0
    assert (here / "crontab").read_text() == "0 1 * * * backup\n"


def test_a_crontab_that_cannot_be_read_is_not_written_over(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "crontab").write_text("0 1 * * * backup\n")
    (here / "broken").touch()
    assert main(["guard", "--install", "cron", "--yes"]) == 1
    assert "crontab -l failed: cannot open your crontab." in capsys.readouterr().err
    assert (here / "crontab").read_text() == "0 1 * * * backup\n"


def test_the_timer_is_installed_shown_and_removed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guard", "--install", "systemd", "--yes"]) == 0
    shown = capsys.readouterr().out
    units = here / "conf" / "systemd" / "user"
    for name in (SERVICE, TIMER):
        text = (units / name).read_text()
        assert f"write {units / name}" in shown
        assert all(line in shown for line in text.splitlines())
        assert TOKEN not in text
    assert "spaces-tui login keeps" in shown
    assert main(["guard", "--show"]) == 0
    assert "systemd  installed\ncron     not installed\n" in capsys.readouterr().out
    assert main(["guard", "--remove", "--yes"]) == 0
    assert list(units.iterdir()) == []
    calls = (here / "calls").read_text().splitlines()
    assert f"--user enable --now {TIMER}" in calls
    assert f"--user disable --now {TIMER}" in calls


def test_what_systemd_refuses_leaves_nothing_behind(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "refuse").touch()
    assert main(["guard", "--install", "systemd", "--yes"]) == 1
    assert f"enable --now {TIMER} failed: Failed to enable." in capsys.readouterr().err
    assert list((here / "conf" / "systemd" / "user").iterdir()) == []


def test_without_a_yes_nothing_is_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guard", "--install", "cron"]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert not (here / "crontab").exists()


def test_a_machine_without_either_says_so(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(here / "nothing"))
    assert main(["guard", "--install", "cron", "--yes"]) == 1
    assert "There is no crontab on this machine." in capsys.readouterr().err
    assert main(["guard", "--remove"]) == 0
    assert "Nothing runs the guard by itself." in capsys.readouterr().out
