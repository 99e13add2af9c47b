"""People, Spaces and settings as plain JSON values, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from spaces_tui.localhub.accounts import (
    Accounts,
    Membership,
    Organization,
    Person,
    Scope,
    Token,
)
from spaces_tui.localhub.dataset import Dataset
from spaces_tui.localhub.environment import Setting
from spaces_tui.localhub.hotreload import HotReload
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.repository import Commit, Repository
from spaces_tui.localhub.space import Runtime, Space

KEPT_STAGES = 100
"""Past stages that are remembered."""


def accounts_record(accounts: Accounts) -> dict[str, Any]:
    """Return all accounts, with the values of their tokens."""
    return {
        "organizations": [asdict(org) for org in accounts.organizations.values()],
        "people": [_person_record(person) for person in accounts.people.values()],
        "tokens": [
            asdict(token) | {"person": _person_record(token.person), "grants": sorted(token.grants)}
            for token in accounts.tokens
        ],
    }


def _person_record(person: Person) -> dict[str, Any]:
    places = {place.organization.name: place.role for place in person.memberships}
    return asdict(person) | {"memberships": places}


def restore_accounts(accounts: Accounts, record: dict[str, Any]) -> None:
    """Replace all accounts by those of a record."""
    accounts.organizations = {org["name"]: Organization(**org) for org in record["organizations"]}
    people = [_person(accounts, item) for item in record["people"]]
    accounts.people = {person.name: person for person in people}
    accounts.tokens = [
        Token(
            **item
            | {
                "person": _person(accounts, item["person"]),
                "scopes": tuple(
                    Scope(**scope | {"permissions": tuple(scope["permissions"])})
                    for scope in item["scopes"]
                ),
                "grants": frozenset(item["grants"]),
                "restricted": tuple((name, why) for name, why in item["restricted"]),
            }
        )
        for item in record["tokens"]
    ]


def _person(accounts: Accounts, record: dict[str, Any]) -> Person:
    places = tuple(
        Membership(accounts.organizations[name], role)
        for name, role in record["memberships"].items()
    )
    return Person(**record | {"memberships": places})


def world_record(hub: LocalHubState) -> dict[str, Any]:
    """Return what belongs to no account and no Space."""
    return {
        "ahead": hub.clock.ahead,
        "renames": hub.renames,
        "quotas": hub.quotas,
        "refresh": hub.logins.refresh_record(),
    }


def restore_world(hub: LocalHubState, record: dict[str, Any]) -> None:
    """Restore what belongs to no account and no Space; accounts come first."""
    hub.clock.ahead = record["ahead"]
    hub.renames = record["renames"]
    hub.quotas = record["quotas"]
    hub.logins.restore_refresh(record["refresh"])


def space_record(space: Space, *, deploying: bool) -> dict[str, Any]:
    """Return a Space without its commits and logs; `deploying` if it is on its way to run."""
    return {
        "id": space.id,
        "hub_id": space.hub_id,
        "created": space.created,
        "private": space.private,
        "protected": space.protected,
        "alias": space.alias,
        "disabled": space.disabled,
        "creator": space.creator,
        "origin": space.origin,
        "secrets": _settings_record(space.secrets),
        "variables": _settings_record(space.variables),
        "options": space.options,
        "visited": space.visited,
        "likes": space.likes,
        "past": space.past[-KEPT_STAGES:],
        "pace": space.pace,
        "persona": space.persona,
        "runtime": asdict(space.runtime),
        "refs": {name: commit.oid for name, commit in space.repo.refs.items()},
        "deploying": deploying,
    }


def restored_space(record: dict[str, Any], commits: dict[str, Commit]) -> Space:
    """Return the Space of a record; `commits` has every commit by id."""
    values = dict(record)
    del values["deploying"]
    repo = _repository(values.pop("refs"), commits)
    runtime = values.pop("runtime")
    hot = runtime["hot"]
    runtime["hot"] = HotReload(**hot) if hot else None
    for kind in ("secrets", "variables"):
        values[kind] = {key: Setting(*setting) for key, setting in values[kind].items()}
    return Space(repo=repo, runtime=Runtime(**runtime), **values)


def dataset_record(dataset: Dataset) -> dict[str, Any]:
    """Return a dataset without its commits."""
    return {
        "id": dataset.id,
        "hub_id": dataset.hub_id,
        "created": dataset.created,
        "private": dataset.private,
        "creator": dataset.creator,
        "refs": {name: commit.oid for name, commit in dataset.repo.refs.items()},
    }


def restored_dataset(record: dict[str, Any], commits: dict[str, Commit]) -> Dataset:
    """Return the dataset of a record; `commits` has every commit by id."""
    values = dict(record)
    repo = _repository(values.pop("refs"), commits)
    return Dataset(repo=repo, **values)


def _repository(refs: dict[str, str], commits: dict[str, Commit]) -> Repository:
    repo = Repository({}, 0)
    repo.refs = {name: commits[oid] for name, oid in refs.items()}
    repo.prune()
    return repo


def _settings_record(settings: dict[str, Setting]) -> dict[str, list[object]]:
    return {
        key: [setting.value, setting.updated, setting.description]
        for key, setting in settings.items()
    }
