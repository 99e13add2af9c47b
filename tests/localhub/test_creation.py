"""Creating with every field, templates, duplicates, moves, settings."""

from __future__ import annotations

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect


def create(client: httpx.Client, called: str = "new", /, **fields: object) -> httpx.Response:
    """Ask for a Space."""
    body = {"name": called, "type": "space", "sdk": "gradio"} | fields
    return client.post("/api/repos/create", json=body)


def test_every_field(ada: httpx.Client, local_hub: LocalHub) -> None:
    answer = create(
        ada,
        organization="acme",
        visibility="private",
        hardware="t4-small",
        sleepTimeSeconds=600,
        secrets=[{"key": "S", "value": "hush", "description": "a secret"}],
        variables=[{"key": "V", "value": "1"}],
        volumes=[{"type": "model", "source": "acme/m", "mountPath": "/m"}],
        devModeEnabled=True,
        sdkVersion="6.1.0",
        short_description="Says: hello",
        license="mit",
        region="eu",
        files=[{"path": "app.py", "content": "cHJpbnQoKQo=", "encoding": "base64"}],
    )
    assert answer.json()["name"] == "acme/new"
    local_hub.wait_stage("acme/new", "RUNNING")
    info = ada.get("/api/spaces/acme/new").json()
    assert (info["private"], info["visibility"]) == (True, "private")
    assert info["cardData"]["short_description"] == "Says: hello"
    assert info["cardData"]["sdk_version"] == "6.1.0"
    runtime = info["runtime"]
    assert runtime["hardware"]["requested"] == "t4-small"
    assert (runtime["gcTimeout"], runtime["devMode"]) == (600, True)
    assert [volume["source"] for volume in runtime["volumes"]] == ["acme/m"]
    assert local_hub.secret_values("acme/new") == {"S": "hush"}
    assert local_hub.files("acme/new")["app.py"] == b"print()\n"


@pytest.mark.parametrize(
    "fields",
    [
        {"sdk": "streamlit"},
        {"sdk": None},
        {"type": "model"},
        {"name": "a--b"},
        {"name": "new\n"},
        {"visibility": "secret"},
        {"visibility": "public", "private": False},
        {"hardware": "abacus"},
        {"hardware": "zerogpu", "sdk": "docker"},
        {"sleepTimeSeconds": 0},
        {"secrets": [{"key": "a-b", "value": ""}]},
        {"volumes": [{"type": "bucket"}]},
        {"short_description": "x" * 61},
        {"license_name": "No Spaces"},
        {"region": "moon"},
        {"template": "nobody/nothing"},
        {"template": "SpacesExamples/jupyterlab"},
    ],
)
def test_bad_fields(ada: httpx.Client, fields: dict[str, object]) -> None:
    assert create(ada, **fields).status_code == 400
    assert ada.get("/api/spaces/ada/new").status_code == 404


def test_what_needs_a_plan(bob: httpx.Client, local_hub: LocalHub) -> None:
    gradio = create(bob)
    assert gradio.status_code == 402
    assert "Static Spaces are free for everyone" in gradio.json()["error"]
    assert create(bob, sdk="static").status_code == 200
    assert create(bob, "two", sdk="static", visibility="protected").status_code == 402
    assert create(bob, "two", sdk="static", devModeEnabled=True).status_code == 402
    assert create(bob, "two", hardware="t4-small").status_code == 403
    assert create(bob, "two", hardware="zerogpu").status_code == 200
    assert create(bob, "three", hardware="zerogpu").status_code == 200
    assert create(bob, "four", hardware="zerogpu").status_code == 403
    assert create(bob, "new", organization="acme", sdk="static").status_code == 403
    token = local_hub.add_person("kim", can_pay=True)
    with connect(local_hub, token) as kim:
        assert create(kim, hardware="t4-small").status_code == 200


