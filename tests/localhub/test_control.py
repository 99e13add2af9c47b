"""Every command is documented, and there in all three ways."""

from __future__ import annotations

import httpx
import pytest

from spaces_tui.localhub import control
from spaces_tui.localhub.thread import LocalHub


@pytest.mark.parametrize("name", control.COMMANDS)
def test_every_command_is_documented_and_a_method(name: str) -> None:
    documented = {row.split()[0] for row in (control.__doc__ or "").splitlines() if row.strip()}
    assert name in documented
    assert callable(getattr(LocalHub, name))
    assert callable(getattr(control.Control, name))


def test_commands_over_http(nobody: httpx.Client) -> None:
    def run(command: str, /, **arguments: object) -> httpx.Response:
        return nobody.post(f"/__local__/{command}", json=arguments)

    token = run("add_person", name="kim", pro=True, organizations={"acme": "write"}).json()
    me = nobody.get("/api/whoami-v2", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["name"], me["isPro"], me["orgs"][0]["roleInOrg"]) == ("kim", True, "write")
    scoped = {"acme": ["repo.content.read"]}
    token = run("issue_token", name="kim", role="fineGrained", scoped=scoped).json()
    me = nobody.get("/api/whoami-v2", headers={"Authorization": f"Bearer {token}"}).json()
    (scope,) = me["auth"]["accessToken"]["fineGrained"]["scoped"]
    assert (scope["entity"]["type"], scope["permissions"]) == ("org", ["repo.content.read"])
    assert run("visit", space="bob/quiet-pond").json()["stage"] == "RUNNING"
    assert run("visit", space="no/body").status_code == 400
    assert run("issue_token", name="nobody").status_code == 400
    assert run("add_person", name="x", organizations={"none": "write"}).status_code == 400
    assert run("redirect_status", status=200).status_code == 400
