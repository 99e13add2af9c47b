"""What is written down for others has nothing secret in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.diagnose.bundle import Bundle, bundle_text, without_secrets
from spaces_tui.model.diagnosis import Diagnosis, Fact
from spaces_tui.model.identity import Secret
from spaces_tui.model.journal import Record
from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import StageSpan

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nplanted\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        "token hf_" + "planted" * 6,
        "ghp_" + "planted" * 6,
        "AKIAPLANTEDPLANTED12",
        "sk-planted" * 4,
        f"before\n{KEY}\nafter",
        KEY.partition("-----END")[0],
        "DB_PASSWORD=planted and more",
        "'DB_PASSWORD': 'planted'",
        "postgres://ada:planted@db.example.org/x",
        "the region is planted",
        "Authorization: Bearer planted",
    ],
)
def test_planted_values_are_masked(text: str) -> None:
    cleaned = without_secrets(text, names=("DB_PASSWORD",), values=("planted", "on"))
    assert "planted" not in cleaned.lower()
    assert "•••" in cleaned
    shaped = without_secrets(text, names=("DB_PASSWORD",), values=())
    assert "planted" not in shaped.lower() or text == "the region is planted"


def test_a_secret_that_is_held_is_masked_whatever_it_looks_like() -> None:
    held = Secret("correct horse")
    assert "horse" not in without_secrets("it says correct horse here", (), ())
    assert held


def test_short_values_and_other_text_stay() -> None:
    text = "mode is on\n  File app.py, line 3"
    assert without_secrets(text, ("MODE",), ("on", "3")) == text


def test_it_tells_what_was_known() -> None:
    stages = (
        StageSpan(
            Stage("RUNNING"), NOON - timedelta(hours=2), NOON - timedelta(hours=1), after=NOON,
            sha="0123456789", hardware="t4-small",
        ),
        StageSpan(Stage("RUNTIME_ERROR"), NOON, NOON),
    )  # fmt: skip
    records = (
        Record(NOON, "ada/x", "restart", "", "req-1", "ada"),
        Record(NOON, "ada/x", "ask for a100-large", "No payment method.", "req-2", "ada"),
    )
    text = bundle_text(
        Bundle(
            Diagnosis("ada/x", facts=(Fact("Stage", "RUNTIME_ERROR"),)),
            NOON,
            ("spaces-tui 1.0",),
            "https://huggingface.co",
            stages,
            records,
            (("Container log, its end", ["one", "two"]), ("Build log, its end", [])),
        )
    )
    assert "No cause was found." in text
    assert "Stage: RUNTIME_ERROR" in text
    assert "RUNNING" in text
    assert "t4-small 0123456" in text
    assert "ask for a100-large: failed: No payment method. (request req-2)" in text
    assert "== Container log, its end ==\none\ntwo" in text
    assert "== Build log, its end ==\n(empty)" in text
