"""The Hub is away, refuses, or asks for patience: nothing is lost and nobody is hammered."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from pathlib import Path

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.repository import MAIN_REF
from tests.cases.driver import needs, wait_until
from tests.cases.wire import Wire
from tests.cases.world import World

QUOTA = (
    "You have exceeded the rate limit for repository commits (128 per hour). "
    "You can retry this action in about 1 hour."
)


def test_a_branch_that_is_gone_halts(world: World) -> None:
    """T101."""
    engine = world.start()

    def hide(hub: LocalHubState) -> None:
        refs = hub.spaces[world.space].repo.refs
        refs["refs/heads/old"] = refs[MAIN_REF]

    world.hub.call(hide)
    world.hub.fault(
        f"{world.space}/commit",
        method="POST",
        count=None,
        status=404,
        headers={"X-Error-Code": "RevisionNotFound"},
        body='{"error": "Invalid rev id: main"}',
    )
    world.write("app.py", "v = 2\n")
    engine.reaches("halted")
    assert len(world.requests("POST", "/commit/")) <= 2
    world.hub.clear_faults()
    engine.say("sync")
    world.holds("app.py", "v = 2\n")
    world.judge(engine)


def test_a_space_that_is_deleted_is_gone_and_not_made_again(world: World) -> None:
    """T102."""
    engine = world.start()
    world.hub.delete(world.space)
    world.write("app.py", "v = 2\n")
    engine.reaches("gone")
    engine.answers()
    assert len(world.requests()) <= 4
    assert engine.stop() == 1
    assert world.space not in world.hub.call(lambda hub: set(hub.spaces))


def test_a_right_that_is_lost_keeps_the_change(world: World) -> None:
    """T104."""
    engine = world.start()
    world.hub.fault(
        f"{world.space}/commit",
        method="POST",
        count=None,
        status=403,
        body='{"error": "You have read access but not the required permissions"}',
    )
    world.write("app.py", "v = 2\n")
    engine.reaches("forbidden", "auth")
    engine.answers()
    assert len(world.requests("POST", "/commit/")) == 1
    world.hub.clear_faults()
    engine.say("sync")
    world.holds("app.py", "v = 2\n")
    world.judge(engine)


def test_a_token_that_is_revoked_keeps_the_change_for_the_next(world: World) -> None:
    """T108."""
    token = world.hub.issue_token("ada", label="short-lived")
    world.canaries.append(token.encode())
    engine = world.start(token=token)
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    engine.reaches("in-sync")
    world.hub.call(lambda hub: hub.accounts.revoke(_found(hub, token)))
    world.forget()
    world.write("app.py", "v = 3\n")
    engine.reaches("auth")
    engine.answers()
    tried = [one for one in world.requests() if one.account is None]
    assert 1 <= len(tried) <= 2
    assert engine.stop() == 4
    assert world.tree()["app.py"] == b"v = 2\n"
    again = world.start()
    world.holds("app.py", "v = 3\n")
    world.judge(again)


def _found(hub: LocalHubState, token: str) -> Token:
    found = hub.accounts.find(token, hub.clock.now())
    assert found is not None
    return found


def test_a_quota_of_commits_is_waited_for_as_told(world: World) -> None:
    """T110."""
    engine = world.start()
    world.hub.fault(
        f"{world.space}/commit",
        method="POST",
        count=None,
        status=429,
        body=json.dumps({"error": QUOTA}),
        headers={"RateLimit": '"api";r=900;t=200'},
    )
    world.write("app.py", "v = 2\n")
    engine.reaches("budget")
    assert engine.next("retry")["in_seconds"] >= 3000
    world.write("util.py", "more = True\n")
    engine.next("state", state="budget", pending=2)
    engine.answers()
    assert len(world.requests("POST", "/commit/")) == 1
    world.hub.clear_faults()
    engine.say("sync")
    world.holds("app.py", "v = 2\n")
    world.holds("util.py", "more = True\n")
    engine.reaches("in-sync")
    assert len(world.changes()) == 1
    world.judge(engine)


def test_a_window_of_requests_that_is_used_up_is_waited_for(world: World) -> None:
    """T110, for the other kind of 429."""
    engine = world.start()
    world.hub.exhaust_rate("ada", seconds=2)
    world.write("app.py", "v = 2\n")
    engine.reaches("backoff", "budget")
    world.holds("app.py", "v = 2\n")
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_slow_link_delivers_one_commit_after_another(world: World) -> None:
    """T121."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        gate = threading.Event()
        wire.pause = lambda: gate.wait(0.02)
        content = "x = 1\n" * 50_000
        world.write("util.py", content)
        engine.reaches("sending")
        world.write("app.py", "v = 2\n")
        world.holds("app.py", "v = 2\n")
        gate.set()
        engine.reaches("in-sync")
        assert [change.paths for change in world.probe(engine)] == [{"util.py"}, {"app.py"}]
        world.judge(engine)


