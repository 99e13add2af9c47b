"""Operations on accounts, on lists of Spaces, and on what runs a Space."""

from __future__ import annotations

from typing import Final

import pytest
from huggingface_hub import HfApi
from huggingface_hub import Volume as TheirVolume
from huggingface_hub.errors import HfUriError
from huggingface_hub.hf_api import SpaceHardware  # type: ignore[attr-defined] # not in its list

from spaces_tui.hub.client import Hub
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.environment import NewSecret, NewVariable
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.newspace import NewSpace, SpaceCopy
from spaces_tui.model.settings import SpaceSettings
from spaces_tui.model.volume import Volume
from tests.differential.compare import Known
from tests.differential.operation import (
    ACCEPT,
    PAGE_SIZE,
    SPACE,
    STREAM,
    Operation,
    drained,
    first,
    first_of,
)

FULL = NewSpace(
    "acme/full",
    "gradio",
    visibility="protected",
    hardware="t4-medium",
    sleep_time=600,
    secrets=(NewSecret("S", Secret("1"), "one"),),
    variables=(NewVariable("V", "2"),),
    volumes=(Volume("model", "acme/m", "/m"),),
    region="eu",
)
GROUP = "0123456789abcdef01234567"
COPY = SpaceCopy(
    "acme/copy",
    visibility="private",
    hardware="t4-small",
    sleep_time=300,
    secrets=(NewSecret("S", Secret("1")),),
    variables=(NewVariable("V", "2"),),
)
VOLUMES = (
    Volume("bucket", "ada/data", "/data", read_only=True),
    Volume("dataset", "acme/corpus", "/corpus", revision="v1", path="train"),
)
THEIR_VOLUMES = [
    TheirVolume(type="bucket", source="ada/data", mount_path="/data", read_only=True),
    TheirVolume(
        type="dataset", source="acme/corpus", mount_path="/corpus", revision="v1", path="train"
    ),
]
OWN_REPOSITORIES = (
    ACCEPT,
    PAGE_SIZE,
    Known("query.type: space | -", "a console for Spaces does not read models and datasets"),
)


def many(server: LocalHub) -> None:
    """Have a few Spaces of an organization."""
    for number in range(5):
        server.create(f"acme/space-{number}")


async def from_template(hub: Hub, space: str, name: str) -> None:
    """Create a Space as a template, found by its name, wants it."""
    found = {template.name.lower(): template for template in await hub.spaces.templates()}[name]
    visibility = "private" if found.prefer_private else None
    await hub.repos.create(NewSpace(space, found.sdk, visibility, template=found.repo))


def their_create_for_somebody_else(api: HfApi) -> None:
    """Be content with a Space that is there, which theirs is on the Hub's own address alone."""
    with pytest.raises(HfUriError):
        api.create_repo("bob/quiet-pond", repo_type="space", space_sdk="static", exist_ok=True)


def renamed(server: LocalHub) -> None:
    """Let another name lead to the Space."""
    server.rename(SPACE, "ada/former")
    server.rename("ada/former", SPACE)


def paid(server: LocalHub) -> None:
    """Have hardware whose sleep time can be set."""

    def ask(state: LocalHubState) -> None:
        state.spaces[SPACE].runtime.requested = "t4-small"

    server.call(ask)


