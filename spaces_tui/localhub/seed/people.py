"""The accounts of every seed, and the one Space that is always there.

`ada` is on the PRO plan, `admin` of `acme` and member with write role of `northwind`; her tokens:
write, read, fine-grained (reads all that is hers and acme's, writes only her own). `bob` is on the
free plan without a payment method; his token: write. His Gradio Space `bob/quiet-pond` was made
before free accounts lost cpu-basic, and runs. `zoe` is on the free plan too, without any right to
cpu-basic (`limit=0`); `mia` is a contributor of `acme`. Each has a write token.

Found by display name, next to those: ada's `browser` (an OAuth login), `expired`, and `policy`,
which `acme` does not accept.
"""

from __future__ import annotations

import time
from typing import Final

from spaces_tui.localhub import buildlog, stages
from spaces_tui.localhub.accounts import (
    Accounts,
    Membership,
    Organization,
    Person,
    Scope,
    Token,
    new_token_value,
)
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.oauth import ALL_SCOPES
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import Space, text_files
from spaces_tui.localhub.starter import starter_files

ACME = Organization("5e67bd5b1009063689407478", "acme", "ACME Research", "team")
NORTHWIND = Organization("5f9c1d2e3b4a59687f0e1d2c", "northwind", "Northwind Labs", None)
ADA = Person(
    "5f0c746619cb630495b814fd",
    "ada",
    "Ada Byron",
    is_pro=True,
    can_pay=True,
    memberships=(Membership(ACME, "admin"), Membership(NORTHWIND, "write")),
)
MIA = Person(
    "60a1b2c3d4e5f60718293a4c", "mia", "Mia Field", False, True, (Membership(ACME, "contributor"),)
)
ZOE = Person("60a1b2c3d4e5f60718293a4d", "zoe", "Zoe Hill", is_pro=False, can_pay=False)
BOB = Person("60a1b2c3d4e5f60718293a4b", "bob", "Bob Pond", is_pro=False, can_pay=False)

QUIET_POND = "bob/quiet-pond"
QUIET_APP = """\
import gradio as gr


def greet(name):
    return f"Hello {name}!"


gr.Interface(greet, "text", "text").launch()
"""
DAY: Final = 86_400
_READ = "repo.content.read"
_WRITE = "repo.write"


def plant_people(accounts: Accounts, token: str | None = None) -> None:
    """Create people, organizations and tokens; the order is that of the printed list."""
    accounts.people = {person.name: person for person in (ADA, BOB, MIA, ZOE)}
    accounts.organizations = {org.name: org for org in (ACME, NORTHWIND)}
    accounts.issue(ADA, "write", "laptop-write", value=token)
    accounts.issue(ADA, "read", "notebook-read")
    scopes = (
        Scope("user", ADA.oid, "ada", (_READ, _WRITE, "user.billing.read")),
        Scope("org", ACME.oid, "acme", (_READ,)),
    )
    accounts.issue(ADA, "fineGrained", "ci", scopes)
    accounts.issue(BOB, "write", "desktop-write")
    accounts.issue(MIA, "write", "studio-write")
    accounts.issue(ZOE, "write", "phone-write")
    accounts.remember(
        Token(ADA, "oauth", "browser", new_token_value("hf_oauth_"), grants=ALL_SCOPES)
    )
    accounts.remember(Token(ADA, "write", "expired", new_token_value(), expires=time.time() - DAY))
    policy = (("acme", "token-policy"),)
    accounts.remember(Token(ADA, "write", "policy", new_token_value(), restricted=policy))


def plant_quiet_space(hub: LocalHubState) -> None:
    """Create the running Space of the person on the free plan; zoe may have none."""
    hub.quotas["zoe"] = 0
    now = hub.clock.now()
    created = now - 400 * 86_400
    files = starter_files("gradio", "quiet-pond")
    repo = Repository(files, int(created))
    app = text_files({"app.py": QUIET_APP, "requirements.txt": "gradio==6.2.0\n"})
    repo.commit(dict(app), author="bob", seconds=int(created) + 90, title="A greeter")
    space = hub.add(Space(QUIET_POND, repo, created, likes=3))
    space.build_log.write(buildlog.queued(repo.head.oid, created + 91), created + 91)
    for line in buildlog.build_lines(space, cached=False):
        space.build_log.write(line, created + 95)
    space.run_log.write(buildlog.startup(now - 7200), now - 7200)
    for line in buildlog.start_lines(space):
        space.run_log.write(line, now - 7198)
    hub.lifecycle.force(space, stages.RUNNING)
