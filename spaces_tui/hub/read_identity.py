"""From the answer of `whoami` to an identity."""

from __future__ import annotations

from collections.abc import Iterator

from spaces_tui.hub.fields import fields, flag, moment, objects, text, texts
from spaces_tui.model.identity import Grant, Identity, Organization, Role


def read_identity(value: object) -> Identity | None:
    """Read who a token belongs to; None without a name."""
    data = fields(value)
    name = text(data.get("name"))
    if not name:
        return None
    auth = fields(data.get("auth"))
    token = fields(auth.get("accessToken"))
    return Identity(
        name=name,
        fullname=text(data.get("fullname")) or "",
        kind=text(data.get("type")) or "user",
        pro=flag(data.get("isPro")) or False,
        organizations=tuple(_organizations(data.get("orgs"))),
        token_role=text(token.get("role")),
        token_name=text(token.get("displayName")),
        grants=tuple(_grants(fields(token.get("fineGrained")).get("scoped"))),
        expires=moment(auth.get("expiresAt")),
    )


def _organizations(value: object) -> Iterator[Organization]:
    for entry in objects(value):
        if name := text(entry.get("name")):
            yield Organization(
                name, _role(entry.get("roleInOrg")), texts(entry.get("securityRestrictions"))
            )


def _grants(value: object) -> Iterator[Grant]:
    for entry in objects(value):
        entity = fields(entry.get("entity"))
        if kind := text(entity.get("type")):
            permissions = frozenset(texts(entry.get("permissions")))
            yield Grant(kind, text(entity.get("name")) or "", permissions)


def _role(value: object) -> Role:
    try:
        return Role(value) if isinstance(value, str) else Role.UNKNOWN
    except ValueError:
        return Role.UNKNOWN