SPACES: Final = (
    Operation("who am I", lambda hub: hub.whoami(), lambda api: api.whoami()),
    Operation("a person", lambda hub: hub.user("bob"), lambda api: api.get_user_overview("bob")),
    Operation(
        "an organization",
        lambda hub: hub.organization("acme"),
        lambda api: api.get_organization_overview("acme"),
    ),
    Operation(
        "members of an organization",
        lambda hub: drained(hub.members("acme")),
        lambda api: list(api.list_organization_members("acme")),
    ),
    Operation(
        "one's own repositories",
        lambda hub: drained(hub.my_repositories()),
        lambda api: list(api.list_user_repos()),
        differs=OWN_REPOSITORIES,
    ),
    Operation(
        "an organization's repositories",
        lambda hub: drained(hub.my_repositories(organization="acme")),
        lambda api: list(api.list_user_repos("acme")),
        differs=OWN_REPOSITORIES,
    ),
    Operation(
        "ZeroGPU quota", lambda hub: hub.zero_gpu_quota(), lambda api: api.get_zero_gpu_quota()
    ),
    Operation(
        "Spaces with fields to show",
        lambda hub: drained(hub.spaces.list("acme", expand=("runtime", "sha", "sdk"))),
        lambda api: list(
            api.list_spaces(author="acme", limit=100, expand=["runtime", "sha", "sdk"])
        ),
        before=many,
    ),
    Operation(
        "Spaces by name, tag and order",
        lambda hub: drained(
            hub.spaces.list(search="quiet", filters=("gradio", "x"), sort="lastModified", expand=())
        ),
        lambda api: list(
            api.list_spaces(search="quiet", filter=["gradio", "x"], sort="last_modified", limit=100)
        ),
    ),
    Operation(
        "all pages of a list",
        lambda hub: drained(hub.spaces.list("acme", limit=2, expand=())),
        lambda api: list(api.list_spaces(author="acme")),
        differs=(
            ACCEPT,
            PAGE_SIZE,
            Known("request: sent | -", "small pages were asked for; five Spaces fill three"),
        ),
        before=many,
    ),
    Operation(
        "models to mount",
        lambda hub: drained(hub.mountable.list("model", "acme")),
        lambda api: list(api.list_models(author="acme", limit=100)),
    ),
    Operation(
        "datasets to mount",
        lambda hub: drained(hub.mountable.list("dataset", "acme")),
        lambda api: list(api.list_datasets(author="acme", limit=100)),
    ),
    Operation(
        "buckets to mount",
        lambda hub: drained(hub.mountable.list("bucket", "acme")),
        lambda api: list(api.list_buckets("acme")),
    ),
    Operation(
        "search by meaning",
        lambda hub: hub.spaces.semantic_search(
            "a quiet pond", filters=("a", "b"), sdks=("gradio", "docker"), include_not_running=True
        ),
        lambda api: list(
            api.search_spaces(
                "a quiet pond",
                filter=["a", "b"],
                sdk=["gradio", "docker"],
                include_non_running=True,
            )
        ),
    ),
    Operation(
        "price list", lambda hub: hub.spaces.hardware(), lambda api: api.list_spaces_hardware()
    ),
    Operation(
        "templates", lambda hub: hub.spaces.templates(), lambda api: api.list_space_templates()
    ),
    Operation("info", lambda hub: hub.space(SPACE).info(), lambda api: api.space_info(SPACE)),
    Operation(
        "info at a revision",
        lambda hub: hub.space(SPACE).info("refs/pr/1"),
        lambda api: api.space_info(SPACE, revision="refs/pr/1"),
        refused=True,
    ),
    Operation(
        "info of what is not there",
        lambda hub: hub.space("ada/none").info(),
        lambda api: api.space_info("ada/none"),
        refused=True,
    ),
    Operation(
        "info by a former name",
        lambda hub: hub.space("ada/former").info(),
        lambda api: api.space_info("ada/former"),
        before=renamed,
    ),
    Operation(
        "pause by a former name",
        lambda hub: hub.space("ada/former").pause(),
        lambda api: api.pause_space("ada/former"),
        differs=(
            ACCEPT,
            Known(
                "request: sent | -",
                "what changes something is repeated elsewhere only once the new name is confirmed",
                on=f"GET /api/spaces/{SPACE}",
            ),
        ),
        before=renamed,
    ),
    Operation(
        "runtime",
        lambda hub: hub.space(SPACE).runtime(),
        lambda api: api.get_space_runtime(SPACE),
    ),
    Operation("pause", lambda hub: hub.space(SPACE).pause(), lambda api: api.pause_space(SPACE)),
    Operation(
        "restart", lambda hub: hub.space(SPACE).restart(), lambda api: api.restart_space(SPACE)
    ),
    Operation(
        "factory rebuild",
        lambda hub: hub.space(SPACE).restart(factory=True),
        lambda api: api.restart_space(SPACE, factory_reboot=True),
    ),
    Operation(
        "restart of somebody else's",
        lambda hub: hub.space("bob/quiet-pond").restart(),
        lambda api: api.restart_space("bob/quiet-pond"),
        refused=True,
    ),
    Operation(
        "hardware",
        lambda hub: hub.space(SPACE).set_hardware("t4-small"),
        lambda api: api.request_space_hardware(SPACE, SpaceHardware.T4_SMALL),
    ),
    Operation(
        "hardware with a sleep time",
        lambda hub: hub.space(SPACE).set_hardware("t4-small", 3600),
        lambda api: api.request_space_hardware(SPACE, SpaceHardware.T4_SMALL, sleep_time=3600),
    ),
    Operation(
        "sleep time",
        lambda hub: hub.space(SPACE).set_sleep_time(60),
        lambda api: api.set_space_sleep_time(SPACE, 60),
        before=paid,
    ),
    Operation(
        "never sleep",
        lambda hub: hub.space(SPACE).set_sleep_time(None),
        lambda api: api.set_space_sleep_time(SPACE, -1),
        before=paid,
    ),
    Operation(
        "developer mode on",
        lambda hub: hub.space(SPACE).set_dev_mode(enabled=True),
        lambda api: api.enable_space_dev_mode(SPACE),
    ),
    Operation(
        "developer mode off",
        lambda hub: hub.space(SPACE).set_dev_mode(enabled=False),
        lambda api: api.disable_space_dev_mode(SPACE),
    ),
    Operation(
        "secrets",
        lambda hub: hub.space(SPACE).secrets.list(),
        lambda api: api.get_space_secrets(SPACE),
    ),
    Operation(
        "set a secret",
        lambda hub: hub.space(SPACE).secrets.set("KEY", Secret("välue")),
        lambda api: api.add_space_secret(SPACE, "KEY", "välue"),
    ),
    Operation(
        "set a secret with a description",
        lambda hub: hub.space(SPACE).secrets.set("KEY", Secret("v"), "what it is"),
        lambda api: api.add_space_secret(SPACE, "KEY", "v", description="what it is"),
    ),
    Operation(
        "delete a secret",
        lambda hub: hub.space(SPACE).secrets.delete("KEY"),
        lambda api: api.delete_space_secret(SPACE, "KEY"),
    ),
    Operation(
        "variables",
        lambda hub: hub.space(SPACE).variables.list(),
        lambda api: api.get_space_variables(SPACE),
    ),
    Operation(
        "set a variable",
        lambda hub: hub.space(SPACE).variables.set("MODE", "a\nb"),
        lambda api: api.add_space_variable(SPACE, "MODE", "a\nb"),
    ),
    Operation(
        "set a variable with a description",
        lambda hub: hub.space(SPACE).variables.set("MODE", "x", "what it is"),
        lambda api: api.add_space_variable(SPACE, "MODE", "x", description="what it is"),
    ),
    Operation(
        "delete a variable",
        lambda hub: hub.space(SPACE).variables.delete("MODE"),
        lambda api: api.delete_space_variable(SPACE, "MODE"),
    ),
    Operation(
        "set volumes",
        lambda hub: hub.space(SPACE).volumes.put(VOLUMES),
        lambda api: api.set_space_volumes(SPACE, THEIR_VOLUMES),
    ),
    Operation(
        "delete volumes that are not there",
        lambda hub: hub.space(SPACE).volumes.delete(),
        lambda api: api.delete_space_volumes(SPACE),
        refused=True,
    ),
    Operation(
        "create",
        lambda hub: hub.repos.create(NewSpace("ada/new", "static")),
        lambda api: api.create_repo("ada/new", repo_type="space", space_sdk="static"),
    ),
    Operation(
        "create a private one",
        lambda hub: hub.repos.create(NewSpace("acme/new", "docker", visibility="private")),
        lambda api: api.create_repo(
            "acme/new", repo_type="space", space_sdk="docker", visibility="private"
        ),
    ),
    Operation(
        "create with everything",
        lambda hub: hub.repos.create(FULL),
        lambda api: api.create_repo(
            "acme/full",
            repo_type="space",
            space_sdk="gradio",
            visibility="protected",
            space_hardware=SpaceHardware.T4_MEDIUM,
            space_sleep_time=600,
            space_secrets=[{"key": "S", "value": "1", "description": "one"}],
            space_variables=[{"key": "V", "value": "2"}],
            space_volumes=[TheirVolume(type="model", source="acme/m", mount_path="/m")],
            region="eu",
        ),
    ),
    Operation(
        "create from a template",
        lambda hub: from_template(hub, "ada/lab", "jupyterlab"),
        lambda api: api.create_repo("ada/lab", repo_type="space", space_template="jupyterlab"),
    ),
    Operation(
        "create in a resource group",
        lambda hub: hub.repos.create(NewSpace("acme/new", "static", resource_group=GROUP)),
        lambda api: api.create_repo(
            "acme/new", repo_type="space", space_sdk="static", resource_group_id=GROUP
        ),
    ),
    Operation(
        "create while another operation is on",
        lambda hub: hub.repos.create(NewSpace("ada/new", "static")),
        lambda api: api.create_repo("ada/new", repo_type="space", space_sdk="static"),
        before=lambda server: server.lock_creation(count=2),
    ),
    Operation(
        "create for somebody else",
        lambda hub: hub.repos.create(NewSpace("bob/quiet-pond", "static"), exist_ok=True),
        their_create_for_somebody_else,
    ),
    Operation(
        "create what is there",
        lambda hub: hub.repos.create(NewSpace(SPACE, "gradio")),
        lambda api: api.create_repo(SPACE, repo_type="space", space_sdk="gradio"),
        refused=True,
    ),
    Operation(
        "create unless it is there",
        lambda hub: hub.repos.create(NewSpace(SPACE, "gradio"), exist_ok=True),
        lambda api: api.create_repo(SPACE, repo_type="space", space_sdk="gradio", exist_ok=True),
    ),
    Operation(
        "duplicate",
        lambda hub: hub.repos.duplicate(SPACE, SpaceCopy("ada/copy")),
        lambda api: api.duplicate_repo(SPACE, "ada/copy", repo_type="space"),
    ),
    Operation(
        "duplicate with everything",
        lambda hub: hub.repos.duplicate(SPACE, COPY),
        lambda api: api.duplicate_repo(
            SPACE,
            "acme/copy",
            repo_type="space",
            visibility="private",
            space_hardware=SpaceHardware.T4_SMALL,
            space_sleep_time=300,
            space_secrets=[{"key": "S", "value": "1"}],
            space_variables=[{"key": "V", "value": "2"}],
        ),
    ),
    Operation(
        "duplicate unless it is there",
        lambda hub: hub.repos.duplicate(SPACE, SpaceCopy("acme/space-1"), exist_ok=True),
        lambda api: api.duplicate_repo(SPACE, "acme/space-1", repo_type="space", exist_ok=True),
        before=many,
    ),
    Operation(
        "move",
        lambda hub: hub.repos.move(SPACE, "acme/moved"),
        lambda api: api.move_repo(SPACE, "acme/moved", repo_type="space"),
    ),
    Operation(
        "delete",
        lambda hub: hub.repos.delete(SPACE),
        lambda api: api.delete_repo(SPACE, repo_type="space"),
        differs=(),
    ),
    Operation(
        "delete if it is there",
        lambda hub: hub.repos.delete("ada/none", missing_ok=True),
        lambda api: api.delete_repo("ada/none", repo_type="space", missing_ok=True),
        differs=(),
    ),
    Operation(
        "visibility",
        lambda hub: hub.space(SPACE).settings.update(SpaceSettings(visibility="private")),
        lambda api: api.update_repo_settings(SPACE, visibility="private", repo_type="space"),
    ),
    Operation(
        "access requests",
        lambda hub: hub.space(SPACE).settings.update(SpaceSettings(gated="auto")),
        lambda api: api.update_repo_settings(SPACE, gated="auto", repo_type="space"),
    ),
    Operation(
        "may I read",
        lambda hub: hub.space(SPACE).auth_check(),
        lambda api: api.auth_check(SPACE, repo_type="space"),
    ),
    Operation(
        "may I write",
        lambda hub: hub.space(SPACE).auth_check(write=True),
        lambda api: api.auth_check(SPACE, repo_type="space", write=True),
    ),
    Operation(
        "run log",
        lambda hub: first(hub.space(SPACE).logs(LogStream.RUN)),
        lambda api: first_of(api.fetch_space_logs(SPACE)),
        differs=STREAM,
        before=lambda server: server.write_log(SPACE, "line\n"),
    ),
    Operation(
        "build log, followed",
        lambda hub: first(hub.space(SPACE).follow(LogStream.BUILD)),
        lambda api: first_of(api.fetch_space_logs(SPACE, build=True, follow=True)),
        differs=STREAM,
        before=lambda server: server.write_log(SPACE, "line\n", "build"),
    ),
)
