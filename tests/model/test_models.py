"""The model's door: what comes in is clean, what is secret stays in."""

import pickle
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pytest

from spaces_tui.model.hardware import Hardware
from spaces_tui.model.identity import Identity, Organization, Secret
from spaces_tui.model.logs import LogLine
from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import Stage


@dataclass(frozen=True)
class _Holder:
    secret: Secret


EVIL = "\x1b]52;c;eA==\x07evil\x9b31m\u202e"


def test_server_text_is_cleaned_at_the_door() -> None:
    runtime = Runtime(
        stage=Stage("RUNNING" + EVIL),
        hardware="t4" + EVIL,
        error_message=f"line one\nline two {EVIL}",
        domains=(Domain(EVIL, EVIL),),
    )
    space = Space("ada/x", title=EVIL, tags=(EVIL,), sdk=EVIL, runtime=runtime)
    line = LogLine(None, EVIL)
    shown = repr((asdict(space), asdict(line), Identity("ada", EVIL), Organization(EVIL)))
    assert "\\x1b" not in shown
    assert "\\x9b" not in shown
    assert "\\u202e" not in shown
    assert runtime.error_message == "line one\nline two evil"


def test_a_secret_shows_nothing() -> None:
    secret = Secret("hf_abcdef")
    assert "abcdef" not in f"{secret} {secret!r} {[secret]} {asdict(_Holder(secret))}"
    assert secret.reveal() == "hf_abcdef"
    assert secret == Secret("hf_abcdef")
    assert secret != Secret("hf_other")
    assert not Secret("")
    with pytest.raises(TypeError, match="never serialised"):
        pickle.dumps(secret)


def test_prices_are_the_documented_ones() -> None:
    assert Hardware("t4-small", "T4", "4", "15", None, 6667).usd_per_hour == 0.4
    assert Hardware("l4x4", "L4", "48", "186", None, 63333).usd_per_hour == 3.8


def test_live_means_running_that_commit_or_unknown() -> None:
    assert Runtime(Stage("RUNNING"), sha="a").is_live("a")
    assert Runtime(Stage("RUNNING")).is_live("a")
    assert not Runtime(Stage("RUNNING"), sha="b").is_live("a")
    assert not Runtime(Stage("RUNNING_BUILDING"), sha="a").is_live("a")


def test_namespaces_start_with_oneself() -> None:
    identity = Identity("ada", organizations=(Organization("acme"), Organization("zeta")))
    assert identity.namespaces == ("ada", "acme", "zeta")


def test_times_of_lines_survive() -> None:
    moment = datetime(2026, 5, 4, 10, 11, 12, tzinfo=UTC)
    assert LogLine(moment, "x").time == moment
