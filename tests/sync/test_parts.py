"""The pure parts of the engine: names, secrets, plans, windows, records, stages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync import Batch
from spaces_tui.model.sync_events import StageChanged, WentLive
from spaces_tui.model.tokens import TOKEN_SHAPES
from spaces_tui.sync.deny import denied_path, quiet_name, refused_name
from spaces_tui.sync.gate import Gate, delay_after
from spaces_tui.sync.index import RACY_NS, Index
from spaces_tui.sync.journal import Intent, Journal
from spaces_tui.sync.ledger import Anchor, Ledger, Stored
from spaces_tui.sync.live import LiveTracker
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.plan import Diff, compare, guard
from spaces_tui.sync.protocols import RemoteError, Trouble
from spaces_tui.sync.read import Content
from spaces_tui.sync.repository import safe
from spaces_tui.sync.scan import Stat
from spaces_tui.sync.secrets import find_secret
from spaces_tui.sync.send import title
from spaces_tui.sync.silence import Silence
from spaces_tui.sync.window import Window


def test_a_blob_has_gits_name() -> None:
    assert blob_oid(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert blob_oid(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".env.production", "a/.ENV", "deep/key.pem", "id_rsa", "id_ed25519_work", ".netrc",
        ".npmrc", "credentials.json", "service-account-7.json", ".aws", ".ssh", ".kube",
        ".docker/config.json", "huggingface/token",
    ],
)  # fmt: skip
def test_names_that_hold_secrets_are_refused(path: str) -> None:
    assert refused_name(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", ".env.sample", ".env.template", "id_rsa.pub", "config.json", "token",
        "environment.py", "keys.py", "monkey.txt", ".gitignore", ".gitattributes", "README.md",
    ],
)  # fmt: skip
def test_harmless_names_are_not(path: str) -> None:
    assert refused_name(path) is None
    assert not denied_path(path)


@pytest.mark.parametrize(
    "name",
    [
        ".git", "__pycache__", "a.pyc", ".DS_Store", "4913", "a.py~", ".a.py.swp", ".#a.py",
        "#a.py#", "a.py___jb_tmp___", ".goutputstream-X1", "node_modules", ".venv", ".cache",
    ],
)  # fmt: skip
def test_scratch_and_caches_are_skipped(name: str) -> None:
    assert quiet_name(name)
    assert denied_path(f"x/{name}/y")


@pytest.mark.parametrize(
    "line",
    [
        "T='hf_" + "a" * 34 + "'", "sk-" + "b" * 24, "ghp_" + "c" * 36, "github_pat_" + "d" * 40,
        "AKIA" + "E" * 16, "xoxb-" + "1" * 12, "AIza" + "f" * 35, "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_found_with_its_line(line: str) -> None:
    found = find_secret(f"import os\n\n{line}\n".encode(), ())
    assert found is not None
    assert found.line == 3
    assert find_secret(line.encode(), (), patterns=False) is None


def test_ordinary_code_is_no_secret() -> None:
    text = b"hf_hub_download('x')\nrisk-averse-and-long-identifier-here\nsk-learn\nAKIA\n"
    assert find_secret(text, (Secret(""),)) is None


def content(text: str) -> Content:
    return Content(len(text), blob_oid(text.encode()))


def ledger_of(**texts: str) -> Ledger:
    stored = {path: Stored(content(text).oid, len(text)) for path, text in texts.items()}
    return Ledger("h", stored, {path: Anchor(each[0], each[0]) for path, each in stored.items()})


@pytest.mark.parametrize(
    ("here", "there", "anchor", "outcome"),
    [
        ("a", "a", ("a", "a"), "unchanged"),
        ("b", "a", ("a", "a"), "uploads"),
        (None, "a", ("a", "a"), "deletes"),
        ("b", None, (None, None), "uploads"),
        ("a", "b", ("a", "a"), "stale"),
        ("c", "b", ("a", "a"), "conflicts"),
        ("b", "b", ("a", "a"), "unchanged"),
        (None, "b", ("a", "a"), "conflicts"),
        (None, "b", (None, None), "remote_only"),
        ("c", "b", (None, None), "conflicts"),
        ("b", None, ("a", "a"), "conflicts"),
        ("a", None, ("a", "a"), "stale"),
    ],
)
def test_three_sides_make_one_decision(
    here: str | None, there: str | None, anchor: tuple[str | None, str | None], outcome: str
) -> None:
    oid: dict[str | None, str | None] = {text: content(text).oid for text in "abc"}
    oid[None] = None
    ledger = Ledger("h")
    if there:
        ledger.remote["p"] = Stored(content(there).oid, 1)
    ledger.anchors["p"] = Anchor(oid[anchor[0]], oid[anchor[1]])
    local = {"p": content(here)} if here else {}
    diff = compare(ledger, local, lambda path: path not in local)
    found = {name for name in ("uploads", "deletes", "conflicts", "stale", "remote_only")
             if "p" in getattr(diff, name)}  # fmt: skip
    assert found == (set() if outcome == "unchanged" else {outcome})
    assert diff.unchanged == (outcome == "unchanged")


def test_what_is_not_surely_gone_is_not_deleted() -> None:
    diff = compare(ledger_of(p="a"), {}, lambda _: False)
    assert diff.empty


def test_a_moved_file_is_no_deletion_for_the_guard() -> None:
    ledger = ledger_of(**{f"f{number}": str(number) for number in range(30)})
    moved = {f"g{number}": content(str(number)) for number in range(30)}
    gone = tuple(ledger.remote)
    assert guard(Diff(moved, gone), ledger, "", first=False) is None
    assert guard(Diff({}, gone), ledger, "", first=False) is not None
    assert guard(Diff({}, gone[:20]), ledger, "", first=False) is None


def test_the_guard_knows_the_app_below_its_folder() -> None:
    ledger = ledger_of(**{"app.py": "x"})
    assert guard(Diff({}, ("app.py",)), ledger, "", first=False)
    assert guard(Diff({}, ("app.py",)), ledger, "sub", first=False) is None
    large = Diff({"a": Content(200_000_000, "x")})
    assert guard(large, ledger, "", first=False)
    assert guard(large, ledger, "", first=True) is None


def test_what_was_found_settled_is_not_compared_again() -> None:
    ledger = ledger_of(a="x", b="x")
    local = {"a": content("x"), "b": content("x")}
    settled: dict[str, Content] = {}

    def diff() -> Diff:
        return compare(ledger, local, lambda path: path not in local, settled=settled)

    assert (diff().empty, diff().unchanged, set(settled)) == (True, 2, {"a", "b"})
    local["a"] = content("y")
    local["ü"] = content("z")
    del local["b"]
    found = diff()
    assert (set(found.uploads), found.deletes, found.unchanged) == ({"a", "ü"}, ("b",), 0)
    assert diff() == compare(ledger, local, lambda path: path not in local)


def test_the_window_learns_the_habit_of_a_formatter() -> None:
    window = Window()
    for start in (0.0, 10.0, 20.0):
        window.heard("a.py", start)
        window.heard("a.py", start + 0.18)
        window.done()
    window.heard("a.py", 30.0)
    assert 0.2 < (window.due(30.0) or 0) < 0.3
    assert window.restless("a.py", 30.18)
    window.done()
    window.touch("b.txt", 40.0)
    assert window.due(40.0) == pytest.approx(0.15)


def test_the_window_widens_in_a_storm_and_ends_with_patience() -> None:
    window = Window()
    for number in range(60):
        window.touch(f"f{number}.py", 0.0)
    assert window.due(0.0) == pytest.approx(0.4)
    window.done()
    assert window.due(0.0) is None
    at = 0.0
    while at < 3.0:
        window.touch("busy.py", at)
        at += 0.05
    assert window.due(at) == 0.0
    assert window.restless("busy.py", at)
    assert Window(settle=1.0).quiet("a.py") == 1.0


def test_a_file_that_never_rests_is_sent_in_the_end() -> None:
    window = Window()
    at = 0.0
    while at < 31.0:
        window.touch("train.log", at)
        at += 0.1
    assert not window.restless("train.log", at)


def test_a_hash_taken_just_after_a_write_is_not_believed() -> None:
    index = Index()
    figures = Stat(1, 2, 3, 10 * RACY_NS, 10 * RACY_NS)
    index.learn("p", figures, content("a"), 10 * RACY_NS + 5)
    assert index.find("p", figures, large=False) is None
    index.learn("p", figures, content("a"), 12 * RACY_NS)
    assert index.find("p", figures, large=False) == content("a")
    assert index.find("p", figures._replace(ctime_ns=1), large=False) is None
    future = figures._replace(mtime_ns=99 * RACY_NS)
    index.learn("p", future, content("a"), 12 * RACY_NS)
    assert index.find("p", future, large=False) is None
    index.learn("p", future, content("a"), 13 * RACY_NS)
    assert index.find("p", future, large=False) == content("a")


def test_the_journal_knows_what_is_open(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    assert journal.open_intents() == []
    journal.intend(Intent("n1", "p", {"a": "oid", "b": None}))
    journal.intend(Intent("n2", "p", {}))
    journal.done("n2", "oid")
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'{"kind":"inte')
    journal.intend(Intent("n3", "q", {}))
    journal.dropped("n3", "moved")
    assert journal.open_intents() == [Intent("n1", "p", {"a": "oid", "b": None})]


def test_titles_say_what_happens() -> None:
    add, delete = AddFile("a.py", b""), DeleteFile("b.py")
    assert title([add]) == "Update a.py"
    assert title([delete]) == "Delete b.py"
    assert title([add, add, delete]) == "Update 2 files, delete 1 file"
    assert title([delete, delete]) == "Delete 2 files"
    assert title([AddFile("x\x1b]0;evil\x07.py", b"")]) == "Update x\\x1b]0;evil\\x07.py"
    assert len(title([AddFile("d/" * 100, b"")])) == 72


def test_waits_follow_the_hub_and_grow() -> None:
    assert delay_after(RemoteError(Trouble.QUOTA, "again in about 5 minutes"), 0) == 300
    assert delay_after(RemoteError(Trouble.QUOTA, "again", retry_after=42), 0) == 42
    assert delay_after(RemoteError(Trouble.AUTH, "no"), 0) == 60
    delays = [delay_after(RemoteError(Trouble.OFFLINE, "x"), tries) for tries in range(9)]
    assert delays[-1] <= 72
    assert delays[0] <= 1.2
    gate = Gate()
    gate.shut(RemoteError(Trouble.GONE, "x"), 100.0)
    assert gate.closed(159.0)
    assert not gate.closed(160.0)
    gate.hurry()
    assert not gate.closed(100.0)


@pytest.mark.parametrize("path", ["../x", "a/../b", "/abs", "a//b", "", ".", "a/\0"])
def test_paths_that_lead_out_are_not_safe(path: str) -> None:
    assert not safe(path)
    assert safe("a/b.py")


def test_silence_is_a_change_without_an_event() -> None:
    silence = Silence()
    silence.found(["a/b.py"], 0.0)
    silence.heard("a", 0.5)
    assert not silence.broken(3.0)
    silence.found(["c.py"], 20.0)
    assert not silence.broken(21.0)
    assert silence.broken(22.5)
    assert not silence.broken(30.0)


def batch(oid: str) -> Batch:
    return Batch(datetime.now(UTC), ("a.py",), (), 10, 1, oid, "p", 0.5)


def seen(
    tracker: LiveTracker, stage: str, sha: str | None, now: float
) -> tuple[Batch, list[object]]:
    batches, events = tracker.seen(
        Runtime(Stage(stage), sha=sha), (batch("new"), batch("old")), now
    )
    return batches[0], list(events)


def test_live_is_the_running_commit_and_not_the_one_before() -> None:
    tracker = LiveTracker()
    tracker.committed("new", written=0.0, now=1.0)
    assert seen(tracker, "RUNNING", "old", 2.0)[0].live is None
    after, events = seen(tracker, "RUNNING_BUILDING", "old", 3.0)
    assert (after.building, after.live) == (3.0, None)
    assert events == [StageChanged(Stage("RUNNING_BUILDING"), "old")]
    assert tracker.waiting
    after, events = seen(tracker, "RUNNING", "new", 9.0)
    assert after.live == 9.0
    assert events[-1] == WentLive("new", 9.0)
    assert not tracker.waiting


def test_a_runtime_without_a_commit_is_believed_after_a_build_or_a_while() -> None:
    tracker = LiveTracker()
    tracker.committed("new", written=0.0, now=0.0)
    assert seen(tracker, "RUNNING", None, 5.0)[0].live is None
    assert seen(tracker, "RUNNING", None, 31.0)[0].live == 31.0
    tracker.committed("new", written=0.0, now=0.0)
    seen(tracker, "BUILDING", None, 1.0)
    assert seen(tracker, "RUNNING", None, 5.0)[0].live == 5.0


@pytest.mark.parametrize(
    ("stage", "word"),
    [("PAUSED", "paused"), ("SLEEPING", "asleep"), ("NO_APP_FILE", "app file")],
)
def test_what_does_not_run_says_why(stage: str, word: str) -> None:
    tracker = LiveTracker()
    tracker.committed("new", written=0.0, now=0.0)
    assert word in seen(tracker, stage, None, 40.0)[0].note
    assert not tracker.waiting


def test_a_failed_build_ends_the_wait_but_an_old_failure_does_not() -> None:
    tracker = LiveTracker()
    tracker.committed("new", written=0.0, now=0.0)
    assert seen(tracker, "BUILD_ERROR", None, 1.0)[0].note == ""
    seen(tracker, "BUILDING", None, 2.0)
    assert "Build error" in seen(tracker, "BUILD_ERROR", None, 9.0)[0].note
    assert not tracker.waiting


def test_every_kind_of_token_is_found_in_bytes_and_has_a_sign() -> None:
    examples = (
        "hf_" + "a" * 30, "ghs_" + "a" * 30, "github_pat_" + "a_" * 15, "AKIA" + "A1" * 8,
        "xoxb-" + "1" * 10, "AIza" + "a-" * 15, "sk-" + "a" * 20, "-----BEGIN RSA PRIVATE KEY-----",
    )  # fmt: skip
    found = {
        finding.what for each in examples if (finding := find_secret(f"x = {each}\n".encode(), ()))
    }
    assert found == {shape.what for shape in TOKEN_SHAPES}
