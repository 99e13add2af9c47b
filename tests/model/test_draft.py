"""A Space that is being thought up: what goes together, what is sent, what would be missing."""

from __future__ import annotations

import pytest

from spaces_tui.model.draft import FREE, USUAL_SLEEP, ZERO, Draft, Part
from spaces_tui.model.environment import (
    EntryKind,
    Environment,
    NewSecret,
    NewVariable,
    SecretInfo,
    UsedName,
    UsedNames,
    Variable,
)
from spaces_tui.model.hardware import Hardware
from spaces_tui.model.identity import Secret
from spaces_tui.model.mounting import StorageEdit
from spaces_tui.model.newspace import Rest, Source, Template
from spaces_tui.model.sleep import NEVER
from spaces_tui.model.space import Space
from spaces_tui.model.spacename import space_name_problem
from spaces_tui.model.volume import Volume

PRICES = {
    name: Hardware(name, name, "2 vCPU", "16 GB", None, micro)
    for name, micro in ((FREE, 0), ("t4-small", 6667))
}
JUPYTER = Template("JupyterLab", "docker", "SpacesExamples/jupyterlab", prefer_private=True)


def draft(**chosen: object) -> Draft:
    made = Draft("ada", "app")
    for name, value in chosen.items():
        setattr(made, name, value)
    return made


def source(environment: Environment | None, *names: str) -> Source:
    used = UsedNames(tuple(UsedName(name, "app.py", 1) for name in names), 1)
    return Source(Space("bob/app", sdk="docker"), environment, used=used)


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("a", True),
        ("My.app_2-x", True),
        ("a" * 96, True),
        ("", False),
        ("a" * 97, False),
        ("a b", False),
        ("ä", False),
        ("a/b", False),
        ("-a", False),
        ("a.", False),
        ("a--b", False),
        ("a..b", False),
        ("a.git", False),
        ("a\n", False),
    ],
)
def test_names_as_the_hub_takes_them(name: str, fine: bool) -> None:
    assert (space_name_problem(name) == "") is fine


def test_paid_hardware_is_never_without_a_sleep_time() -> None:
    made = draft(hardware="t4-small")
    assert made.wish(PRICES).sleep_time == USUAL_SLEEP
    made.take(Part.SLEEP, str(NEVER))
    assert made.wish(PRICES).sleep_time == NEVER
    made.take(Part.SLEEP, "900")
    assert made.wish(PRICES).sleep_time == 900
    made.take(Part.SLEEP, "2h")
    assert made.wish(PRICES).sleep_time == 7200
    assert draft(hardware="unheard-of").wish(PRICES).sleep_time == USUAL_SLEEP
    for free in (FREE, ZERO):
        assert draft(hardware=free).wish(PRICES).sleep_time is None


def test_nothing_about_a_machine_is_sent_for_a_static_space() -> None:
    made = draft(sdk="static", hardware="t4-small", dev_mode=True, folder="./src")
    made.mounts.put(None, Volume("bucket", "ada/files", "/files"))
    made.mounts.storage = StorageEdit("small")
    wish = made.wish(PRICES)
    assert (wish.hardware, wish.sleep_time, wish.volumes, wish.dev_mode) == (None, None, (), None)
    assert made.rest() == Rest(folder="./src")
    assert made.blocked(Part.HARDWARE, PRICES)
    assert made.blocked(Part.SLEEP, PRICES) == "A static Space never sleeps."


def test_a_template_and_its_sdk_go_together() -> None:
    made = draft(visibility="public")
    made.take_template(JUPYTER)
    assert (made.sdk, made.visibility) == ("docker", "private")
    made.take(Part.SDK, "gradio")
    assert made.template is None
    made.take_template(JUPYTER)
    made.folder = "./src"
    assert "not from both" in made.problem()


def test_shared_gpus_run_one_sdk_only() -> None:
    assert draft(hardware=ZERO).problem() == ""
    assert "Gradio only" in draft(hardware=ZERO, sdk="docker").problem()


def test_both_lists_are_sent_with_what_was_staged() -> None:
    made = draft()
    made.staging.put(EntryKind.VARIABLE, "MODE", "fast", "how")
    made.staging.put(EntryKind.SECRET, "KEY", Secret("x"))
    wish = made.wish(PRICES)
    assert wish.variables == (NewVariable("MODE", "fast", "how"),)
    assert wish.secrets == (NewSecret("KEY", Secret("x")),)
    made.staging.put(EntryKind.SECRET, "OTHER", None)
    assert "OTHER needs a value" in made.problem()


def test_missing_secrets_of_ones_own_source_are_certain() -> None:
    known = Environment("bob/app", {"MODE": Variable("MODE", "x")}, {"KEY": SecretInfo("KEY")})
    made = draft(dev_mode=True)
    made.take_source(source(known, "KEY", "MODE", "OTHER"))
    assert made.sdk == "docker"
    assert [one.name for one in made.missing().names] == ["KEY"]
    assert made.missing().certain
    wanted = made.wanted_names()
    assert wanted is not None
    assert [(one.name, one.path) for one in wanted.names] == [
        ("KEY", ""), ("MODE", "app.py"), ("OTHER", "app.py"),
    ]  # fmt: skip
    made.staging.put(EntryKind.SECRET, "KEY", Secret("x"))
    assert made.missing().names == ()
    assert made.rest() == Rest(dev_mode=True)
    assert made.copy(PRICES).secrets == (NewSecret("KEY", Secret("x")),)


def test_missing_secrets_of_others_are_what_the_code_asks_for() -> None:
    made = draft()
    made.take_source(source(Environment("bob/app", {}, None, "no"), "API_KEY", "MODE", "SPACE_ID"))
    missing = made.missing()
    assert [one.name for one in missing.names] == ["API_KEY"]
    assert not missing.certain
    made.take_source(source(None, "HF_TOKEN"))
    assert [one.name for one in made.missing().names] == ["HF_TOKEN"]


def test_a_name_that_a_copied_variable_has_is_no_secret() -> None:
    made = draft()
    made.take_source(source(Environment("bob/app", {"MODE": Variable("MODE", "x")}, None)))
    made.staging.put(EntryKind.SECRET, "MODE", Secret("x"))
    assert "one name in both lists" in made.problem()
