"""Keeping a local Hub on disk, so that it survives being killed at any moment.

One SQLite database holds everything: git objects and large files by their ids, written once;
accounts and Spaces as JSON, written when they changed. A change and everything it needs is one
transaction, synced to disk before the request that caused it is answered. The database contains
tokens and secrets, and is readable by its owner only.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any, Final

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.records import (
    accounts_record,
    dataset_record,
    restore_accounts,
    restore_world,
    restored_dataset,
    restored_space,
    space_record,
    world_record,
)
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.tree import Blob, Folder, lfs_blob

NAME: Final = "hub.sqlite3"
VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spaces (
    number INTEGER PRIMARY KEY, hub_id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS logs (
    hub_id TEXT, which TEXT, events BLOB NOT NULL, PRIMARY KEY (hub_id, which));
CREATE TABLE IF NOT EXISTS datasets (hub_id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS commits (oid TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (oid TEXT PRIMARY KEY, kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS large (oid TEXT PRIMARY KEY, data BLOB NOT NULL);
"""
_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)


class Archive:
    """The database in a folder. Must be used on one thread.

    Raises OSError, with the file name, if the folder cannot be used or another Hub uses it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / NAME
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            self._db = _opened(path)
        except sqlite3.Error as error:
            raise OSError(errno.EBUSY, f"cannot be used: {error}", str(path)) from error
        self._written: dict[str, str] = {}
        """JSON texts as they are in the database, by key."""
        self._logs: dict[tuple[str, str], int] = {}
        self._datasets: dict[str, str] = {}
        self._objects: set[str] = set()
        self._large: set[str] = set()

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def save(self, hub: LocalHubState) -> None:
        """Write what changed since the last time, as one transaction, to disk."""
        with self._db:
            self._put_meta("accounts", accounts_record(hub.accounts))
            self._put_meta("world", world_record(hub))
            self._save_large(hub)
            under_way = set(hub.lifecycle.under_way())
            for space in hub.spaces.values():
                self._save_space(space, deploying=space.hub_id in under_way)
            self._save_datasets(hub)
            self._forget_spaces({space.hub_id for space in hub.spaces.values()})

    def load(self, hub: LocalHubState) -> bool:
        """Fill a fresh Hub; must run on its loop. False if nothing was ever saved."""
        meta = dict(self._db.execute("SELECT key, value FROM meta"))
        if "world" not in meta:
            return False
        restore_accounts(hub.accounts, json.loads(meta["accounts"]))
        restore_world(hub, json.loads(meta["world"]))
        hub.lfs.objects = dict(self._db.execute("SELECT oid, data FROM large"))
        self._large = set(hub.lfs.objects)
        commits = self._commits()
        renames = dict(hub.renames)
        rows = self._db.execute("SELECT record FROM spaces ORDER BY number").fetchall()
        for (text,) in rows:
            record = json.loads(text)
            self._written[record["hub_id"]] = text
            space = hub.add(restored_space(record, commits))
            for which, log in (("run", space.run_log), ("build", space.build_log)):
                log.restore(self._log(space.hub_id, which))
            denied = hub.over_quota(space) if record["deploying"] else None
            hub.lifecycle.resume(space, deploying=record["deploying"], denied=denied)
        hub.renames = renames
        for hub_id, text in self._db.execute("SELECT hub_id, record FROM datasets"):
            dataset = restored_dataset(json.loads(text), commits)
            hub.datasets[dataset.id] = dataset
            self._datasets[hub_id] = text
        return True

    def _put_meta(self, key: str, record: dict[str, Any]) -> None:
        text = json.dumps(record)
        if self._written.get(key) != text:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, text))
            self._written[key] = text

    def _save_space(self, space: Space, *, deploying: bool) -> None:
        for commit in space.repo.refs.values():
            self._save_commit(commit)
        text = json.dumps(space_record(space, deploying=deploying))
        if self._written.get(space.hub_id) == text:
            return
        self._db.execute(
            "INSERT INTO spaces (hub_id, record) VALUES (?, ?) "
            "ON CONFLICT (hub_id) DO UPDATE SET record = excluded.record",
            (space.hub_id, text),
        )
        self._written[space.hub_id] = text
        for which, log in (("run", space.run_log), ("build", space.build_log)):
            if self._logs.get((space.hub_id, which)) != log.version:
                row = (space.hub_id, which, log.dump())
                self._db.execute("INSERT OR REPLACE INTO logs VALUES (?, ?, ?)", row)
                self._logs[space.hub_id, which] = log.version

    def _save_datasets(self, hub: LocalHubState) -> None:
        for dataset in hub.datasets.values():
            for commit in dataset.repo.refs.values():
                self._save_commit(commit)
            text = json.dumps(dataset_record(dataset))
            if self._datasets.get(dataset.hub_id) != text:
                row = (dataset.hub_id, text)
                self._db.execute("INSERT OR REPLACE INTO datasets VALUES (?, ?)", row)
                self._datasets[dataset.hub_id] = text
        for hub_id in self._datasets.keys() - {one.hub_id for one in hub.datasets.values()}:
            self._db.execute("DELETE FROM datasets WHERE hub_id = ?", (hub_id,))
            del self._datasets[hub_id]

    def _forget_spaces(self, present: set[str]) -> None:
        gone = self._written.keys() - present - {"accounts", "world"}
        for hub_id in gone:
            self._db.execute("DELETE FROM spaces WHERE hub_id = ?", (hub_id,))
            self._db.execute("DELETE FROM logs WHERE hub_id = ?", (hub_id,))
            del self._written[hub_id]

    def _save_large(self, hub: LocalHubState) -> None:
        for oid in hub.lfs.objects.keys() - self._large:
            self._db.execute(
                "INSERT OR REPLACE INTO large VALUES (?, ?)", (oid, hub.lfs.objects[oid])
            )
            self._large.add(oid)
        for oid in self._large - hub.lfs.objects.keys():
            self._db.execute("DELETE FROM large WHERE oid = ?", (oid,))
            self._large.discard(oid)

    def _save_commit(self, newest: Commit) -> None:
        for commit in newest.history():
            if commit.oid in self._objects:
                return
            record = {
                "tree": commit.tree.oid,
                "parent": commit.parent.oid if commit.parent else None,
                "author": commit.author,
                "seconds": commit.seconds,
                "title": commit.title,
                "message": commit.message,
            }
            row = (commit.oid, json.dumps(record))
            self._db.execute("INSERT OR IGNORE INTO commits VALUES (?, ?)", row)
            self._save_tree(commit.tree)
            self._objects.add(commit.oid)

    def _save_tree(self, tree: Folder) -> None:
        items: list[Blob | Folder] = [tree]
        while items:
            item = items.pop()
            if item.oid in self._objects:
                continue
            self._objects.add(item.oid)
            if isinstance(item, Folder):
                row = (item.oid, "tree", item.payload)
                items.extend(item.entries.values())
            else:
                row = (item.oid, "pointer" if item.lfs else "blob", item.data)
            self._db.execute("INSERT OR IGNORE INTO objects VALUES (?, ?, ?)", row)

    def _commits(self) -> dict[str, Commit]:
        """Return every commit, the trees they share being one object each."""
        rows = self._db.execute("SELECT oid, kind, data FROM objects")
        objects = {oid: (kind, data) for oid, kind, data in rows}
        self._objects = set(objects)
        items: dict[str, Blob | Folder] = {}

        def item(oid: str) -> Blob | Folder:
            if oid not in items:
                kind, data = objects[oid]
                items[oid] = (
                    Folder({name: item(below) for name, below in _entries(data)})
                    if kind == "tree"
                    else _blob(kind, data)
                )
            return items[oid]

        rows = self._db.execute("SELECT oid, record FROM commits")
        records = {oid: json.loads(text) for oid, text in rows}
        self._objects |= set(records)
        commits: dict[str, Commit] = {}
        for oid in records:
            chain = []
            step: str | None = oid
            while step is not None and step not in commits:
                chain.append(step)
                step = records[step]["parent"]
            for name in reversed(chain):
                record = records[name]
                tree = item(record.pop("tree"))
                assert isinstance(tree, Folder)
                parent = record.pop("parent")
                commits[name] = Commit(tree, commits[parent] if parent else None, **record)
                records[name] = record | {"parent": parent}
        return commits

    def _log(self, hub_id: str, which: str) -> bytes:
        row = self._db.execute(
            "SELECT events FROM logs WHERE hub_id = ? AND which = ?", (hub_id, which)
        ).fetchone()
        return bytes(row[0]) if row else b""


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=0.2)
    try:
        _prepare(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    for setting in (
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
    ):
        database.execute(f"PRAGMA {setting}")
    database.executescript(_SCHEMA)
    with database:
        database.execute("INSERT OR IGNORE INTO meta VALUES ('version', ?)", (str(VERSION),))
    (found,) = database.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    if found != str(VERSION):
        raise OSError(errno.EINVAL, f"was written by another version ({found})", str(path))


def _entries(payload: bytes) -> list[tuple[str, str]]:
    """Return (name, id) of the lines of a tree object."""
    found, position = [], 0
    while position < len(payload):
        end = payload.index(b"\0", position)
        name = payload[position:end].partition(b" ")[2].decode()
        found.append((name, payload[end + 1 : end + 21].hex()))
        position = end + 21
    return found


def _blob(kind: str, data: bytes) -> Blob:
    pointer = _POINTER.fullmatch(data) if kind == "pointer" else None
    return lfs_blob(pointer[1].decode(), int(pointer[2])) if pointer else Blob(data)
