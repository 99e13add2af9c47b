"""JSON of any shape becomes our types, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.commits import read_commit_result
from spaces_tui.hub.fields import integer, moment, number, text
from spaces_tui.hub.read_identity import read_identity
from spaces_tui.hub.read_repo import read_commit, read_entry, read_mode
from spaces_tui.hub.read_space import read_hardware, read_runtime, read_space
from spaces_tui.hub.streams import read_log_chunk, read_metric
from spaces_tui.model.identity import Grant, Role
from spaces_tui.model.repo import EntryType, UploadMode

BUILDING = {
    "stage": "BUILDING",
    "hardware": {"current": None, "requested": "cpu-basic"},
    "storage": None,
    "gcTimeout": 172800,
    "replicas": {"requested": 1},
    "devMode": False,
    "domains": [{"domain": "user-tmp-test-space.hf.space", "stage": "READY"}],
}


def test_a_building_runtime() -> None:
    runtime = read_runtime(BUILDING)
    assert runtime.stage.name == "BUILDING"
    assert (runtime.hardware, runtime.requested_hardware) == (None, "cpu-basic")
    assert runtime.sleep_time == 172800
    assert (runtime.replicas, runtime.requested_replicas) == (None, 1)
    assert runtime.domains[0].name == "user-tmp-test-space.hf.space"
    assert runtime.sha is None


def test_odd_runtimes() -> None:
    assert read_runtime({}).stage.name == "UNKNOWN"
    assert read_runtime({"stage": "SLEEPING"}).hardware is None
    assert read_runtime({"stage": "SOMETHING_NEW"}).stage.name == "SOMETHING_NEW"
    assert read_runtime({"gcTimeout": -1}).sleep_time is None
    assert read_runtime({"hardware": "t4-small"}).shown_hardware == "t4-small"
    auto = read_runtime({"replicas": {"current": 3, "requested": "auto"}})
    assert (auto.replicas, auto.requested_replicas, auto.autoscaled) == (3, None, True)
    quota = read_runtime({"stage": "PAUSED", "errorMessage": "Quota\x1b[2J exceeded"})
    assert quota.error_message == "Quota exceeded"


def test_a_space_with_its_card() -> None:
    space = read_space(
        {
            "_id": "67ca",
            "id": "alice/demo",
            "private": True,
            "sdk": "gradio",
            "sha": "855e",
            "createdAt": "2025-03-07T12:24:15.000Z",
            "lastModified": "2025-03-07T12:24:17Z",
            "likes": 3,
            "tags": ["gradio", 5, "region:us"],
            "cardData": {"title": "Demo", "sdk_version": 6.0, "app_file": "app.py"},
            "runtime": BUILDING,
        }
    )
    assert space is not None
    assert (space.uid, space.sdk_version, space.title) == ("67ca", "6.0", "Demo")
    assert space.tags == ("gradio", "region:us")
    assert space.created == datetime(2025, 3, 7, 12, 24, 15, tzinfo=UTC)
    assert space.stage.name == "BUILDING"


def test_privacy_is_not_concluded_from_silence() -> None:
    space = read_space({"id": "a/b", "runtime": None})
    assert space is not None
    assert space.private is None
    assert space.runtime is None


@pytest.mark.parametrize("value", [None, [], "x", {}, {"id": None}, {"id": ""}, {"id": []}])
def test_a_space_without_an_id_is_none(value: object) -> None:
    assert read_space(value) is None


def test_hardware_and_its_price() -> None:
    entry: dict[str, Any] = {
        "name": "l4x4",
        "prettyName": "4x Nvidia L4",
        "cpu": "48 vCPU",
        "ram": "186 GB",
        "accelerator": {"type": "gpu", "model": "L4", "quantity": "4", "vram": "96 GB"},
        "unitCostMicroUSD": 63333,
        "unitCostUSD": 0.0633,
        "unitLabel": "minute",
    }
    flavour = read_hardware(entry)
    assert flavour is not None
    assert flavour.accelerator is not None
    assert flavour.accelerator.quantity == 4
    assert flavour.usd_per_hour == pytest.approx(3.8)
    del entry["unitCostMicroUSD"]
    rounded = read_hardware(entry)
    assert rounded is not None
    assert rounded.micro_usd_per_minute == 63300
    hourly = read_hardware({"name": "x", "unitCostMicroUSD": 600_000, "unitLabel": "hour"})
    assert hourly is not None
    assert hourly.micro_usd_per_minute == 10_000


def test_identity() -> None:
    identity = read_identity(
        {
            "type": "user",
            "name": "alice",
            "fullname": "Alice",
            "isPro": False,
            "orgs": [
                {"name": "acme", "roleInOrg": "write", "securityRestrictions": ["mfa"]},
                {"name": "odd", "roleInOrg": "emperor"},
                {"roleInOrg": "admin"},
                "nonsense",
            ],
            "auth": {
                "expiresAt": "2026-12-24T18:00:00.000Z",
                "accessToken": {
                    "displayName": "ci",
                    "role": "fineGrained",
                    "fineGrained": {
                        "global": ["discussion.write"],
                        "scoped": [
                            {
                                "entity": {"type": "user", "name": "alice"},
                                "permissions": ["repo.write", 7],
                            },
                            {"entity": {"type": "novelty"}},
                            {"entity": {"name": "of no kind"}, "permissions": ["repo.write"]},
                            "nonsense",
                        ],
                    },
                },
            },
        }
    )
    assert identity is not None
    assert identity.namespaces == ("alice", "acme", "odd")
    assert [org.role for org in identity.organizations] == [Role.WRITE, Role.UNKNOWN]
    assert identity.organizations[0].restrictions == ("mfa",)
    assert (identity.token_role, identity.token_name) == ("fineGrained", "ci")
    assert identity.expires == datetime(2026, 12, 24, 18, tzinfo=UTC)
    assert identity.grants == (
        Grant("user", "alice", frozenset({"repo.write"})),
        Grant("novelty", ""),
    )


def test_an_oauth_login_has_no_token_role() -> None:
    identity = read_identity({"name": "alice", "auth": {"type": "oauth"}, "orgs": None})
    assert identity is not None
    assert identity.token_role is None


def test_tree_entries() -> None:
    large = read_entry(
        {
            "type": "file",
            "oid": "fa61",
            "size": 6,
            "path": "model.bin",
            "lfs": {"oid": "5891", "size": 6, "pointerSize": 126},
        }
    )
    assert large is not None
    assert large.lfs is not None
    assert large.lfs.sha256 == "5891"
    odd = read_entry({"type": "submodule", "path": "x"})
    assert odd is not None
    assert (odd.type, odd.oid, odd.size) == (EntryType.UNKNOWN, "", 0)
    assert read_entry({"type": "file"}) is None


def test_history() -> None:
    entry = {
        "id": "855e",
        "title": "Upload\nx",
        "authors": [{"user": "alice"}, {}],
        "date": "2025-03-07T12:24:17.000Z",
    }
    commit = read_commit(entry)
    assert commit is not None
    assert (commit.title, commit.authors) == ("Upload x", ("alice",))
    assert read_commit({"title": "x"}) is None


def test_upload_modes() -> None:
    plan = read_mode({"path": "a", "uploadMode": "lfs", "shouldIgnore": True}, empty=False)
    assert plan is not None
    assert (plan.mode, plan.ignored, plan.oid) == (UploadMode.LFS, True, None)
    empty = read_mode({"path": "a", "uploadMode": "lfs"}, empty=True)
    assert empty is not None
    assert empty.mode is UploadMode.REGULAR
    assert read_mode({"path": "a", "uploadMode": "teleport"}, empty=False) is None


def test_metrics() -> None:
    metric = read_metric(
        '{"cpu_usage_pct":12.5,"memory_used_bytes":1,"gpus":{"d9":{"utilization":0},"x":null},'
        '"replica":"j6","rx_bps":NaN}'
    )
    assert metric is not None
    assert (metric.cpu_percent, metric.memory_used, metric.replica) == (12.5, 1, "j6")
    assert metric.received is None
    assert len(metric.gpus) == 2
    assert metric.gpus[1].utilization is None
    assert read_metric("[]") is None
    assert read_metric("{") is None


def test_log_events() -> None:
    chunk = read_log_chunk('{"data":"x\\u001b[1m","timestamp":"2026-06-20T01:09:43Z"}')
    assert chunk is not None
    assert chunk.text == "x\x1b[1m"
    assert chunk.stamp == "2026-06-20T01:09:43Z"
    bare = read_log_chunk('{"data":"x"}')
    assert bare is not None
    assert (bare.time, bare.stamp) == (None, "")
    assert read_log_chunk('{"data":1}') is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"commitOid": None},
        {"commitOid": "abc"},
        {"commitOid": "G" * 40},
        {"commitOid": "a" * 41},
        {"success": True},
        [],
        "a" * 40,
    ],
)
def test_a_commit_without_a_full_id_is_none(value: object) -> None:
    assert read_commit_result(value) is None


def test_a_commit_with_its_id() -> None:
    result = read_commit_result({"commitOid": "a" * 40, "commitUrl": "u"})
    assert result is not None
    assert (result.oid, result.url) == ("a" * 40, "u")


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-06-20T01:09:43Z", datetime(2026, 6, 20, 1, 9, 43, tzinfo=UTC)),
        ("2026-06-20T01:09:43.5Z", datetime(2026, 6, 20, 1, 9, 43, 500_000, tzinfo=UTC)),
        ("2026-06-20T01:09:43.123456789Z", datetime(2026, 6, 20, 1, 9, 43, 123456, tzinfo=UTC)),
        ("2026-06-20T03:09:43+02:00", datetime(2026, 6, 20, 1, 9, 43, tzinfo=UTC)),
        ("2026-06-20T01:09:43", datetime(2026, 6, 20, 1, 9, 43, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        (1790000000, None),
    ],
)
def test_time_stamps(value: object, time: datetime | None) -> None:
    assert moment(value) == time


@pytest.mark.parametrize(
    ("value", "whole", "real", "words"),
    [
        (4, 4, 4.0, "4"),
        ("4", 4, 4.0, "4"),
        (4.9, 4, 4.9, "4.9"),
        (True, None, None, None),
        (float("inf"), None, None, "inf"),
        (10**400, None, None, str(10**400)),
        ("nan", None, None, "nan"),
        ("auto", None, None, "auto"),
        (None, None, None, None),
    ],
)
def test_numbers(value: object, whole: int | None, real: float | None, words: str | None) -> None:
    assert integer(value) == whole
    assert number(value) == real
    assert text(value) == words


KEYS = st.sampled_from(
    [
        "_id",
        "id",
        "name",
        "stage",
        "hardware",
        "current",
        "requested",
        "replicas",
        "gcTimeout",
        "domains",
        "domain",
        "runtime",
        "tags",
        "cardData",
        "sdk_version",
        "likes",
        "createdAt",
        "orgs",
        "roleInOrg",
        "auth",
        "accessToken",
        "role",
        "path",
        "type",
        "oid",
        "size",
        "lfs",
        "authors",
        "user",
        "date",
        "title",
        "uploadMode",
        "shouldIgnore",
        "accelerator",
        "quantity",
        "unitCostMicroUSD",
        "unitCostUSD",
        "unitLabel",
        "commitOid",
        "errorMessage",
        "sha",
        "private",
        "visibility",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=30,
)


@given(JSON)
def test_no_shape_breaks_the_readers(value: object) -> None:
    for read in (read_space, read_hardware, read_identity, read_entry, read_commit):
        found = read(value)
        assert found is None or isinstance(value, dict)
    assert read_runtime(value).stage.name is not None
    assert read_mode(value, empty=False) is None or isinstance(value, dict)
