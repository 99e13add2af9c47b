"""The recorded conversation with the production Hub, had again with the local one.

In March 2025 a Space `user/tmp_test_space` was created, filled, furnished, paused, restarted and
deleted at `https://huggingface.co`. Here the same requests are sent in the same order, and each
answer is compared with the recorded one: status, content type, keys and their order, and every
value but those that were made up anew.

Where the local Hub differs, and why:

- The digest in an `ETag` is of another kind; form and length are the recorded ones. A client may
  compare entity tags, never compute them.
- `RateLimit` headers come with every answer: production added them after the recording.
- Ids, dates and commits are its own. The addresses name the production host only because it is
  told to here (`name_origin`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.timing import Timing
from tests.localhub.conftest import connect
from tests.localhub.test_commit import NDJSON, RECORDED

SPACE = "user/tmp_test_space"
API = f"/api/spaces/{SPACE}"
NEVER = 1e9
TRACE = "1b7c0c2e-0000-4000-8000-000000000000"
JSON = "application/json; charset=utf-8"
EXPOSED = {
    "X-Repo-Commit",
    "X-Request-Id",
    "X-Error-Code",
    "X-Error-Message",
    "X-Total-Count",
    "ETag",
    "Link",
    "Accept-Ranges",
    "Content-Range",
}

FRESH = {
    "_id": r"[0-9a-f]{24}",
    "id": r"[0-9a-f]{24}",
    "commitOid": r"[0-9a-f]{40}",
    "commitUrl": rf"https://huggingface\.co/spaces/{SPACE}/commit/[0-9a-f]{{40}}",
    "updatedAt": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
}
"""Values that every Hub makes up for itself, by key: what they look like, here and there. A value
equal to the recorded one is never asked."""

DOMAINS = '"domains":[{"domain":"user-tmp-test-space.hf.space","stage":"READY"}]}'
BUILDING = (
    '{"stage":"BUILDING","hardware":{"current":null,"requested":"cpu-basic"},"storage":null,'
    '"gcTimeout":172800,"replicas":{"requested":1},"devMode":false,' + DOMAINS
)
STATIC = (
    '{"stage":"RUNNING","hardware":{"current":null,"requested":null},"storage":null,'
    '"replicas":{"requested":1,"current":1}}'
)
FOO = '"foo":{"value":"123","updatedAt":"2025-03-07T12:24:18.657Z"}'
FOO_AGAIN = (
    '"foo":{"value":"456","description":"updated description",'
    '"updatedAt":"2025-03-07T12:24:19.875Z"}'
)
# Its date was left out of what was written down.
MODEL = '"MODEL_REPO_ID":{"value":"user/repo","updatedAt":"2025-03-07T12:24:19.100Z"}'
PAPER = (
    '"MODEL_PAPER":{"value":"arXiv","description":"found it there",'
    '"updatedAt":"2025-03-07T12:24:19.337Z"}'
)
HEADER = {"summary": "Upload app.py with huggingface_hub", "description": ""}
FILE = {"content": RECORDED, "path": "app.py", "encoding": "base64"}
COMMIT = "".join(
    json.dumps({"key": key, "value": value}) + "\n"
    for key, value in (("header", HEADER), ("file", FILE))
)
CREATE = {
    "name": "tmp_test_space",
    "organization": "user",
    "private": True,
    "type": "space",
    "sdk": "gradio",
}
SAMPLES = {"files": [{"path": "app.py", "sample": RECORDED, "size": 152}]}


@dataclass(frozen=True)
class Recorded:
    """One request, and what production answered."""

    what: str
    method: str
    path: str
    body: object = None
    """Sent as JSON; a text is sent as the lines of a commit."""
    answer: str = "{}"
    status: int = 200
    kind: str = JSON


CONVERSATION = (
    Recorded(
        "create",
        "POST",
        "/api/repos/create",
        CREATE,
        '{"url":"https://huggingface.co/spaces/user/tmp_test_space",'
        '"name":"user/tmp_test_space","id":"67cae56f9b4f4ee4713c83e7"}',
    ),
    Recorded(
        "create once more",
        "POST",
        "/api/repos/create",
        CREATE,
        '{"error":"You already created this space repo",'
        '"url":"https://huggingface.co/spaces/user/tmp_test_space"}',
        status=409,
    ),
    Recorded(
        "info with one field",
        "GET",
        f"{API}/revision/main?expand=xetEnabled",
        answer='{"_id":"67cae5358ccdbd832011c081","id":"user/tmp_test_space","xetEnabled":false}',
    ),
    Recorded(
        "preupload of a new file",
        "POST",
        f"{API}/preupload/main",
        SAMPLES,
        '{"files":[{"path":"app.py","uploadMode":"regular","shouldIgnore":false}],'
        '"commitOid":"c28c3378a2354b5aa3b65c9652ed8ed8941ba3d5"}',
    ),
    Recorded(
        "commit",
        "POST",
        f"{API}/commit/main",
        COMMIT,
        '{"success":true,"commitOid":"eff8e0eb38c673ede5f5d4c4d106255900fa39e2","commitUrl":'
        '"https://huggingface.co/spaces/user/tmp_test_space/commit/'
        'eff8e0eb38c673ede5f5d4c4d106255900fa39e2","hookOutput":""}',
    ),
    Recorded(
        "preupload of a known file",
        "POST",
        f"{API}/preupload/main",
        SAMPLES,
        '{"files":[{"path":"app.py","uploadMode":"regular","shouldIgnore":false,'
        '"oid":"1a42034850e2f5213e1a89a887747b667dc9d125"}],'
        '"commitOid":"c52ce5e45984b9378ef6247fe7a45ed72b096b24"}',
    ),
    Recorded("first build", "GET", f"{API}/runtime", answer=BUILDING),
    Recorded(
        "set a secret",
        "POST",
        f"{API}/secrets",
        {"key": "bar", "value": "123", "description": "This is a secret"},
    ),
    Recorded("delete a missing secret", "DELETE", f"{API}/secrets", {"key": "gh_api_key"}),
    Recorded("no variables", "GET", f"{API}/variables", answer="{}"),
    Recorded(
        "set a variable",
        "POST",
        f"{API}/variables",
        {"key": "foo", "value": "123"},
        f"{{{FOO}}}",
    ),
    Recorded(
        "set another",
        "POST",
        f"{API}/variables",
        {"key": "MODEL_REPO_ID", "value": "user/repo"},
        f"{{{FOO},{MODEL}}}",
    ),
    Recorded(
        "set one with a description",
        "POST",
        f"{API}/variables",
        {"key": "MODEL_PAPER", "value": "arXiv", "description": "found it there"},
        f"{{{FOO},{MODEL},{PAPER}}}",
    ),
    Recorded(
        "change one in its place",
        "POST",
        f"{API}/variables",
        {"key": "foo", "value": "456", "description": "updated description"},
        f"{{{FOO_AGAIN},{MODEL},{PAPER}}}",
    ),
    Recorded(
        "delete a missing variable",
        "DELETE",
        f"{API}/variables",
        {"key": "missing_key"},
        f"{{{FOO_AGAIN},{MODEL},{PAPER}}}",
    ),
    Recorded(
        "delete a variable",
        "DELETE",
        f"{API}/variables",
        {"key": "foo"},
        f"{{{MODEL},{PAPER}}}",
    ),
    Recorded("pause", "POST", f"{API}/pause", answer=BUILDING.replace("BUILDING", "PAUSED")),
    Recorded("restart", "POST", f"{API}/restart", answer=BUILDING),
    Recorded("static Space", "GET", "/api/spaces/user/page/runtime", answer=STATIC),
    Recorded(
        "delete",
        "DELETE",
        "/api/repos/delete",
        {"name": "tmp_test_space", "organization": "user", "type": "space"},
        "OK",
        kind="text/plain",
    ),
)
NAMES = [each.what for each in CONVERSATION]


def send(client: httpx.Client, recorded: Recorded) -> httpx.Response:
    """Send one request as it was recorded."""
    if isinstance(recorded.body, str):
        return client.request(recorded.method, recorded.path, content=recorded.body, headers=NDJSON)
    return client.request(recorded.method, recorded.path, json=recorded.body)


@pytest.fixture(scope="module")
def said() -> Iterator[dict[str, httpx.Response]]:
    """What the local Hub answers, all of the conversation."""
    with LocalHub(timing=Timing(lag=0, build=NEVER, cached_build=NEVER)) as hub:
        token = hub.add_person("user", pro=True)
        hub.create("user/page", sdk="static")
        hub.name_origin()
        with connect(hub, token) as client:
            client.headers["X-Amzn-Trace-Id"] = TRACE
            answers = {}
            for each in CONVERSATION:
                if each.what == "first build":
                    hub.wait_stage(SPACE, "BUILDING")
                if each.what == "change one in its place":
                    hub.advance(1)
                answers[each.what] = send(client, each)
            yield answers


def check(ours: Any, theirs: Any, key: str = "") -> None:
    """Check that a value is the recorded one, or another one of the kind that is made up."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict)
        assert list(ours) == list(theirs)
        for name, value in theirs.items():
            check(ours[name], value, name)
    elif isinstance(theirs, list):
        assert isinstance(ours, list)
        assert len(ours) == len(theirs)
        for mine, value in zip(ours, theirs, strict=True):
            check(mine, value, key)
    elif ours != theirs or type(ours) is not type(theirs):
        assert key in FRESH
        assert re.fullmatch(FRESH[key], ours)
        assert re.fullmatch(FRESH[key], theirs)