def test_saves_made_without_a_connection_arrive_as_one_commit(world: World) -> None:
    """T122."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        wire.down()
        for number in range(30):
            world.write(f"pkg{number % 5}/m{number % 5}.py", f"n = {number}\n")
        engine.reaches("offline")
        engine.answers()
        before = wire.connections
        wire.up()
        engine.say("sync")
        world.holds("pkg4/m4.py", "n = 29\n")
        engine.reaches("in-sync")
        assert wire.connections - before <= 3
        assert len(world.probe(engine)) == 1
        world.judge(engine)


def test_a_certificate_nobody_knows_is_never_passed_over(world: World, tmp_path: Path) -> None:
    """T123."""
    key, crt = tmp_path / "own.pem", tmp_path / "own.crt"
    subprocess.run(
        [
            *(needs("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(crt)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    said: list[bytes] = []
    tries: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                tries.append(1)
                try:
                    with context.wrap_socket(taken, server_side=True) as secure:
                        said.append(secure.recv(1))
                except OSError:
                    continue

        threading.Thread(target=serve, daemon=True).start()
        world.endpoint = f"https://127.0.0.1:{server.getsockname()[1]}"
        engine = world.start(settled=False)
        engine.reaches("offline")
        assert "certificate" in engine.new("state")[-1]["reason"].lower()
        engine.answers()
        assert said == []
        assert len(tries) <= 4
        assert engine.stop() in {1, 0}
        server.shutdown(socket.SHUT_RDWR)
    assert world.changes() == []


def test_a_redirect_to_a_stranger_is_not_followed(world: World) -> None:
    """T125."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as stranger:

        def listen() -> None:
            try:
                taken, _ = stranger.accept()
            except OSError:
                return
            heard.append(taken.recv(65536))
            taken.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        engine = world.start()
        world.hub.fault(
            f"{world.space}/commit",
            method="POST",
            status=307,
            headers={"Location": f"http://127.0.0.1:{stranger.getsockname()[1]}/evil"},
        )
        world.write("app.py", "v = 2\n")
        engine.reaches("offline", "halted", "gone", "forbidden")
        engine.say("sync")
        world.holds("app.py", "v = 2\n")
        world.judge(engine)
        stranger.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert heard == []


def test_maintenance_is_waited_for_politely(world: World) -> None:
    """T128."""
    engine = world.start()
    page = "<html><h1>We will be back</h1></html>"
    world.hub.fault(world.space, count=None, status=503, body=page)
    world.write("app.py", "v = 2\n")
    engine.next("retry")
    world.write("util.py", "more = True\n")
    wait_until(lambda: len(engine.new("retry")) >= 3, "three tries", 60)
    waits = [one["in_seconds"] for one in engine.new("retry")]
    assert max(waits) > min(waits)
    assert "<html>" not in engine.transcript()
    world.hub.clear_faults()
    engine.say("sync")
    world.holds("app.py", "v = 2\n")
    world.holds("util.py", "more = True\n")
    engine.reaches("in-sync")
    assert len(world.probe(engine)) <= 2
    world.judge(engine)


def test_a_build_that_fails_is_told_and_watching_goes_on(world: World) -> None:
    """T157."""
    engine = world.start("--hot-reload", "never", follow=True)
    world.hub.timing(lag=3600)
    world.write("app.py", "v = 2\n")
    world.landed(1)
    world.hub.set_stage(world.space, "BUILD_ERROR", error="exit code 1")
    engine.next("stage", stage="BUILD_ERROR")
    world.hub.timing(lag=1)
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    engine.next("live", oid=world.changes()[-1].oid)
    world.judge(engine)