def test_conflicts(ada: httpx.Client, local_hub: LocalHub) -> None:
    assert create(ada).is_success
    taken = create(ada)
    assert taken.status_code == 409
    assert taken.json() == {
        "error": "You already created this space repo",
        "url": f"{local_hub.url}/spaces/ada/new",
    }
    local_hub.lock_creation()
    locked = create(ada, "other")
    assert locked.status_code == 409
    assert "url" not in locked.json()
    assert create(ada, "other").is_success


def test_contributors_manage_what_they_created(local_hub: LocalHub) -> None:
    local_hub.create("acme/theirs")
    with connect(local_hub, local_hub.token("mia")) as mia:
        assert create(mia, organization="acme").is_success
        assert mia.post("/api/spaces/acme/new/pause").is_success
        assert mia.post("/api/spaces/acme/theirs/pause").status_code == 403
        body = {"name": "new", "organization": "acme", "type": "space"}
        assert mia.request("DELETE", "/api/repos/delete", json=body).text == "OK"


def test_templates(ada: httpx.Client, local_hub: LocalHub) -> None:
    listed = ada.get("/api/spaces/templates").json()["templates"]
    assert [item["name"] for item in listed] == ["JupyterLab", "Streamlit", "chatbot"]
    assert list(listed[0]) == ["sdk", "name", "repoId", "preferredPrivate"]
    assert create(ada, template="gradio-templates/chatbot").is_success
    assert "gr.ChatInterface" in local_hub.files("ada/new")["app.py"].decode()
    assert local_hub.wait_stage("ada/new", "RUNNING") == "RUNNING"


