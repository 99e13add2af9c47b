"""Edits that wait, what is read meanwhile, and what comes from elsewhere."""

from __future__ import annotations

from dataclasses import replace

from spaces_tui.model.envfile import read_envfile
from spaces_tui.model.environment import EntryKind, Environment, SecretInfo, Variable
from spaces_tui.model.identity import Secret
from spaces_tui.model.incoming import Fate, fate, from_file, from_space, taken
from spaces_tui.model.staging import Staging

VARIABLE = EntryKind.VARIABLE
SECRET = EntryKind.SECRET
HERE = Environment(
    "ada/lab",
    {"GREETING": Variable("GREETING", "hello", "said first"), "MODE": Variable("MODE", "fast")},
    {"API_KEY": SecretInfo("API_KEY")},
)


def test_what_is_set_already_is_no_edit() -> None:
    staging = Staging(HERE)

    def edits(value: str, description: str) -> int:
        staging.put(VARIABLE, "GREETING", value, description)
        return len(staging.edits)

    assert edits("hi", "said first") == 1
    assert edits("hello", "said first") == 0
    assert edits("hello", "another description") == 1


def test_what_is_new_and_deleted_again_is_nothing() -> None:
    staging = Staging(HERE)
    staging.put(VARIABLE, "NEW", "x")
    staging.delete(VARIABLE, "NEW")
    assert not staging.edits


def test_one_name_is_never_in_both_lists() -> None:
    staging = Staging(HERE)
    assert "is a variable already" in staging.problem_of_name(SECRET, "MODE")
    staging.delete(VARIABLE, "MODE")
    assert staging.problem_of_name(SECRET, "MODE") == ""
    staging.put(SECRET, "MODE", Secret("x"))
    assert staging.problem() == ""
    staging.undo(VARIABLE, "MODE")
    assert "MODE is a variable already" in staging.problem()


def test_a_missing_value_holds_everything_back() -> None:
    staging = Staging(HERE)
    staging.put(SECRET, "TOKEN", None)
    assert "TOKEN needs a value" in staging.problem()
    staging.put(SECRET, "TOKEN", Secret("x"))
    assert staging.problem() == ""


def test_edits_of_what_somebody_else_changed_are_contested() -> None:
    staging = Staging(HERE)
    staging.put(VARIABLE, "GREETING", "mine")
    staging.put(VARIABLE, "MODE", "slow")
    staging.delete(SECRET, "API_KEY")
    theirs = Variable("GREETING", "theirs")
    staging.rebase(
        replace(HERE, variables={"GREETING": theirs, "MODE": Variable("MODE", "slow")}, secrets={})
    )
    (edit,) = staging.edits
    assert (edit.key, edit.contested, edit.before) == ("GREETING", True, theirs)


def test_what_was_done_is_forgotten() -> None:
    staging = Staging(HERE)
    staging.put(VARIABLE, "ONE", "1")
    staging.put(SECRET, "TWO", Secret("2"))
    staging.settle({"secret:TWO"})
    assert [edit.key for edit in staging.edits] == ["ONE"]
    staging.clear()
    assert not staging.edits


def test_a_file_is_compared_with_what_is_set() -> None:
    staging = Staging(HERE)
    text = "GREETING=hello\nMODE=slow\nNEW=x\nAPI_KEY=k\nOPENAI_API_KEY=k\nSPACE_ID=1\nMY-X=1\n"
    rows = from_file(read_envfile(text))
    assert {row.key: fate(row, staging)[0] for row in rows} == {
        "GREETING": Fate.SAME,
        "MODE": Fate.CHANGED,
        "NEW": Fate.NEW,
        "API_KEY": Fate.REPLACED,
        "OPENAI_API_KEY": Fate.NEW,
        "SPACE_ID": Fate.REFUSED,
        "MY-X": Fate.REFUSED,
    }
    assert {row.key for row in rows if row.kind is SECRET} == {"API_KEY", "OPENAI_API_KEY"}
    assert taken(rows, staging) == 4
    assert {edit.step for edit in staging.edits} == {
        "variable:MODE", "variable:NEW", "secret:API_KEY", "secret:OPENAI_API_KEY",
    }  # fmt: skip


def test_a_row_can_be_left_out_or_go_to_the_other_list() -> None:
    staging = Staging(HERE)
    rows = {row.key: row for row in from_file(read_envfile("API_KEY=k\nNEW=x\nMODE=slow\n"))}
    public = rows["API_KEY"].flipped()
    assert fate(public, staging)[0] is Fate.COLLISION
    assert taken([public, rows["MODE"].toggled(), rows["NEW"].flipped()], staging) == 1
    (edit,) = staging.edits
    assert (edit.step, edit.value) == ("secret:NEW", Secret("x"))


def test_another_space_gives_values_of_variables_and_names_of_secrets() -> None:
    staging = Staging(HERE)
    other = Environment(
        "ada/other",
        {"MODE": Variable("MODE", "slow", "how")},
        {"API_KEY": SecretInfo("API_KEY"), "TOKEN": SecretInfo("TOKEN", "for mail")},
    )
    assert taken(from_space(other, staging), staging) == 2
    assert {(edit.step, edit.value, edit.description) for edit in staging.edits} == {
        ("variable:MODE", "slow", "how"),
        ("secret:TOKEN", None, "for mail"),
    }
