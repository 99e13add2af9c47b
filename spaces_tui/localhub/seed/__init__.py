"""What a fresh server contains: `empty` or `demo`."""

from __future__ import annotations

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.seed.demo import plant_demo
from spaces_tui.localhub.seed.people import plant_people, plant_quiet_space
from spaces_tui.localhub.seed.tasks import plant_tasks

SEEDS = ("empty", "demo")


def plant(hub: LocalHubState, seed: str, token: str | None = None) -> None:
    """Fill a fresh server; must run on its loop. Raises ValueError for an unknown seed.

    `token` is the value of the PRO person's write token, so that a server that takes another's
    place knows who spoke to that one; None makes one up.

    Both seeds have the accounts and the running Gradio Space of the person on the free plan.
    """
    if seed not in SEEDS:
        raise ValueError(f"unknown seed {seed!r}, expected one of {', '.join(SEEDS)}")
    plant_people(hub.accounts, token)
    plant_quiet_space(hub)
    if seed == "demo":
        plant_demo(hub)
        plant_tasks(hub)
