"""Event streams, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub

POND = "bob/quiet-pond"
ADDRESS = f"/api/spaces/{POND}"


class Events:
    """Reads a stream one block at a time, split at empty lines and nowhere else."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._blocks = self._read()

    def _read(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self.response.iter_raw():
            *blocks, rest = (rest + chunk).split(b"\n\n")
            yield from blocks

    def next(self) -> bytes:
        """Return the next block."""
        return next(self._blocks)

    def rest(self) -> list[bytes]:
        """Return what comes until the end of the stream."""
        return list(self._blocks)

    def text(self) -> str:
        """Return the `data` of the next log event."""
        found: str = json.loads(self.next().removeprefix(b"data: "))["data"]
        return found


@contextmanager
def opened(client: httpx.Client, address: str) -> Iterator[Events]:
    """Open a stream."""
    with client.stream("GET", address, headers={"Accept": "text/event-stream"}) as response:
        yield Events(response)


def test_a_log_is_replayed_and_then_followed(bob: httpx.Client, local_hub: LocalHub) -> None:
    for _ in range(2):
        with opened(bob, f"{ADDRESS}/logs/run") as events:
            assert events.response.headers["content-type"].startswith("text/event-stream")
            assert events.text().startswith("===== Application Startup at ")
            assert events.text() == "\n"
            while "create a public link" not in events.text():
                pass
            local_hub.write_log(POND, "fresh")
            assert events.text() == "fresh"
            local_hub.reset_log(POND)
            assert events.rest() == []
            local_hub.write_log(POND, "===== Application Startup at 2026-01-01 00:00:00 =====\n")
            for text in ("\n", "create a public link"):
                local_hub.write_log(POND, text)


def test_events_have_data_lines_only_and_mixed_time_stamps(
    bob: httpx.Client, local_hub: LocalHub
) -> None:
    local_hub.reset_log(POND)
    for number in range(8):
        local_hub.write_log(POND, f"{number}")
    with opened(bob, f"{ADDRESS}/logs/run") as events:
        blocks = [events.next() for _ in range(8)]
    assert all(block.startswith(b'data: {"data":') and b"\n" not in block for block in blocks)
    stamps = [json.loads(block[6:])["timestamp"] for block in blocks]
    assert {len(stamp) for stamp in stamps} == {20, 24, 27}


def test_line_separators_are_not_escaped(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.reset_log(POND)
    local_hub.write_log(POND, "one\u2028two")
    with opened(bob, f"{ADDRESS}/logs/run") as events:
        assert "one\u2028two".encode() in events.next()


@pytest.mark.parametrize(("tail", "first"), [(2, "3"), (100, "0"), (0, "later")])
def test_tail_shortens_the_replay(
    bob: httpx.Client, local_hub: LocalHub, tail: int, first: str
) -> None:
    local_hub.reset_log(POND)
    for number in range(5):
        local_hub.write_log(POND, f"{number}")
    with opened(bob, f"{ADDRESS}/logs/run?tail={tail}") as events:
        local_hub.write_log(POND, "later")
        assert events.text() == first


def test_a_build_writes_its_log_and_a_start_begins_a_new_one(
    bob: httpx.Client, local_hub: LocalHub
) -> None:
    with opened(bob, f"{ADDRESS}/logs/run") as old:
        sha = local_hub.commit(POND, {"app.py": "print(2)"})
        local_hub.wait_stage(POND, "RUNNING_BUILDING")
        with opened(bob, f"{ADDRESS}/logs/build") as events:
            first = events.text()
            assert first.startswith("===== Build Queued at ")
            assert first.endswith(f" / Commit SHA: {sha[:7]} =====\n")
            texts: list[str] = []
            while not texts or "Exporting cache" not in texts[-1]:
                texts.append(events.text())
        assert any(text.startswith("\r") and not text.endswith("\n") for text in texts)
        local_hub.wait_stage(POND, "RUNNING")
        assert old.rest()


def test_silence_is_kept_alive(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.timing(keep_alive=0.01)
    local_hub.reset_log(POND)
    with opened(bob, f"{ADDRESS}/logs/run") as events:
        assert events.next() == b": keep-alive"
    with opened(bob, f"{ADDRESS}/events") as events:
        assert events.next() == b"event: stage\ndata: RUNNING"
        while events.next() != b": keep-alive":
            pass


def test_logs_are_for_those_who_may_write(
    nobody: httpx.Client, ada: httpx.Client, bob: httpx.Client
) -> None:
    assert nobody.get(f"{ADDRESS}/logs/run").status_code == 401
    assert ada.get(f"{ADDRESS}/logs/run").status_code == 403
    assert bob.get(f"{ADDRESS}/logs/other").status_code == 404


def test_metrics_interleave_replicas_and_end_with_the_container(
    ada: httpx.Client, local_hub: LocalHub
) -> None:
    local_hub.create("ada/gpu")

    def on_two_gpus() -> None:
        local_hub.call(lambda hub: setattr(hub.spaces["ada/gpu"].runtime, "requested", "l4x4"))
        local_hub.call(
            lambda hub: setattr(hub.spaces["ada/gpu"].runtime, "replica_ids", ["aaaaa", "bbbbb"])
        )

    on_two_gpus()
    local_hub.timing(metrics=0.001)
    with opened(ada, "/api/spaces/ada/gpu/metrics") as events:
        blocks = [events.next() for _ in range(4)]
        samples = []
        for block in blocks:
            name, data = block.split(b"\n")
            assert name == b"event: metric"
            samples.append(json.loads(data.removeprefix(b"data: ")))
        assert [sample["replica"] for sample in samples] == ["aaaaa", "bbbbb"] * 2
        assert list(samples[0]) == [
            "cpu_usage_pct",
            "cpu_millicores",
            "memory_used_bytes",
            "memory_total_bytes",
            "rx_bps",
            "tx_bps",
            "gpus",
            "replica",
        ]
        assert samples[0]["cpu_millicores"] == 48_000
        assert len(samples[0]["gpus"]) == 4
        assert samples[0]["gpus"].keys() == samples[2]["gpus"].keys()
        local_hub.set_stage("ada/gpu", "SLEEPING")
        events.rest()
    stale = ada.get("/api/spaces/ada/gpu/metrics")
    assert (stale.status_code, stale.json()) == (406, {"error": "Space is stale"})


def test_static_spaces_have_no_metrics_and_a_wrong_status(
    nobody: httpx.Client, local_hub: LocalHub
) -> None:
    local_hub.create("ada/page", sdk="static")
    assert nobody.get("/api/spaces/ada/page/metrics").status_code == 406
    with opened(nobody, "/api/spaces/ada/page/events") as events:
        assert events.next() == b"event: stage\ndata: CONFIG_ERROR"
        assert b"Static SDK is not supported" in events.next()


def test_status_events_follow_the_stage(nobody: httpx.Client, local_hub: LocalHub) -> None:
    with opened(nobody, f"{ADDRESS}/events") as events:
        assert events.next() == b"event: stage\ndata: RUNNING"
        assert events.next().startswith(b"event: space\ndata: {")
        local_hub.set_stage(POND, "RUNTIME_ERROR", error="boom")
        assert events.next() == b"event: stage\ndata: RUNTIME_ERROR"
        assert b'"message":"boom"' in events.next()


def test_open_streams_can_be_cut(bob: httpx.Client, local_hub: LocalHub) -> None:
    with opened(bob, f"{ADDRESS}/logs/run") as events:
        events.next()
        assert local_hub.drop_streams() == 1
        with pytest.raises(httpx.RemoteProtocolError):
            events.rest()
    assert local_hub.drop_streams() == 0


def test_a_server_stops_with_streams_open() -> None:
    hub = LocalHub()
    headers = {"Authorization": f"Bearer {hub.token('bob')}"}
    with (
        httpx.Client(base_url=hub.url, headers=headers, verify=False) as client,
        opened(client, f"{ADDRESS}/logs/run") as events,
    ):
        events.next()
        hub.close()
        events.rest()
    with pytest.raises(httpx.ConnectError):
        httpx.get(hub.url, verify=False)


def test_a_client_that_leaves_is_forgotten(bob: httpx.Client, local_hub: LocalHub) -> None:
    with opened(bob, f"{ADDRESS}/logs/run") as events:
        events.next()
    # The answer to a request on a new connection comes after the loop noticed the old one's end.
    while local_hub.call(lambda hub: len(hub.open_streams)):
        bob.get("/api/spaces")
    assert local_hub.drop_streams() == 0
