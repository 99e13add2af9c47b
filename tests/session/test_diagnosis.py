"""Why a Space is down, through the session: by itself, on request, and written down for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.diagnosis import Diagnosis, Remedy
from spaces_tui.model.environment import Edit, EntryKind
from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.diagnosis import Diagnose, WriteBundle
from spaces_tui.session.requests.environment import ApplyEnvironment
from spaces_tui.session.requests.machine import SetSleepTime
from spaces_tui.session.snapshot import Link, Snapshot
from tests.session.conftest import DEADLINE, Running

BROKEN = {
    "ada/rag-demo": "packages.conflict",
    "ada/video-captioner": "memory.cuda",
    "ada/next-idea": "card.no-app-file",
    "acme/config-lab": "environment.collision",
}
TRACEBACK = (
    "Traceback (most recent call last):\n",
    '  File "/home/user/app/app.py", line 9, in <module>\n',
    '    key = os.environ["WEATHER_API_KEY"]\n',
    '  File "<frozen os>", line 714, in __getitem__\n',
    "KeyError: 'WEATHER_API_KEY'\n",
)


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def diagnosed(running: Running, space: str) -> Diagnosis:
    return running.session.ask(Diagnose(space)).result(DEADLINE)


def seen(snapshot: Snapshot) -> str:
    found = snapshot.detail.diagnosis if snapshot.detail else None
    return found.verdict.rule if found and found.verdict else ""


@pytest.mark.parametrize(("space", "rule"), BROKEN.items())
def test_each_broken_space_of_the_demo_has_its_cause(demo: Running, space: str, rule: str) -> None:
    demo.until(live)
    found = diagnosed(demo, space)
    assert found.trouble
    assert found.verdict is not None
    assert found.verdict.rule == rule
    assert found.verdict.evidence
    assert not [fact for fact in found.facts if fact.what.startswith("Not read")]


def test_healthy_spaces_of_the_demo_have_none(demo: Running) -> None:
    demo.until(live)
    for space in ("ada/whisper-live", "ada/old-chat", "acme/trainer", "northwind/edge-agent"):
        found = diagnosed(demo, space)
        assert found.verdict is None
        assert not found.trouble


def test_it_comes_by_itself_when_the_stage_turns_bad(demo: Running, demo_hub: LocalHub) -> None:
    space = "ada/whisper-live"
    demo.until(live)
    demo.session.attend(space, logs=frozenset({LogStream.RUN}))
    demo.until(lambda s: s.detail and s.detail.logs_note.get("run") == "following")
    assert not seen(demo.snapshot)
    for line in TRACEBACK:
        demo_hub.write_log(space, line)
    demo_hub.set_stage(space, "RUNTIME_ERROR", error="Exit code: 1. Reason: ")
    shown = demo.until(lambda s: seen(s) == "environment.missing")
    assert shown.detail is not None
    assert shown.detail.diagnosis is not None
    verdict = shown.detail.diagnosis.verdict
    assert verdict is not None
    assert verdict.cause.startswith("The app needs WEATHER_API_KEY")
    number = verdict.evidence[0].number
    assert number is not None
    told = demo.session.log(space, LogStream.RUN).line(number - 1)
    assert told is not None
    assert told.text == "KeyError: 'WEATHER_API_KEY'"
    demo_hub.set_stage(space, "RUNNING")
    demo.until(lambda s: s.detail is not None and s.detail.diagnosis is None)


def test_what_is_asked_for_reads_the_names_too(demo: Running, demo_hub: LocalHub) -> None:
    space = "ada/whisper-live"
    demo.until(live)
    demo_hub.reset_log(space)
    for line in TRACEBACK:
        demo_hub.write_log(space, line)
    demo_hub.set_stage(space, "RUNTIME_ERROR", error="Exit code: 1. Reason: ")
    verdict = diagnosed(demo, space).verdict
    assert verdict is not None
    assert verdict.cause.endswith("there is no variable or secret of this name.")
    assert [(fix.remedy, fix.target) for fix in verdict.fixes] == [
        (Remedy.SECRET, "WEATHER_API_KEY")
    ]


def test_what_cannot_be_read_is_named_and_stops_nothing(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    for path in ("/secrets", "/variables", "/tree/", "/logs/"):
        demo_hub.fault(f"/ada/video-captioner{path}", status=403, body='{"error":"not you"}')
    found = diagnosed(demo, "ada/video-captioner")
    assert found.verdict is not None
    assert found.verdict.rule == "memory.cuda"
    missing = {fact.what for fact in found.facts if fact.what.startswith("Not read")}
    assert missing >= {"Not read: the log", "Not read: the files"}
    with pytest.raises(CommandError, match="ada/no-such"):
        diagnosed(demo, "ada/no-such")


def test_a_bundle_holds_what_helps_and_nothing_secret(
    demo: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    space = "ada/rag-demo"
    demo.until(live)
    edit = Edit(EntryKind.VARIABLE, "PUBLIC", value="planted-8")
    assert demo.session.ask(ApplyEnvironment(space, (edit,))).result(DEADLINE).ok
    demo_hub.set_stage(space, "BUILD_ERROR", error="Job failed with exit code: 1")
    demo_hub.reset_log(space, "build")
    planted = "hf_" + "q" * 34
    demo_hub.write_log(space, "nothing runs\n")
    for line in (
        f"using {planted} and OPENAI_API_KEY=planted-value-7\n",
        "the public value is planted-8\n",
        "ERROR: No matching distribution found for torhc\n",
    ):
        demo_hub.write_log(space, line, "build")
    demo.session.ask(SetSleepTime(space, 1800)).result(DEADLINE)
    path = tmp_path / "bundle.txt"
    written = demo.session.ask(WriteBundle(diagnosed(demo, space), str(path))).result(DEADLINE)
    assert written == str(path)
    text = path.read_text()
    assert "There is no torhc to install" in text
    assert "the public value is" in text
    assert "(request " in text
    assert f"Hub        {demo_hub.url}" in text
    assert "BUILD_ERROR" in text
    assert path.stat().st_mode & 0o077 == 0
    for secret in (planted, "planted-value-7", "planted-8", demo_hub.token()):
        assert secret not in text
    with pytest.raises(CommandError, match="nothing is overwritten"):
        demo.session.ask(WriteBundle(diagnosed(demo, space), str(path))).result(DEADLINE)
    assert path.read_text() == text


def test_a_bundle_leaves_logs_out_when_nobody_knows_what_to_mask(
    demo: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    space = "ada/rag-demo"
    demo.until(live)
    found = diagnosed(demo, space)
    demo_hub.fault(f"/{space}/variables", count=2, status=403, body='{"error":"not you"}')
    path = tmp_path / "bundle.txt"
    demo.session.ask(WriteBundle(found, str(path))).result(DEADLINE)
    text = path.read_text()
    assert "left out, since nobody knows which values to mask" in text
    assert "ResolutionImpossible" not in text
    with pytest.raises(CommandError, match="could not be written"):
        demo.session.ask(WriteBundle(found, str(tmp_path / "no" / "folder"))).result(DEADLINE)
