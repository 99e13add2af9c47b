"""Creating, duplicating, moving and deleting repositories."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from spaces_tui.localhub.accounts import WRITERS, Token
from spaces_tui.localhub.attributes import ATTRIBUTES, DEFAULT_ATTRIBUTES
from spaces_tui.localhub.creation import (
    SDKS,
    Order,
    card_keys,
    check_name,
    check_namespace,
    check_plan,
    checked_order,
    checked_template,
    checked_visibility,
    first_files,
)
from spaces_tui.localhub.dataset import Dataset
from spaces_tui.localhub.errors import (
    NEEDS_PLAN,
    MovedError,
    RefusedError,
    bad_request,
    no_repository,
)
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.plans import has_plan
from spaces_tui.localhub.replies import hub_of, json_body, readable_space, reply, signed_in
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import Space, text_files
from spaces_tui.localhub.starter import starter_files

REGIONS = ("us", "eu")


async def create(request: Request) -> Response:
    """Create a Space with a card and, if given, first files."""
    hub, token = hub_of(request), signed_in(request)
    data = await json_body(request)
    if data.get("type") == "dataset":
        return _create_dataset(hub, token, data)
    if data.get("type", "model") != "space":
        raise bad_request("This Hub has Spaces and datasets only: set type to space")
    name = check_name(data.get("name"))
    if data.get("sdk") not in SDKS:
        raise bad_request(f'"sdk" must be one of [{", ".join(SDKS)}]')
    namespace = str(data.get("organization") or token.person.name)
    check_namespace(hub, token, namespace)
    url = _refuse_taken(hub, f"{namespace}/{name}")
    order = checked_order(data, hub.clock.now())
    check_plan(hub, token, namespace, order, str(data["sdk"]))
    _check_paid_options(hub, token, namespace, data)
    space = _create(hub, token, f"{namespace}/{name}", data, order)
    return reply({"url": url, "name": space.id, "id": space.hub_id})


def _create_dataset(hub: LocalHubState, token: Token, data: dict[str, Any]) -> Response:
    """Create a dataset with nothing but its `.gitattributes`."""
    name = check_name(data.get("name"))
    namespace = str(data.get("organization") or token.person.name)
    check_namespace(hub, token, namespace)
    dataset_id = f"{namespace}/{name}"
    url = f"{hub.spoken_origin}/datasets/{dataset_id}"
    if dataset_id in hub.datasets or any(
        one.kind == "dataset" and one.id == dataset_id for one in hub.shelf
    ):
        raise RefusedError(409, "You already created this dataset repo", url=url)
    now = hub.clock.now()
    repo = Repository(text_files({ATTRIBUTES: DEFAULT_ATTRIBUTES}), int(now))
    private = checked_visibility(data) == "private"
    dataset = Dataset(dataset_id, repo, now, private, creator=token.person.name)
    hub.datasets[dataset_id] = dataset
    return reply({"url": url, "name": dataset_id, "id": dataset.hub_id})


def _refuse_taken(hub: LocalHubState, space_id: str) -> str:
    url = f"{hub.spoken_origin}/spaces/{space_id}"
    if space_id in hub.spaces:
        raise RefusedError(409, "You already created this space repo", url=url)
    return url


def _check_paid_options(
    hub: LocalHubState, token: Token, namespace: str, data: dict[str, Any]
) -> None:
    planned = has_plan(hub.accounts, namespace, token)
    if data.get("devModeEnabled") and not planned:
        raise RefusedError(402, NEEDS_PLAN.format(what="Dev Mode"))
    region = data.get("region")
    if region is not None and region not in REGIONS:
        raise bad_request(f'"region" must be one of [{", ".join(REGIONS)}]')
    if region is not None and not planned:
        raise RefusedError(402, NEEDS_PLAN.format(what="Choosing a region"))


def _create(
    hub: LocalHubState, token: Token, space_id: str, data: dict[str, Any], order: Order
) -> Space:
    now = hub.clock.now()
    sdk, name = str(data["sdk"]), space_id.partition("/")[2]
    files = first_files(data, checked_template(data))
    repo = Repository(starter_files(sdk, name, **card_keys(data)), int(now))
    space = Space(space_id, repo, now, runtime=order.runtime(), creator=token.person.name)
    space.visibility = order.visibility or "public"
    space.runtime.dev_mode = bool(data.get("devModeEnabled"))
    space.options |= {key: data[key] for key in ("region", "resourceGroupId") if data.get(key)}
    _furnish(space, order)
    hub.add(space)
    if files:
        hub.commit(space, files, author=token.person.name, title="Add files")
    return space


def _furnish(space: Space, order: Order) -> None:
    space.secrets |= order.secrets
    space.variables |= order.variables


async def duplicate(request: Request) -> Response:
    """Copy files and variables to a new Space; secrets and hardware stay behind."""
    hub, token, source = hub_of(request), signed_in(request), readable_space(request)
    data = await json_body(request)
    target = str(data.get("repository", ""))
    namespace, _, name = target.partition("/")
    check_name(name)
    check_namespace(hub, token, namespace)
    url = _refuse_taken(hub, target)
    order = checked_order(data, hub.clock.now())
    check_plan(hub, token, namespace, order, source.sdk)
    now = hub.clock.now()
    repo = Repository(
        dict(source.head.tree.files()),
        int(now),
        title=f"Duplicate from {source.id}",
        author=token.person.name,
    )
    copy = Space(target, repo, now, runtime=order.runtime(), creator=token.person.name)
    copy.visibility = order.visibility or source.visibility
    copy.origin = source.id
    copy.variables |= source.variables
    _furnish(copy, order)
    hub.add(copy)
    hub.lifecycle.committed(copy, denied=hub.over_quota(copy))
    large = any(blob.lfs for _path, blob in source.head.tree.files())
    return reply({"url": url} | ({"filesCopyPending": True} if large else {}))


async def move(request: Request) -> Response:
    """Rename or transfer a Space; the old name redirects and the application restarts."""
    hub, token = hub_of(request), signed_in(request)
    data = await json_body(request)
    old, new = str(data.get("fromRepo", "")), str(data.get("toRepo", ""))
    if data.get("type", "model") != "space":
        raise no_repository(anonymous=False)
    space = _own(hub, token, old)
    target, _, name = new.partition("/")
    check_name(name)
    _check_transfer(hub, token, space, target)
    if new in hub.spaces:
        raise RefusedError(409, f"The repository {new} already exists")
    hub.rename(old, new)
    hub.reconfigured(space)
    return Response()


def _check_transfer(hub: LocalHubState, token: Token, space: Space, target: str) -> None:
    """Refuse a transfer the caller's roles do not allow. Raises 403."""
    hub.check_writable(space, token)
    hub.check_reach(target, token)
    source, person = space.namespace, token.person
    if target == source:
        return
    if person.role_in(source) != "admin":
        raise RefusedError(403, f"You need to be an admin of {source} to move its repositories")
    if not token.may_create(target):
        raise RefusedError(403, f"You don't have the rights to move a repository to {target}")


