"""What tests and scripts may do to a local Hub that nobody may do to the real one.

Every public method is a command, usable three ways: in process on `LocalHub` (`thread.py`), over
HTTP as `POST /__local__/{command}` with the arguments as a JSON object, and here, on the server's
loop. Results are plain JSON values. Faults, quotas and the request list do not see these calls.

    timing          {speed?, lag?, build?, cached_build?, start?, keep_alive?, metrics?, chatter?}
                    seconds (see `timing.py`); answers all values. Holds for waits that begin later
    fault           {path, method?, count?, skip?, delay?, status?, handled?, body?, headers?,
                    drop?, cut?, mangle?, bytes_per_second?}
                    see `faults.py`; `count` null = until cleared
    clear_faults    {}
    faults          {}  → what is set, with hits so far
    exhaust_rate    {name?, role?, kind?, seconds?}  the window is used up: 429 with r=0. `name`
                    null = anonymous callers; kind `api`, `resolvers` or `pages`
    exhaust_commits {count?}  the next commits get 429 with r>0, the quota of commits per hour
    rate_quota      {quota}  requests per window for everybody; null = as the plan says
    reset_rate      {}  fresh windows, plans' quotas
    commit          {space, files, author?, title?}  as somebody else; `files` maps a path to text,
                    to {"base64": …} or to null (delete)  → {"oid", "parent"}
    set_stage       {space, stage, error?, sha?}  at once, any word  → runtime
    begin_build     {space}  as after a first commit, without its lag  → runtime
    write_log       {space, data, stream?}  one chunk to `run` or `build`
    reset_log       {space, stream?}  the history ends and so do the streams that are open
    drop_streams    {}  cut the connection of every open event stream  → how many
    rename          {space, to}  the old name redirects from now on
    delete          {space}
    create          {space, sdk?, private?, files?, stage?}  any namespace, no rules  → info
    set_private     {space, private}
    cpu_quota       {namespace, limit}  so many Spaces at once on cpu-basic; null = any number
    revoke          {name, role}  that token gets 401 from now on
    expire_storage  {}  signed addresses given out so far stop working
    advance         {seconds}  time goes forward: builds, sleep timers, request windows, expiries
                    all follow, each thing at its moment  → Unix time
    visit           {space}  open the application: a Space that sleeps wakes up  → runtime
    add_person      {name, pro?, can_pay?, organizations?}  `organizations` maps a name to a role
                    → value of a write token
    issue_token     {name, role?, label?, grants?, scoped?, restricted?, expires_in?}  any kind of
                    token, see `levers.py`  → its value
    approve_login   {user_code, name?}  confirm a device code in the browser
    deny_login      {user_code}
    login_interval  {seconds}  how far apart programs have to ask for a login's outcome
    commit_quota    {quota}  commits per hour of an account to a Space (128); null = any number
    lock_creation   {count?}  the next creations get 409 without `url`: another operation is on
    list_lag        {seconds}  the runtime in lists is so far behind the runtime call
    name_origin     {origin?}  replies name https://huggingface.co, or that origin; null = the own
    map_apps        {here?}  `host` in info is an address on this server, so that the application,
                    and with `--7887` its reload reports, can be reached; without it, both answer
                    requests to this server whose `Host` is `{subdomain}[--7887].hf.space`
    reload_pending  {count}  so many questions for a reload report get 204 before it is there (1)
    redirect_status {status}  former names are answered with that redirect instead of 307
    warn            {topic?, message?}  a notice on every answer; without a topic, no more notices
    disable         {space, disabled?}  taken away by moderation: 403 on every call
    fail_start      {space, error}  the next start ends in RUNTIME_ERROR with that message
    scale           {space, requested, current?}  so many containers at once; `requested` may be
                    "auto"  → runtime
    use_gpu         {name, seconds}  ZeroGPU seconds are used  → quota
    multipart       {over, chunk}  objects above so many bytes are sent in parts of `chunk` bytes
    refuse_object   {oid, code?, message?}  the batch call answers an error for that SHA-256
    url_lifetime    {seconds}  how long addresses signed from now on are valid
    secret_values   {space}  → the secrets with their values
    requests        {}  → list of requests received: see `requestlog.py`
    clear_requests  {}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final, Unpack

from spaces_tui.localhub import stages
from spaces_tui.localhub.describe import INFO_FIELDS, describe
from spaces_tui.localhub.errors import COMMIT_QUOTA
from spaces_tui.localhub.faults import Fault, FaultOptions
from spaces_tui.localhub.logs import LogBuffer
from spaces_tui.localhub.ratelimit import RequestClass
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import Space, runtime_json
from spaces_tui.localhub.starter import starter_files
from spaces_tui.localhub.timing import Timing
from spaces_tui.localhub.tree import Blob
from spaces_tui.localhub.worldcontrol import WORLD_COMMANDS, WorldControl

FileContent = str | bytes | Mapping[str, str] | None
COMMANDS: Final = (
    "timing",
    "fault",
    "clear_faults",
    "faults",
    "exhaust_rate",
    "exhaust_commits",
    "rate_quota",
    "reset_rate",
    "commit",
    "set_stage",
    "begin_build",
    "write_log",
    "reset_log",
    "drop_streams",
    "rename",
    "delete",
    "create",
    "set_private",
    "cpu_quota",
    "revoke",
    "expire_storage",
    "requests",
    "clear_requests",
    *WORLD_COMMANDS,
)


class Control(WorldControl):
    """The commands. Unknown Spaces, names and keys raise KeyError, bad values ValueError."""

    def timing(self, **changes: float) -> dict[str, float]:
        """Change delays and answer all of them."""
        known = {item.name for item in fields(Timing)}
        for name, value in changes.items():
            if name not in known:
                raise KeyError(name)
            setattr(self._hub.timing, name, value)
        return asdict(self._hub.timing)

    def fault(self, path: str, **options: Unpack[FaultOptions]) -> None:
        """Do something wrong for matching requests."""
        self._hub.faults.add(Fault(path, **options))

    def clear_faults(self) -> None:
        """End all faults."""
        self._hub.faults.clear()

    def faults(self) -> list[dict[str, object]]:
        """Answer the faults and how often they hit."""
        return self._hub.faults.to_json()

    def exhaust_rate(
        self,
        *,
        name: str | None = "ada",
        role: str = "write",
        kind: RequestClass = "api",
        seconds: float = 300,
    ) -> None:
        """Use up a window."""
        token = self._hub.accounts.of(name, role) if name else None
        self._hub.rates.exhaust(token, kind, seconds)

    def exhaust_commits(self, *, count: int | None = 1) -> None:
        """Refuse commits by the quota of commits per hour."""
        body = json.dumps({"error": COMMIT_QUOTA})
        headers = {"X-Error-Message": COMMIT_QUOTA}
        self.fault("/commit/", method="POST", count=count, status=429, body=body, headers=headers)

    def rate_quota(self, quota: int | None) -> None:
        """Give everybody the same quota."""
        self._hub.rates.quota = quota

    def reset_rate(self) -> None:
        """Begin fresh windows."""
        self._hub.rates.reset()

    def commit(
        self,
        space: str,
        files: Mapping[str, FileContent],
        *,
        author: str = "carol",
        title: str = "Update from somewhere else",
    ) -> dict[str, str]:
        """Commit as somebody else."""
        found = self._space(space)
        parent = found.head.oid
        done = self._hub.commit(found, _changes(files), author=author, title=title)
        return {"oid": done.oid, "parent": parent}

    def set_stage(
        self, space: str, stage: str, *, error: str | None = None, sha: str | None = None
    ) -> dict[str, Any]:
        """Put a Space into any stage."""
        found = self._space(space)
        self._hub.lifecycle.force(found, stage, error, sha)
        return runtime_json(found)

    def begin_build(self, space: str) -> dict[str, Any]:
        """Deploy the head."""
        found = self._space(space)
        self._hub.lifecycle.begin(found)
        return runtime_json(found)

    def write_log(self, space: str, data: str, *, stream: str = "run") -> None:
        """Write one chunk to a log."""
        self._log(space, stream).write(data)

    def reset_log(self, space: str, *, stream: str = "run") -> None:
        """Begin a new history."""
        self._log(space, stream).reset()

    def drop_streams(self) -> int:
        """Cut every open event stream."""
        streams = list(self._hub.open_streams)
        self._hub.open_streams.clear()
        for cut in streams:
            cut()
        return len(streams)

    def rename(self, space: str, to: str) -> None:
        """Rename a Space."""
        self._hub.rename(space, to)

    def delete(self, space: str) -> None:
        """Delete a Space."""
        self._hub.delete(self._space(space))

    def create(
        self,
        space: str,
        *,
        sdk: str = "gradio",
        private: bool = False,
        files: Mapping[str, FileContent] | None = None,
        stage: str = stages.RUNNING,
    ) -> dict[str, Any]:
        """Create a Space with the starter files and `files`, in a stage, without a deployment."""
        now = self._hub.clock.now()
        repo = Repository(starter_files(sdk, space.partition("/")[2]), int(now))
        if files:
            author = space.partition("/")[0]
            repo.commit(_changes(files), author=author, seconds=int(now), title="Add files")
        found = self._hub.add(Space(space, repo, now, private=private))
        self._hub.lifecycle.force(found, stage)
        return describe(found, INFO_FIELDS)

    def set_private(self, space: str, private: bool) -> None:
        """Hide or show a Space."""
        self._space(space).private = private

    def cpu_quota(self, namespace: str, limit: int | None) -> None:
        """Limit the Spaces of a namespace that run on cpu-basic."""
        if limit is None:
            self._hub.quotas.pop(namespace, None)
        else:
            self._hub.quotas[namespace] = limit

    def revoke(self, name: str, role: str) -> None:
        """Let a token become invalid."""
        self._hub.accounts.revoke(self._hub.accounts.of(name, role))

    def expire_storage(self) -> None:
        """Let signed addresses expire."""
        self._hub.lfs.revoke_grants()

    def requests(self) -> list[dict[str, object]]:
        """Answer what was asked so far."""
        return self._hub.requests.to_json()

    def clear_requests(self) -> None:
        """Forget what was asked so far."""
        self._hub.requests.clear()

    def _space(self, space: str) -> Space:
        return self._hub.spaces[space]

    def _log(self, space: str, stream: str) -> LogBuffer:
        found = self._space(space)
        return {"run": found.run_log, "build": found.build_log}[stream]


def command(control: Control, name: str) -> Callable[..., Any]:
    """Return the method of a command. Raises KeyError."""
    if name not in COMMANDS:
        raise KeyError(name)
    method: Callable[..., Any] = getattr(control, name)
    return method


def _changes(files: Mapping[str, FileContent]) -> dict[str, Blob | None]:
    return {path: _blob(content) for path, content in files.items()}


def _blob(content: FileContent) -> Blob | None:
    if content is None:
        return None
    if isinstance(content, str):
        return Blob(content.encode())
    if isinstance(content, bytes):
        return Blob(content)
    return Blob(base64.b64decode(content["base64"]))