def test_duplicates(ada: httpx.Client, bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.create("ada/from", files={"app.py": "1\n", "big.bin": "x"}, private=True)
    source = "/api/spaces/ada/from"
    ada.post(f"{source}/variables", json={"key": "MODE", "value": "x"})
    ada.post(f"{source}/secrets", json={"key": "KEY", "value": "y"})
    ada.post(f"{source}/hardware", json={"flavor": "t4-small"})
    body = {"repository": "acme/copy", "variables": [{"key": "MORE", "value": "z"}]}
    answer = ada.post(f"{source}/duplicate", json=body)
    assert answer.json() == {"url": f"{local_hub.url}/spaces/acme/copy"}
    assert ada.post(f"{source}/duplicate", json=body).status_code == 409
    assert list(ada.get("/api/spaces/acme/copy/variables").json()) == ["MODE", "MORE"]
    assert local_hub.secret_values("acme/copy") == {}
    info = ada.get("/api/spaces/acme/copy").json()
    assert info["runtime"]["hardware"]["requested"] == "cpu-basic"
    assert info["visibility"] == "private"
    assert info["originSpace"]["name"] == "ada/from"
    assert local_hub.files("acme/copy") == local_hub.files("ada/from")
    assert local_hub.wait_stage("acme/copy", "RUNNING") == "RUNNING"
    pond = "/api/spaces/bob/quiet-pond/duplicate"
    assert bob.post(pond, json={"repository": "bob/two"}).status_code == 402
    assert bob.post(pond, json={"repository": "ada/two"}).status_code == 403


def test_moves(ada: httpx.Client, bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.create("ada/old")

    def move(client: httpx.Client, old: str, new: str, **more: str) -> int:
        body = {"fromRepo": old, "toRepo": new, "type": "space"} | more
        return client.post("/api/repos/move", json=body).status_code

    assert move(ada, "ada/old", "ada/new", type="model") == 404
    assert move(ada, "ada/old", "bob/new") == 403
    assert move(bob, "ada/old", "bob/new") == 403
    assert move(ada, "ada/old", "ada/bad--name") == 400
    local_hub.create("acme/taken")
    assert move(ada, "ada/old", "acme/taken") == 409
    assert move(ada, "ada/old", "acme/new.er") == 200
    assert "RUNNING_APP_STARTING" in local_hub.stages_seen("acme/new.er")
    former = ada.get("/api/spaces/ada/old/runtime")
    assert former.status_code == 307
    assert former.headers["location"] == f"{local_hub.url}/api/spaces/acme/new.er/runtime"
    assert ada.get("/api/spaces/acme/new.er").json()["subdomain"] == "acme-new-er"
    # ada writes in northwind, and is no admin there.
    local_hub.create("northwind/app")
    assert move(ada, "northwind/app", "ada/app") == 403
    assert move(ada, "northwind/app", "northwind/tool") == 200
    assert move(ada, "acme/new.er", "northwind/app") == 200
    # A new repository takes the former name over.
    assert create(ada, "old").is_success
    assert ada.get("/api/spaces/ada/old").json()["id"] == "ada/old"


def test_settings(ada: httpx.Client, nobody: httpx.Client, bob: httpx.Client, space: str) -> None:
    address = f"/api/spaces/{space}/settings"
    assert ada.put(address, json={"visibility": "protected"}).json()["visibility"] == "protected"
    assert nobody.get(f"/api/spaces/{space}").status_code == 401
    assert ada.get(f"/api/spaces/{space}").json()["visibility"] == "protected"
    assert ada.put(address, json={"private": False}).json()["private"] is False
    assert nobody.get(f"/api/spaces/{space}").is_success
    answer = ada.put(address, json={"discussionsDisabled": True, "gated": "auto"}).json()
    assert (answer["discussionsDisabled"], answer["gated"]) == (True, "auto")
    info = ada.get(f"/api/spaces/{space}").json()
    assert (info["discussionsDisabled"], info["gated"]) == (True, "auto")
    bad: list[dict[str, object]] = [
        {},
        {"visibility": "x"},
        {"private": True, "visibility": "private"},
        {"gated": True},
        {"discussionsDisabled": 1},
        {"title": "x"},
    ]
    for body in bad:
        assert ada.put(address, json=body).status_code == 400, body
    pond = "/api/spaces/bob/quiet-pond/settings"
    assert bob.put(pond, json={"visibility": "protected"}).status_code == 402
    assert bob.put(pond, json={"visibility": "private"}).is_success
    assert ada.put(pond, json={"private": False}).status_code == 404


def test_lists_that_state_the_visibility(
    ada: httpx.Client, bob: httpx.Client, local_hub: LocalHub
) -> None:
    for number in range(3):
        local_hub.create(f"ada/s{number}", private=number == 1)
    answer = ada.get("/api/settings/repositories", params={"type": "space", "limit": "2"})
    first = answer.json()
    assert list(first[0]) == ["id", "type", "updatedAt", "visibility", "storage", "storagePercent"]
    link = answer.links["next"]["url"]
    rest = ada.get(link).json()
    found = {item["id"]: item["visibility"] for item in [*first, *rest]}
    assert found == {"ada/s0": "public", "ada/s1": "private", "ada/s2": "public"}
    assert ada.get("/api/settings/repositories?search=s2").json()[0]["id"] == "ada/s2"
    local_hub.create("acme/app")
    acme = "/api/organizations/acme/settings/repositories"
    assert [item["id"] for item in ada.get(acme).json()] == ["acme/app"]
    assert bob.get(acme).status_code == 403


def test_searching(ada: httpx.Client, nobody: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.create("acme/upscaler", files={"app.py": ""})
    local_hub.create("acme/hidden-upscaler", private=True)
    local_hub.create("acme/idle-upscaler", stage="SLEEPING")

    def search(client: httpx.Client, **params: str) -> list[str]:
        found = client.get("/api/spaces/semantic-search", params={"q": "upscaler"} | params)
        return [item["id"] for item in found.json()]

    assert search(nobody) == ["acme/upscaler"]
    assert set(search(ada)) == {"acme/upscaler", "acme/hidden-upscaler"}
    assert "acme/idle-upscaler" in search(nobody, includeNonRunning="true")
    assert search(nobody, sdk="static") == []
    quick = nobody.get("/api/quicksearch?q=upscal&type=space&limit=1").json()
    assert (len(quick["spaces"]), quick["spacesCount"]) == (1, 2)
    assert nobody.get("/api/quicksearch?q=x&limit=21").status_code == 400


def test_profiles(nobody: httpx.Client) -> None:
    assert nobody.get("/api/users/ada/overview").json()["isPro"] is True
    assert nobody.get("/api/users/nobody/overview").status_code == 404
    org = nobody.get("/api/organizations/acme/overview").json()
    assert (org["name"], org["numUsers"]) == ("acme", 2)
    people = nobody.get("/api/organizations/acme/members").json()
    assert [person["user"] for person in people] == ["ada", "mia"]


def test_tokens_of_each_kind(local_hub: LocalHub) -> None:
    local_hub.create("acme/secret", private=True)
    local_hub.create("acme/open")
    with connect(local_hub, local_hub.token("ada", "oauth")) as login:
        me = login.get("/api/whoami-v2").json()
        assert me["auth"]["type"] == "oauth"
        assert "accessToken" not in me["auth"]
        assert login.post("/api/spaces/acme/open/pause").is_success
    narrow = local_hub.issue_token("ada", "oauth", grants=["read-repos"])
    with connect(local_hub, narrow) as login:
        assert login.get("/api/whoami-v2").json()["orgs"] == []
        assert login.get("/api/spaces/acme/secret").is_success
        assert login.post("/api/spaces/acme/open/pause").status_code == 403
    with connect(local_hub, local_hub.token("ada", "expired")) as late:
        answer = late.get("/api/spaces/acme/open")
        assert answer.status_code == 401
        assert answer.json() == {"error": "Invalid credentials in Authorization header"}
    with connect(local_hub, local_hub.token("ada", "policy")) as refused:
        orgs = {org["name"]: org for org in refused.get("/api/whoami-v2").json()["orgs"]}
        assert orgs["acme"]["securityRestrictions"] == ["token-policy"]
        assert "securityRestrictions" not in orgs["northwind"]
        answer = refused.get("/api/spaces/acme/secret")
        assert answer.status_code == 403
        assert "fine-grained" in answer.json()["error"]
        assert refused.post("/api/spaces/acme/open/pause").status_code == 403
        assert create(refused, organization="acme").status_code == 403
        listed = refused.get("/api/spaces?author=acme").json()
        assert [item["id"] for item in listed] == ["acme/open"]
        assert create(refused).is_success


def test_an_account_without_any_right_to_cpu_basic(local_hub: LocalHub) -> None:
    local_hub.create("zoe/app", stage="SLEEPING", files={"app.py": ""})
    with connect(local_hub, local_hub.token("zoe")) as zoe:
        assert create(zoe).status_code == 402
        refused = zoe.post("/api/spaces/zoe/app/restart")
        assert refused.status_code == 403
        assert "cpu-basic quota limit" in refused.json()["error"]
        local_hub.commit("zoe/app", {"x": "y"})
        local_hub.wait_stage("zoe/app", "PAUSED")
        runtime = zoe.get("/api/spaces/zoe/app/runtime").json()
    text = "Quota exceeded for flavor cpu-basic (requested=1): current=0, limit=0"
    assert runtime["errorMessage"] == text


def test_host_names_differ(ada: httpx.Client, local_hub: LocalHub) -> None:
    for name in ("a.b", "a_b", "x" * 96):
        assert create(ada, name).is_success
    found = {
        space["id"]: space["subdomain"]
        for space in ada.get("/api/spaces?author=ada&expand=subdomain").json()
    }
    assert found["ada/a.b"] == "ada-a-b"
    assert found["ada/a_b"].startswith("ada-a-b-")
    assert len(found["ada/" + "x" * 96]) < 60
    host = {"Host": f"{found['ada/a_b']}.hf.space"}
    local_hub.set_stage("ada/a_b", "RUNNING")
    assert ada.get("/", headers=host).text == "<h1>ada/a_b</h1>"
    local_hub.delete("ada/a.b")
    local_hub.rename("ada/a_b", "ada/a-b")
    assert ada.get("/api/spaces/ada/a-b").json()["subdomain"] == "ada-a-b"
