"""Files of a Space through a session: look, edit as one commit, go back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TypeVar

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.files import FileContent
from spaces_tui.model.repo import EntryType
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.files import (
    EditFile,
    ListFolder,
    LoadCommit,
    LoadHistory,
    LoadTouched,
    PlanRollback,
    ReadFile,
    RollBack,
)
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession, put_large

T = TypeVar("T")
SPACE = "ada/files"
BINARY = bytes(range(256)) * 8
BEFORE: Mapping[str, str | bytes] = {
    "README.md": "---\nsdk: gradio\n---\n",
    "app.py": "print(1)\n",
    "src/deep/x.py": "x = 1\n",
    "src/y.py": "y = 1\n",
}


@pytest.fixture
def running(local_hub: LocalHub, start: StartSession) -> Running:
    """A session, and a Space with texts in folders and a large file."""
    local_hub.create(SPACE, files=BEFORE)
    asyncio.run(put_large(local_hub, SPACE, "model.bin", BINARY))
    session = start(local_hub.url, local_hub.token())
    session.until(lambda s: s.connection.link is Link.LIVE)
    return session


def ask(running: Running, request: Request[T]) -> T:
    return running.session.ask(request).result(DEADLINE)


def opened(running: Running, path: str = "app.py") -> FileContent:
    return ask(running, ReadFile(SPACE, path))


def edited(running: Running, text: str, *, path: str = "app.py", title: str = "Edit") -> Outcome:
    return ask(running, EditFile(SPACE, path, opened(running, path).content_id, text, title))


def commits(hub: LocalHub) -> int:
    return len([one for one in hub.requests() if one.method == "POST" and "/commit/" in one.path])


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def test_folders_come_one_by_one_with_sizes(running: Running, local_hub: LocalHub) -> None:
    root = ask(running, ListFolder(SPACE))
    assert root.revision == local_hub.head(SPACE)
    assert [entry.path for entry in root.entries][:2] == ["src", ".gitattributes"]
    sizes = {entry.path: entry.size for entry in root.entries}
    assert sizes["app.py"] == 9
    assert sizes["model.bin"] == len(BINARY)
    below = ask(running, ListFolder(SPACE, "src", root.revision))
    assert [entry.path for entry in below.entries] == ["src/deep", "src/y.py"]
    assert below.entries[0].type is EntryType.DIRECTORY


def test_who_touched_a_file_last(running: Running, local_hub: LocalHub) -> None:
    head = local_hub.commit(SPACE, {"app.py": "print(2)\n"}, title="Two\x1b[31m")
    touched = ask(running, LoadTouched(SPACE, head, ("app.py", "src", "gone.py")))
    assert touched["app.py"].title == "Two"
    assert touched["app.py"].oid == head
    assert touched["src"].oid != head
    assert "gone.py" not in touched


def test_ten_thousand_files_are_followed_through_all_pages(
    running: Running, local_hub: LocalHub
) -> None:
    names = {f"many/{number:05}.txt": "x" for number in range(2_500)}
    local_hub.commit(SPACE, names)
    local_hub.clear_requests()
    found = ask(running, ListFolder(SPACE, "many"))
    assert len(found.entries) == len(names)
    assert len([one for one in local_hub.requests() if "/tree/" in one.path]) == 3


def test_texts_are_read_and_others_described(running: Running, local_hub: LocalHub) -> None:
    local_hub.commit(SPACE, {"latin.txt": b"caf\xe9 au lait", "long.txt": "a" * 1_100_000})
    assert opened(running).text == "print(1)\n"
    assert opened(running, "model.bin").note == "binary, 2.0 kB"
    assert opened(running, "latin.txt").note == "not UTF-8, 12 B"
    local_hub.clear_requests()
    assert opened(running, "long.txt").note == "too large to show, 1.1 MB"
    assert not [one for one in local_hub.requests() if "/resolve/" in one.path]
    with pytest.raises(CommandError, match="not on the Space any more"):
        opened(running, "nowhere.py")


def test_an_empty_repository_and_one_that_is_not_there(
    running: Running, local_hub: LocalHub
) -> None:
    local_hub.create("ada/bare", files={})
    local_hub.commit("ada/bare", dict.fromkeys(local_hub.files("ada/bare")))
    assert ask(running, ListFolder("ada/bare")).entries == ()
    with pytest.raises(CommandError, match="no Space ada/nothing"):
        ask(running, ListFolder("ada/nothing"))
    local_hub.fault("/tree/", status=403, body='{"error":"You are not in the authorized list"}')
    with pytest.raises(CommandError, match="not in the authorized list"):
        ask(running, ListFolder(SPACE))


def test_an_edit_is_one_commit_on_the_newest_one(running: Running, local_hub: LocalHub) -> None:
    local_hub.clear_requests()
    done = edited(running, "print(2)\r\n", title="Two")
    assert done.ok, done
    assert local_hub.files(SPACE)["app.py"] == b"print(2)\r\n"
    assert commits(local_hub) == 1
    newest = ask(running, LoadHistory(SPACE)).commits[0]
    assert (newest.title, newest.authors) == ("Two", ("ada",))


def test_an_edit_lands_beside_another_files_change(running: Running, local_hub: LocalHub) -> None:
    before = opened(running).content_id
    local_hub.commit(SPACE, {"src/y.py": "y = 2\n"})
    assert ask(running, EditFile(SPACE, "app.py", before, "print(3)\n", "Three")).ok
    files = local_hub.files(SPACE)
    assert (files["app.py"], files["src/y.py"]) == (b"print(3)\n", b"y = 2\n")


def test_an_edit_never_overwrites_and_is_never_lost(
    running: Running, local_hub: LocalHub, paths: Paths
) -> None:
    before = opened(running).content_id
    head = local_hub.commit(SPACE, {"app.py": "theirs\n"})
    done = ask(running, EditFile(SPACE, "app.py", before, "mine\n", "Mine"))
    assert not done.ok
    assert "Somebody else changed app.py meanwhile" in done.steps[0].error
    assert local_hub.head(SPACE) == head
    kept = list((paths.state / "edits").iterdir())
    assert [one.read_text() for one in kept] == ["mine\n"]
    assert str(kept[0]) in done.steps[0].error
    assert kept[0].stat().st_mode & 0o077 == 0


def test_a_commit_that_comes_in_between_is_noticed(running: Running, local_hub: LocalHub) -> None:
    before = opened(running).content_id
    local_hub.fault(
        "/commit/main", method="POST", status=412, body='{"error":"The branch was updated"}'
    )
    assert ask(running, EditFile(SPACE, "app.py", before, "print(4)\n", "Four")).ok
    assert local_hub.files(SPACE)["app.py"] == b"print(4)\n"


def test_a_lost_answer_is_settled_and_a_repetition_harmless(
    running: Running, local_hub: LocalHub
) -> None:
    before = opened(running).content_id
    local_hub.fault("/commit/main", method="POST", drop="after")
    local_hub.clear_requests()
    request = EditFile(SPACE, "app.py", before, "print(5)\n", "Five")
    assert ask(running, request).ok
    assert commits(local_hub) == 1
    assert ask(running, request).ok
    assert commits(local_hub) == 1


def test_a_refused_edit_is_kept(running: Running, local_hub: LocalHub, paths: Paths) -> None:
    local_hub.fault("/commit/main", method="POST", status=403, body='{"error":"not you"}')
    done = edited(running, "print(6)\n")
    assert "not you" in done.steps[0].error
    assert [one.read_text() for one in (paths.state / "edits").iterdir()] == ["print(6)\n"]


def test_what_breaks_before_the_commit_was_surely_not_sent(
    running: Running, local_hub: LocalHub
) -> None:
    old = local_hub.head(SPACE)
    local_hub.commit(SPACE, {"app.py": "print(2)\n"})
    before = opened(running).content_id
    plan = ask(running, PlanRollback(SPACE, old))
    local_hub.fault("/preupload/|/resolve/", status=500, count=None)
    for change in (EditFile(SPACE, "app.py", before, "mine\n", "Mine"), RollBack(SPACE, plan)):
        error = ask(running, change).steps[0].error
        assert "Nothing was sent." in error
        assert "may have been done" not in error


def test_a_token_in_a_text_is_not_sent(running: Running, local_hub: LocalHub, paths: Paths) -> None:
    local_hub.clear_requests()
    for text in (f"a\nt = '{local_hub.token()}'\n", "a\nk = 'AKIAABCDEFGHIJKLMNOP'\n"):
        done = edited(running, text)
        assert "Line 2 holds" in done.steps[0].error
        assert local_hub.token() not in repr(done)
    assert commits(local_hub) == 0
    assert not (paths.state / "edits").exists()


def test_a_text_that_is_stored_as_a_large_file_stays_one(
    running: Running, local_hub: LocalHub
) -> None:
    local_hub.commit(SPACE, {".gitattributes": "*.csv filter=lfs diff=lfs merge=lfs -text\n"})
    local_hub.commit(SPACE, {"data.csv": "a,b\n"})
    assert edited(running, "a,b\n1,2\n", path="data.csv").ok
    assert local_hub.files(SPACE)["data.csv"] == b"a,b\n1,2\n"
    entry = next(e for e in ask(running, ListFolder(SPACE)).entries if e.path == "data.csv")
    assert entry.lfs is not None


def test_history_is_paged_from_one_commit(running: Running, local_hub: LocalHub) -> None:
    for number in range(60):
        local_hub.commit(SPACE, {"n.txt": str(number)}, title=f"N {number}")
    first = ask(running, LoadHistory(SPACE))
    local_hub.commit(SPACE, {"n.txt": "later"}, title="Later")
    second = ask(running, LoadHistory(SPACE, first.revision, 1))
    assert (len(first.commits), first.more, second.more) == (50, True, False)
    titles = [commit.title for commit in (*first.commits, *second.commits)]
    assert titles[:2] == ["N 59", "N 58"]
    assert len(titles) == len(set(titles))
    assert "Later" not in titles


def test_what_a_commit_changed(running: Running, local_hub: LocalHub) -> None:
    oid = local_hub.commit(
        SPACE, {"app.py": "print(2)\n", "src/y.py": None, "new file.txt": "a\n--- b\n+++ c\n"}
    )
    changes = ask(running, LoadCommit(SPACE, oid))
    found = {file.path: file for file in changes.files}
    assert {path: file.kind for path, file in found.items()} == {
        "app.py": "changed",
        "new file.txt": "added",
        "src/y.py": "deleted",
    }
    assert found["app.py"].lines == ("@@ -1 +1 @@", "-print(1)", "+print(2)")
    assert found["new file.txt"].added == 3
    oldest = ask(running, LoadHistory(SPACE)).commits[-1]
    first = ask(running, LoadCommit(SPACE, oldest.oid))
    assert {file.kind for file in first.files} == {"added"}
    local_hub.fault("/compare/", status=404, body='{"error":"no such page"}')
    named = ask(running, LoadCommit(SPACE, oid))
    assert [file.path for file in named.files] == ["app.py", "new file.txt", "src/y.py"]
    assert "did not tell" in named.note


def test_a_roll_back_is_a_new_commit_with_the_old_tree(
    running: Running, local_hub: LocalHub
) -> None:
    old, before = local_hub.head(SPACE), local_hub.files(SPACE)
    local_hub.commit(SPACE, {"app.py": "broken\n", "src": "now a file\n", "src/y.py": None})
    local_hub.commit(SPACE, {"model.bin": None, "added/one.txt": "1", "src/deep/x.py": None})
    plan = ask(running, PlanRollback(SPACE, old))
    assert [entry.path for entry in plan.changed] == ["app.py"]
    assert [entry.path for entry in plan.back] == ["model.bin", "src/deep/x.py", "src/y.py"]
    assert [entry.path for entry in plan.gone] == ["added/one.txt", "src"]
    local_hub.clear_requests()
    done = ask(running, RollBack(SPACE, plan))
    assert done.ok, done
    assert local_hub.files(SPACE) == before
    assert commits(local_hub) == 1
    assert not [one for one in local_hub.requests() if "model.bin" in one.path]
    newest = ask(running, LoadHistory(SPACE)).commits[0]
    assert newest.title == f"Roll back to {old[:7]}"
    assert ask(running, PlanRollback(SPACE, old)).count == 0


def test_a_binary_that_was_in_git_itself_comes_back(running: Running, local_hub: LocalHub) -> None:
    old = local_hub.commit(SPACE, {"icon.ico": BINARY})
    local_hub.commit(SPACE, {"icon.ico": None})
    done = ask(running, RollBack(SPACE, ask(running, PlanRollback(SPACE, old))))
    assert done.ok, done
    assert local_hub.files(SPACE)["icon.ico"] == BINARY


def test_a_roll_back_refuses_what_it_did_not_plan_on(running: Running, local_hub: LocalHub) -> None:
    old = local_hub.head(SPACE)
    local_hub.commit(SPACE, {"app.py": "broken\n"})
    plan = ask(running, PlanRollback(SPACE, old))
    head = local_hub.commit(SPACE, {"src/y.py": "by somebody else\n"})
    done = ask(running, RollBack(SPACE, plan))
    assert "Somebody committed meanwhile" in done.steps[0].error
    assert local_hub.head(SPACE) == head


def test_a_roll_back_whose_answer_is_lost(running: Running, local_hub: LocalHub) -> None:
    old, before = local_hub.head(SPACE), local_hub.files(SPACE)
    local_hub.commit(SPACE, {"app.py": "broken\n"})
    plan = ask(running, PlanRollback(SPACE, old))
    local_hub.fault("/commit/main", method="POST", drop="after")
    assert ask(running, RollBack(SPACE, plan)).ok
    assert local_hub.files(SPACE) == before


def test_a_token_is_not_put_back(running: Running, local_hub: LocalHub) -> None:
    old = local_hub.commit(SPACE, {"app.py": f"t = '{local_hub.token()}'\n"})
    head = local_hub.commit(SPACE, {"app.py": "clean\n"})
    done = ask(running, RollBack(SPACE, ask(running, PlanRollback(SPACE, old))))
    assert "your own access token" in done.steps[0].error
    assert local_hub.head(SPACE) == head


def test_a_console_that_only_reads_neither_edits_nor_goes_back(
    local_hub: LocalHub, start: StartSession
) -> None:
    local_hub.create(SPACE, files=BEFORE)
    running = start(local_hub.url, local_hub.token(), read_only=True)
    running.until(live)
    before = local_hub.head(SPACE)
    with pytest.raises(CommandError, match="read-only"):
        edited(running, "print(2)\n")
    with pytest.raises(CommandError, match="read-only"):
        ask(running, RollBack(SPACE, ask(running, PlanRollback(SPACE, before))))
    assert local_hub.head(SPACE) == before
