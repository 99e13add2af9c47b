"""Stages: what is billed, what moves by itself, and what nobody has told us about."""

import pytest

from spaces_tui.model.stage import Kind, Stage

BILLED = {"APP_STARTING", "RUNNING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"}
TRANSITIONAL = {"BUILDING", "RUNNING_BUILDING", "APP_STARTING", "RUNNING_APP_STARTING"}
SCHEMA = {
    *BILLED,
    *TRANSITIONAL,
    "NO_APP_FILE",
    "CONFIG_ERROR",
    "BUILD_ERROR",
    "RUNTIME_ERROR",
    "STOPPED",
    "SLEEPING",
    "PAUSED",
    "DELETING",
}


@pytest.mark.parametrize("name", sorted(SCHEMA))
def test_known_stages(name: str) -> None:
    stage = Stage(name)
    assert stage.known
    assert stage.billed == (name in BILLED)
    assert stage.transitional == (name in TRANSITIONAL)
    assert stage.word != name
    assert stage.kind is not Kind.UNKNOWN


def test_a_first_build_costs_nothing() -> None:
    assert not Stage("BUILDING").billed


def test_an_unknown_stage_is_shown_verbatim_and_settled() -> None:
    stage = Stage("UNAVAILABLE")
    assert (stage.word, stage.kind, stage.transitional, stage.billed) == (
        "UNAVAILABLE",
        Kind.UNKNOWN,
        False,
        False,
    )


def test_an_unknown_stage_that_says_so_is_transitional() -> None:
    stage = Stage("RUNNING_CONTAINER_STARTING")
    assert stage.transitional
    assert stage.kind is Kind.WORKING
    assert stage.word == "RUNNING_CONTAINER_STARTING"
