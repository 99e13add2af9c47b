"""Edits of volumes: laid over what is there, told from what others did; where one may mount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.mounting import Mounted, MountStaging, StorageEdit, differences
from spaces_tui.model.mountpath import mount_note, mount_problem, tidy_mount
from spaces_tui.model.storage import refusal
from spaces_tui.model.volume import Volume

DATA = Volume("bucket", "ada/data", "/data", read_only=False)
CORPUS = Volume("dataset", "acme/corpus", "/corpus", read_only=True, revision="main")
HIDDEN = Volume("bucket", "****/******", "/secret", read_only=True)
NEW = Volume("model", "ada/tiny", "/tiny")


def staging(*volumes: Volume, storage: str | None = None) -> MountStaging:
    return MountStaging(Mounted("ada/lab", volumes, storage))


def test_an_edit_an_addition_and_a_removal_make_one_list() -> None:
    edits = staging(DATA, CORPUS)
    other = replace(DATA, read_only=True)
    edits.put(DATA, other)
    edits.remove(CORPUS)
    edits.put(None, NEW)
    assert edits.result == (other, NEW)
    assert edits.count == 3
    assert edits.problem() == ""
    edits.settle({"volumes"})
    assert edits.mounted.volumes == (other, NEW)
    assert edits.count == 0


def test_what_is_there_already_is_no_edit() -> None:
    edits = staging(CORPUS)
    edits.put(CORPUS, replace(CORPUS, revision=None, read_only=None))
    assert edits.count == 0
    edits.put(CORPUS, replace(CORPUS, revision="v2"))
    edits.put(CORPUS, CORPUS)
    assert edits.count == 0


def test_an_added_volume_is_edited_in_its_place() -> None:
    edits = staging()
    edits.put(None, NEW)
    edits.put(None, DATA)
    edits.put(None, replace(NEW, mount_path="/model"), edits.added[0])
    assert [one.mount_path for one in edits.result] == ["/model", "/data"]
    edits.undo(edits.added[1])
    assert [one.mount_path for one in edits.result] == ["/model"]


def test_a_rebase_keeps_edits_and_tells_what_others_changed() -> None:
    edits = staging(DATA, CORPUS)
    edits.put(DATA, replace(DATA, read_only=True))
    edits.remove(CORPUS)
    edits.put(None, NEW)
    theirs = replace(DATA, source="acme/other")
    elsewhere = Volume("space", "ada/x", "/x")
    edits.rebase(Mounted("ada/lab", (theirs, elsewhere)))
    changed, added = edits.edits
    assert (changed.before, changed.contested) == (theirs, True)
    assert (added.before, added.contested) == (None, False)
    assert [one.mount_path for one in edits.result] == ["/data", "/x", "/tiny"]


def test_a_rebase_on_what_was_wanted_leaves_nothing() -> None:
    edits = staging(DATA, storage="small")
    edits.put(None, NEW)
    edits.remove(DATA)
    edits.storage = StorageEdit("medium")
    edits.rebase(Mounted("ada/lab", (NEW.spelled_out,), "medium"))
    assert edits.count == 0


def test_what_was_unmounted_meanwhile_is_mounted_again_after_a_look() -> None:
    edits = staging(DATA)
    edits.put(DATA, replace(DATA, read_only=True))
    edits.rebase(Mounted("ada/lab"))
    (edit,) = edits.edits
    assert (edit.before, edit.contested) == (None, True)


def test_a_place_that_was_taken_meanwhile_is_contested() -> None:
    edits = staging()
    edits.put(None, DATA)
    theirs = replace(DATA, source="acme/theirs")
    edits.rebase(Mounted("ada/lab", (theirs,)))
    (edit,) = edits.edits
    assert (edit.before, edit.after, edit.contested) == (theirs, DATA, True)


def test_a_new_volume_in_the_place_of_a_removed_one_changes_it() -> None:
    edits = staging(DATA, CORPUS)
    edits.remove(DATA)
    other = replace(DATA, source="ada/other")
    edits.put(None, other)
    assert [(one.before, one.after) for one in edits.edits] == [(DATA, other)]
    edits.remove(DATA)
    edits.put(None, DATA)
    assert edits.count == 0
    edits.remove(DATA)
    edits.put(None, NEW)
    edits.put(None, other, edits.edits[1])
    assert [(one.before, one.after) for one in edits.edits] == [(DATA, other)]


def test_a_new_volume_stands_where_another_was_moved_away() -> None:
    edits = staging(DATA)
    away = replace(DATA, mount_path="/old")
    edits.put(DATA, away)
    other = replace(DATA, source="ada/other")
    edits.put(None, other)
    assert list(edits.result) == [away, other]
    assert edits.problem() == ""
    edits.rebase(Mounted("ada/lab", (DATA, CORPUS)))
    assert list(edits.result) == [away, CORPUS, other]
    assert not any(one.contested for one in edits.edits)


def test_what_was_filled_in_while_others_changed_it_is_laid_over_that() -> None:
    edits = staging(DATA)
    edits.put(DATA, replace(DATA, read_only=True))
    (old,) = edits.edits
    edits.rebase(Mounted("ada/lab", (DATA,)))
    edits.put(DATA, replace(DATA, path="x"), old)
    (old,) = edits.edits
    theirs = replace(DATA, source="acme/theirs")
    edits.rebase(Mounted("ada/lab", (theirs,)))
    mine = replace(DATA, path="mine")
    edits.put(DATA, mine, old)
    assert edits.result == (mine,)
    assert edits.edits[0].contested


PLACES = st.sampled_from(["/a", "/b", "/c", "/d"])
VOLUMES = st.builds(
    Volume, st.just("bucket"), st.sampled_from(["x/1", "x/2"]), PLACES, read_only=st.booleans()
)
LISTS = st.lists(VOLUMES, max_size=3, unique_by=lambda one: one.mount_path).map(tuple)


@given(LISTS, st.lists(st.tuples(st.integers(0, 4), VOLUMES, LISTS), max_size=6))
def test_what_nobody_touched_is_always_kept(
    here: tuple[Volume, ...], acts: list[tuple[int, Volume, tuple[Volume, ...]]]
) -> None:
    edits = staging(*here)
    for kind, volume, other in acts:
        there = edits.mounted.at(volume.mount_path)
        taken = edits.taken(there)
        if kind == 0:
            edits.rebase(Mounted("ada/lab", other))
        elif kind == 1 and there:
            edits.remove(there)
        elif kind == 2 and there:
            edits.put(there, volume, edits.edit(there))
        elif kind == 3 and volume.mount_path not in edits.taken():
            edits.put(None, volume)
        elif kind == 4 and edits.added and volume.mount_path not in taken:
            edits.put(None, volume, edits.added[0])
    seen = [one.before for one in edits.edits if one.before]
    assert len(seen) == len(set(seen))
    kept = [one for one in edits.mounted.volumes if edits.edit(one) is None]
    wanted = [one.after for one in edits.edits if one.after]
    assert set(edits.result) == {*kept, *wanted}


def test_hidden_sources_hold_back_every_change_of_volumes_but_not_of_storage() -> None:
    edits = staging(HIDDEN, DATA)
    edits.remove(DATA)
    assert "hidden from this account" in edits.problem()
    edits = staging(HIDDEN)
    edits.storage = StorageEdit("small")
    assert edits.problem() == ""


def test_two_volumes_and_storage_never_share_a_place() -> None:
    edits = staging(CORPUS)
    edits.put(None, replace(NEW, mount_path="/corpus/"))
    assert "mounted at /corpus already" in edits.problem()
    edits = staging(DATA)
    edits.storage = StorageEdit("small")
    assert "A volume is mounted at /data" in edits.problem()
    edits = staging(storage="large")
    edits.put(None, DATA)
    assert "storage tier is mounted at /data" in edits.problem()
    edits = staging(storage="large")
    edits.storage = StorageEdit("small")
    assert "delete large first" in edits.problem()


def test_differences_are_named_by_place() -> None:
    now = (replace(DATA, read_only=True), NEW)
    assert differences((DATA, CORPUS), now) == [
        "/data was changed",
        "/corpus was removed",
        "ada/tiny was mounted at /tiny",
    ]
    assert differences((CORPUS,), (replace(CORPUS, revision=None, read_only=None),)) == []
    assert differences((DATA,), (DATA, DATA)) == ["the list was changed"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("data", "begins with /"),
        ("/", "whole disk"),
        ("//", "whole disk"),
        ("/a/../b", "without . and .."),
        ("/proc/x", "belongs to the system"),
        ("/etc/", "belongs to the system"),
        ("/a:b", "no colons"),
        ("/a\tb", "no colons and no control"),
        ("/taken/", "mounted at /taken already"),
    ],
)
def test_where_nothing_can_be_mounted(path: str, why: str) -> None:
    assert why in mount_problem(path, ("/taken",))


def test_where_something_can_be_mounted() -> None:
    for path in ("/data", "/mnt/x", "/home/user/cache", "/var/lib/x", "/with space"):
        assert mount_problem(path, ("/taken",)) == ""
    assert tidy_mount(" /a//b/ ") == "/a/b"
    assert "where most apps have their own files" in mount_note("/app")
    assert "inside another mount (/taken)" in mount_note("/taken/x", ("/taken",))
    assert mount_note("/data", ("/taken",)) == ""


def test_storage_grows_and_never_shrinks() -> None:
    assert refusal(None, "small") == ""
    assert refusal("small", "large") == ""
    assert refusal("odd", "small") == ""
    assert "has small already" in refusal("small", "small")
    assert "delete large first, with all its data, then ask for small" in refusal("large", "small")