async def delete(request: Request) -> Response:
    """Delete a Space; the answer is text. Without a `type` it would be a model: 404."""
    hub, token = hub_of(request), signed_in(request)
    data = await json_body(request)
    if data.get("type") == "dataset":
        return _delete_dataset(hub, token, data)
    if data.get("type", "model") != "space":
        raise no_repository(anonymous=False)
    namespace = data.get("organization") or token.person.name
    space = _own(hub, token, f"{namespace}/{data.get('name')}")
    hub.check_writable(space, token)
    if token.person.role_in(space.namespace) not in WRITERS and space.creator != token.person.name:
        raise RefusedError(403, f"You don't have the required permissions to delete {space.id}")
    hub.delete(space)
    return PlainTextResponse("OK")


def _delete_dataset(hub: LocalHubState, token: Token, data: dict[str, Any]) -> Response:
    namespace = data.get("organization") or token.person.name
    dataset = hub.readable_dataset(f"{namespace}/{data.get('name')}", token)
    hub.check_writable(dataset, token)
    del hub.datasets[dataset.id]
    return PlainTextResponse("OK")


def _own(hub: LocalHubState, token: Token, space_id: str) -> Space:
    try:
        return hub.readable(space_id, token)
    except MovedError as moved:
        raise no_repository(anonymous=False) from moved


ROUTES = [
    Route("/api/repos/create", create, methods=["POST"]),
    Route("/api/repos/move", move, methods=["POST"]),
    Route("/api/repos/delete", delete, methods=["DELETE"]),
    Route("/api/spaces/{namespace}/{name}/duplicate", duplicate, methods=["POST"]),
]