@pytest.mark.parametrize("recorded", CONVERSATION, ids=NAMES)
def test_the_body(said: dict[str, httpx.Response], recorded: Recorded) -> None:
    answer = said[recorded.what]
    assert answer.status_code == recorded.status
    if recorded.kind != JSON:
        assert answer.text == recorded.answer
        return
    check(answer.json(), json.loads(recorded.answer))
    # Written as production writes it: no blanks, and nothing escaped that need not be.
    assert answer.text == json.dumps(answer.json(), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("recorded", CONVERSATION, ids=NAMES)
def test_the_headers(said: dict[str, httpx.Response], recorded: Recorded) -> None:
    answer = said[recorded.what]
    kind = answer.headers["content-type"]
    assert (kind if recorded.kind == JSON else kind.partition(";")[0]) == recorded.kind
    assert answer.headers["x-powered-by"] == "huggingface-moon"
    request_id = answer.headers["x-request-id"]
    assert re.fullmatch(rf"Root=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{TRACE}", request_id)
    if recorded.kind == JSON:
        etag = answer.headers["etag"]
        found = re.fullmatch(r'W/"([0-9a-f]+)-[A-Za-z0-9+/]{27}"', etag)
        assert found is not None
        assert int(found[1], 16) == len(answer.content)
    exposed = answer.headers.get("access-control-expose-headers")
    if recorded.path.endswith("/secrets"):
        assert exposed is None
    else:
        assert exposed is not None
        assert set(re.split(r",\s*", exposed)) >= EXPOSED


def test_setting_a_variable_again_moves_its_date_alone(said: dict[str, httpx.Response]) -> None:
    before = said["set one with a description"].json()
    after = said["change one in its place"].json()
    assert after["foo"]["updatedAt"] > before["foo"]["updatedAt"]
    assert after["MODEL_PAPER"] == before["MODEL_PAPER"]


def test_commits_lead_from_one_to_the_next(said: dict[str, httpx.Response]) -> None:
    first = said["preupload of a new file"].json()["commitOid"]
    made = said["commit"].json()
    assert made["commitOid"] == said["preupload of a known file"].json()["commitOid"] != first
    assert made["commitUrl"].endswith(made["commitOid"])
