"""Secrets and variables: replies as recorded, restarts, the collision of names."""

from __future__ import annotations

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub


def send(client: httpx.Client, verb: str, what: str, **body: str) -> httpx.Response:
    """Send one change to a Space's secrets or variables."""
    return client.request(verb, f"/api/spaces/ada/demo/{what}", json=body)


def test_secrets_answer_nothing(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    done = send(ada, "POST", "secrets", key="bar", value="123", description="This is a secret")
    assert (done.status_code, done.text) == (200, "{}")
    assert send(ada, "DELETE", "secrets", key="gh_api_key").text == "{}"
    assert send(ada, "POST", "secrets", key="plain", value="s3cret").text == "{}"
    listed = ada.get(f"/api/spaces/{space}/secrets")
    assert list(listed.json()) == ["bar", "plain"]
    assert list(listed.json()["bar"]) == ["key", "description", "updatedAt"]
    assert list(listed.json()["plain"]) == ["key", "updatedAt"]
    assert "s3cret" not in listed.text
    assert local_hub.secret_values(space) == {"bar": "123", "plain": "s3cret"}
    send(ada, "DELETE", "secrets", key="bar")
    assert list(ada.get(f"/api/spaces/{space}/secrets").json()) == ["plain"]


def test_variables_answer_the_whole_map(ada: httpx.Client, space: str) -> None:
    first = send(ada, "POST", "variables", key="foo", value="123").json()
    assert list(first["foo"]) == ["value", "updatedAt"]
    send(ada, "POST", "variables", key="PAPER", value="arXiv", description="found it there")
    changed = send(ada, "POST", "variables", key="foo", value="456", description="new").json()
    assert list(changed) == ["foo", "PAPER"]
    assert list(changed["foo"]) == ["value", "description", "updatedAt"]
    assert changed["foo"]["updatedAt"] >= first["foo"]["updatedAt"]
    assert send(ada, "DELETE", "variables", key="missing_key").json() == changed
    assert list(send(ada, "DELETE", "variables", key="foo").json()) == ["PAPER"]
    assert send(ada, "DELETE", "variables", key="PAPER").json() == {}


@pytest.mark.parametrize("key", ["1st", "_x", "a-b", "a.b", "", "a b", "a\n"])
@pytest.mark.parametrize("what", ["secrets", "variables"])
def test_bad_names(ada: httpx.Client, space: str, what: str, key: str) -> None:
    assert send(ada, "POST", what, key=key, value="x").status_code == 400
    assert ada.get(f"/api/spaces/{space}/{what}").json() == {}


def test_each_change_restarts(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    for verb, what in (("POST", "secrets"), ("POST", "variables"), ("DELETE", "secrets")):
        before = len(local_hub.stages_seen(space))
        send(ada, verb, what, key=what.upper())
        local_hub.wait_stage(space, "RUNNING")
        seen = local_hub.stages_seen(space)[before:]
        assert seen == ["RUNNING_APP_STARTING", "RUNNING"]
    before = len(local_hub.stages_seen(space))
    send(ada, "DELETE", "secrets", key="NONE")
    assert len(local_hub.stages_seen(space)) == before


def test_a_paused_space_stays_paused(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.set_stage(space, "PAUSED")
    send(ada, "POST", "variables", key="A", value="1")
    assert local_hub.stage(space) == "PAUSED"
    local_hub.set_stage(space, "SLEEPING")
    send(ada, "POST", "variables", key="A", value="2")
    assert local_hub.stages_seen(space)[-1] != "SLEEPING"


def test_the_collision_of_names(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    send(ada, "POST", "variables", key="TWICE", value="a")
    assert send(ada, "POST", "secrets", key="TWICE", value="b").status_code == 200
    runtime = ada.get(f"/api/spaces/{space}/runtime").json()
    assert runtime["stage"] == "CONFIG_ERROR"
    assert runtime["errorMessage"] == "Collision on variables and secrets names"
    ada.post(f"/api/spaces/{space}/restart")
    assert local_hub.wait_stage(space, "CONFIG_ERROR") == "CONFIG_ERROR"
    send(ada, "DELETE", "secrets", key="TWICE")
    assert local_hub.wait_stage(space, "RUNNING") == "RUNNING"


def test_who_may(
    ada: httpx.Client,
    ada_reading: httpx.Client,
    bob: httpx.Client,
    nobody: httpx.Client,
    space: str,
) -> None:
    send(ada, "POST", "variables", key="SHOWN", value="1")
    for client in (ada_reading, bob, nobody):
        assert list(client.get(f"/api/spaces/{space}/variables").json()) == ["SHOWN"]
    assert ada_reading.get(f"/api/spaces/{space}/secrets").status_code == 403
    assert bob.get(f"/api/spaces/{space}/secrets").status_code == 403
    assert nobody.get(f"/api/spaces/{space}/secrets").status_code == 401
    assert send(ada_reading, "POST", "secrets", key="X").status_code == 403
    assert send(bob, "DELETE", "variables", key="SHOWN").status_code == 403


def test_static_spaces_have_both(ada: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.create("ada/demo", sdk="static")
    assert send(ada, "POST", "secrets", key="S", value="1").is_success
    assert send(ada, "POST", "variables", key="S", value="1").is_success
    assert ada.get("/api/spaces/ada/demo/runtime").json()["stage"] == "RUNNING"
