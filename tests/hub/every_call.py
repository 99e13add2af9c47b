"""Every call of the client in one table: how it is made, what it asks, what answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from spaces_tui.hub.client import Hub
from spaces_tui.hub.sources import LargeFile
from spaces_tui.model.access import DeviceCode
from spaces_tui.model.environment import NewSecret, NewVariable
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.newspace import NewSpace, SpaceCopy
from spaces_tui.model.refs import SharedFile
from spaces_tui.model.repo import DeleteFile, FileSample
from spaces_tui.model.settings import SpaceSettings
from spaces_tui.model.space import Space
from spaces_tui.model.volume import Volume

OID = "a" * 40
VALUE = "a value nobody may see"
CODE = DeviceCode(Secret("device-code"), "ABCD", "https://hub.example/device", None, 5, 900)
APP = Space("a/b", host="https://a-b.hf.space", subdomain="a-b")


@dataclass(frozen=True)
class Case:
    """One call of the client."""

    asks: str
    """Method and path, as errors name it."""
    make: Callable[[Hub], Awaitable[Any]] = field(repr=False)
    answer: object = None
    """JSON of a good answer; bytes are sent as they are."""
    changes: bool = False
    """Whether it is sent only once, unless nothing was sent at all."""
    any_body: bool = False
    """Whether a good status is enough, whatever the body says."""
    stream: bool = False
    """Whether the answer is read while it arrives; what breaks is not asked again."""
    attempts: int = 3
    """How often the trouble that passes is tried."""

    def good(self) -> httpx.Response:
        """Return a good answer."""
        if isinstance(self.answer, bytes):
            return httpx.Response(200, content=self.answer)
        return httpx.Response(200, json=self.answer)


async def drained(items: AsyncIterator[Any]) -> list[Any]:
    """Read an iterator to its end."""
    return [item async for item in items]


_RUNTIME = {"stage": "RUNNING"}
_TOKENS = {"access_token": "hf_oauth_new", "expires_in": 60}
_LOG = b'data: {"data":"x\\n","timestamp":"2026-01-01T00:00:00Z"}\n\n'
_COPY = SpaceCopy("a/copy")
_NEW = NewSpace(
    "a/b",
    "gradio",
    secrets=(NewSecret("KEY", Secret(VALUE)),),
    variables=(NewVariable("MODE", "x"),),
)

CASES = (
    Case("GET /api/whoami-v2", lambda hub: hub.whoami(), {"name": "ada"}),
    Case("GET /api/users/ada/overview", lambda hub: hub.user("ada"), {"user": "ada"}),
    Case(
        "GET /api/organizations/acme/overview",
        lambda hub: hub.organization("acme"),
        {"name": "acme"},
    ),
    Case("GET /api/organizations/acme/members", lambda hub: drained(hub.members("acme")), []),
    Case("GET /api/buckets/acme", lambda hub: drained(hub.mountable.list("bucket", "acme")), []),
    Case("GET /api/models", lambda hub: drained(hub.mountable.list("model", "acme")), []),
    Case("GET /api/datasets", lambda hub: drained(hub.mountable.list("dataset", "acme")), []),
    Case("GET /api/settings/repositories", lambda hub: drained(hub.my_repositories()), []),
    Case(
        "GET /api/organizations/acme/settings/repositories",
        lambda hub: drained(hub.my_repositories(organization="acme")),
        [],
    ),
    Case("GET /api/settings/billing/usage", lambda hub: hub.billing_usage(), {"usage": {}}),
    Case("GET /api/spaces/zero-gpu/quota", lambda hub: hub.zero_gpu_quota(), {"base": 1}),
    Case("POST /api/validate-yaml", lambda hub: hub.validate_yaml("---\n---\n"), {"errors": []}),
    Case("GET /api/spaces", lambda hub: drained(hub.spaces.list()), []),
    Case("GET /api/spaces/hardware", lambda hub: hub.spaces.hardware(), []),
    Case("GET /api/spaces/templates", lambda hub: hub.spaces.templates(), {"templates": []}),
    Case("GET /api/spaces/semantic-search", lambda hub: hub.spaces.semantic_search("cat"), []),
    Case("GET /api/quicksearch", lambda hub: hub.spaces.quicksearch("ca"), {"spaces": []}),
    Case("POST /api/repos/create", lambda hub: hub.repos.create(_NEW), {"name": "a/b"}, True),
    Case(
        "POST /api/spaces/a/b/duplicate",
        lambda hub: hub.repos.duplicate("a/b", _COPY),
        {"url": "https://hub.example/spaces/a/copy"},
        True,
    ),
    Case(
        "POST /api/repos/move", lambda hub: hub.repos.move("a/b", "a/c"), b"", True, any_body=True
    ),
    Case(
        "DELETE /api/repos/delete", lambda hub: hub.repos.delete("a/b"), b"OK", True, any_body=True
    ),
    Case(
        "POST /oauth/device",
        lambda hub: hub.oauth.begin("id"),
        {"device_code": "x", "user_code": "y", "verification_uri": "https://hub.example/device"},
        True,
    ),
    Case("POST /oauth/token", lambda hub: hub.oauth.poll("id", CODE), _TOKENS, True),
    Case("POST /oauth/token", lambda hub: hub.oauth.refresh("id", Secret("old")), _TOKENS, True),
    Case("GET /api/spaces/a/b", lambda hub: hub.space("a/b").info(), {"id": "a/b"}),
    Case("GET /api/spaces/a/b/revision/v1", lambda hub: hub.space("a/b").info("v1"), {"id": "a/b"}),
    Case("GET /api/spaces/a/b/runtime", lambda hub: hub.space("a/b").runtime(), _RUNTIME),
    Case("GET /api/spaces/a/b/runtime", lambda hub: hub.space("a/b").volumes.list(), _RUNTIME),
    Case("POST /api/spaces/a/b/pause", lambda hub: hub.space("a/b").pause(), _RUNTIME, True),
    Case("POST /api/spaces/a/b/restart", lambda hub: hub.space("a/b").restart(), _RUNTIME, True),
    Case(
        "POST /api/spaces/a/b/hardware",
        lambda hub: hub.space("a/b").set_hardware("t4-small", 3600),
        _RUNTIME,
        True,
    ),
    Case(
        "POST /api/spaces/a/b/sleeptime",
        lambda hub: hub.space("a/b").set_sleep_time(None),
        _RUNTIME,
        True,
    ),
    Case(
        "POST /api/spaces/a/b/replicas",
        lambda hub: hub.space("a/b").set_replicas(2),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/dev-mode",
        lambda hub: hub.space("a/b").set_dev_mode(enabled=True),
        _RUNTIME,
        True,
    ),
    Case(
        "PUT /api/spaces/a/b/volumes",
        lambda hub: hub.space("a/b").volumes.put([Volume("bucket", "a/data", "/data")]),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "DELETE /api/spaces/a/b/volumes",
        lambda hub: hub.space("a/b").volumes.delete(),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/storage",
        lambda hub: hub.space("a/b").request_storage("small"),
        _RUNTIME,
        True,
    ),
    Case(
        "DELETE /api/spaces/a/b/storage",
        lambda hub: hub.space("a/b").delete_storage(),
        _RUNTIME,
        True,
    ),
    Case("GET /api/spaces/a/b/jwt", lambda hub: hub.space("a/b").jwt(), {"token": "eyJ"}),
    Case(
        "GET /api/spaces/a/b/auth-check",
        lambda hub: hub.space("a/b").auth_check(),
        b"",
        any_body=True,
    ),
    Case(
        "GET /api/spaces/a/b/auth-check/write",
        lambda hub: hub.space("a/b").auth_check(write=True),
        b"",
        any_body=True,
    ),
    Case("GET /api/spaces/a/b/secrets", lambda hub: hub.space("a/b").secrets.list(), {}),
    Case(
        "POST /api/spaces/a/b/secrets",
        lambda hub: hub.space("a/b").secrets.set("KEY", Secret(VALUE)),
        {},
        True,
        any_body=True,
    ),
    Case(
        "DELETE /api/spaces/a/b/secrets",
        lambda hub: hub.space("a/b").secrets.delete("KEY"),
        {},
        True,
        any_body=True,
    ),
    Case("GET /api/spaces/a/b/variables", lambda hub: hub.space("a/b").variables.list(), {}),
    Case(
        "POST /api/spaces/a/b/variables",
        lambda hub: hub.space("a/b").variables.set("KEY", "x"),
        {},
        True,
    ),
    Case(
        "DELETE /api/spaces/a/b/variables",
        lambda hub: hub.space("a/b").variables.delete("KEY"),
        {},
        True,
    ),
    Case(
        "PUT /api/spaces/a/b/settings",
        lambda hub: hub.space("a/b").settings.update(SpaceSettings(visibility="private")),
        {"visibility": "private"},
        True,
    ),
    Case("GET /api/spaces/a/b/tree/main", lambda hub: drained(hub.space("a/b").tree()), []),
    Case(
        "POST /api/spaces/a/b/paths-info/main", lambda hub: hub.space("a/b").paths_info(["x"]), []
    ),
    Case("GET /api/spaces/a/b/commits/main", lambda hub: hub.space("a/b").commits(), []),
    Case("GET /api/spaces/a/b/commits/main", lambda hub: hub.space("a/b").history(), []),
    Case("GET /api/spaces/a/b/refs", lambda hub: hub.space("a/b").refs(), {}),
    Case(
        "GET /api/spaces/a/b/compare/v1..main",
        lambda hub: hub.space("a/b").compare("v1", "main"),
        "diff",
        any_body=True,
    ),
    Case(
        "GET /api/spaces/a/b/treesize/main", lambda hub: hub.space("a/b").tree_size(), {"size": 1}
    ),
    Case(
        "GET /spaces/a/b/resolve/main/x",
        lambda hub: hub.space("a/b").download("x", limit=2**30),
        b"x",
        any_body=True,
    ),
    Case(
        "HEAD /spaces/a/b/resolve/main/x",
        lambda hub: hub.space("a/b").head("x"),
        b"",
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/branch/dev",
        lambda hub: hub.space("a/b").create_branch("dev"),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "DELETE /api/spaces/a/b/branch/dev",
        lambda hub: hub.space("a/b").delete_branch("dev"),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/tag/main",
        lambda hub: hub.space("a/b").create_tag("v1"),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "DELETE /api/spaces/a/b/tag/v1",
        lambda hub: hub.space("a/b").delete_tag("v1"),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/super-squash/main",
        lambda hub: hub.space("a/b").super_squash(),
        {"commitId": OID},
        True,
    ),
    Case(
        "GET /api/spaces/a/b/lfs-files", lambda hub: drained(hub.space("a/b").lfs_files.list()), []
    ),
    Case(
        f"DELETE /api/spaces/a/b/lfs-files/{OID}",
        lambda hub: hub.space("a/b").lfs_files.delete(OID),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/lfs-files/batch",
        lambda hub: hub.space("a/b").lfs_files.delete_many([OID]),
        b"",
        True,
        any_body=True,
    ),
    Case(
        "POST /api/spaces/a/b/lfs-files/duplicate",
        lambda hub: hub.space("a/b").lfs_files.share("a/c", [SharedFile("x", "y")]),
        {"success": True},
        True,
    ),
    Case(
        "POST /api/spaces/a/b/preupload/main",
        lambda hub: hub.space("a/b").preupload([FileSample("x", 1, b"x")]),
        {"files": []},
    ),
    Case(
        "POST /api/spaces/a/b/commit/main",
        lambda hub: hub.space("a/b").commit([DeleteFile("x")], summary="s", parent=None),
        {"commitOid": OID},
        True,
    ),
    Case(
        "POST /spaces/a/b.git/info/lfs/objects/batch",
        lambda hub: hub.space("a/b").lfs.upload([LargeFile("m.bin", b"hello\n")]),
        {"objects": [{"oid": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"}]},
        attempts=6,
    ),
    Case(
        "GET /api/spaces/a/b/logs/run",
        lambda hub: drained(hub.space("a/b").logs(LogStream.RUN)),
        _LOG,
        stream=True,
        any_body=True,
    ),
    Case(
        "GET /api/spaces/a/b/metrics",
        lambda hub: drained(hub.space("a/b").metrics()),
        b"",
        stream=True,
        any_body=True,
    ),
    Case(
        "GET /api/spaces/a/b/events",
        lambda hub: drained(hub.space("a/b").events()),
        b"",
        stream=True,
        any_body=True,
    ),
    Case(
        "POST /--replicas/+r1/get-reload",
        lambda hub: drained(hub.space("a/b").reload_report(APP, "r1", OID)),
        b"",
        stream=True,
        any_body=True,
    ),
)
"""All calls but `follow` and `oauth.wait`, which are made of others."""
