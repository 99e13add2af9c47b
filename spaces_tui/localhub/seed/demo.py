"""The Spaces of the demonstration: one person, two organizations, every stage."""

from __future__ import annotations

from typing import Final

from spaces_tui.localhub import buildlog, stages
from spaces_tui.localhub.chatter import backlog
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.plans import CPU_BASIC_SLEEP
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.seed.furnishing import furnish
from spaces_tui.localhub.seed.recipes import RECIPES, Recipe
from spaces_tui.localhub.space import Runtime, Space, new_replica, text_files
from spaces_tui.localhub.starter import card_text, starter_files

DAY: Final = 86_400
LINGER: Final = 180.0
"""Seconds a Space that is building or starting stays so, whatever the speed of the server."""
BACKLOG: Final = 120
"""Lines already in the log of a lively Space."""


def plant_demo(hub: LocalHubState) -> None:
    """Add the Spaces of the demonstration."""
    now = hub.clock.now()
    for recipe in RECIPES:
        _cook(hub, recipe, now)


def _cook(hub: LocalHubState, recipe: Recipe, now: float) -> None:
    space = hub.add(_space(recipe, now))
    furnish(space, now)
    _write_build_log(space, recipe)
    _write_run_log(hub, space, recipe, now)
    if recipe.sdk == "static":
        return
    if recipe.stage == stages.BUILDING:
        space.pace = LINGER * hub.timing.speed / hub.timing.build
        hub.lifecycle.begin(space)
    elif recipe.stage == stages.RUNNING_BUILDING:
        space.pace = LINGER * hub.timing.speed / hub.timing.build
        parent = space.head.parent
        hub.lifecycle.force(space, stages.RUNNING, sha=parent.oid if parent else None)
        hub.lifecycle.begin(space)
    elif recipe.stage == stages.APP_STARTING:
        space.pace = LINGER * hub.timing.speed / hub.timing.start
        hub.lifecycle.begin_start(space)
    else:
        hub.lifecycle.force(space, recipe.stage, recipe.error)


def _space(recipe: Recipe, now: float) -> Space:
    created = now - recipe.steps[0].days * DAY - 300
    name = recipe.id.partition("/")[2]
    repo = Repository(starter_files(recipe.sdk, name), int(created))
    for number, step in enumerate(recipe.steps):
        files = dict(step.files)
        if number == 0 and recipe.card:
            title = name.replace("-", " ").title()
            files["README.md"] = card_text(title, recipe.sdk, **recipe.card)
        seconds = int(now - step.days * DAY)
        repo.commit(dict(text_files(files)), author=step.author, seconds=seconds, title=step.title)
    cpu_basic = recipe.hardware == "cpu-basic"
    runtime = Runtime(
        requested=recipe.hardware,
        gc_timeout=CPU_BASIC_SLEEP if cpu_basic else recipe.sleep,
        replicas=recipe.replicas,
        replica_ids=[new_replica() for _ in range(recipe.replicas)],
    )
    return Space(
        recipe.id,
        repo,
        created,
        private=recipe.private,
        likes=recipe.likes,
        runtime=runtime,
        persona=recipe.persona,
    )


def _write_build_log(space: Space, recipe: Recipe) -> None:
    if recipe.sdk == "static" or recipe.stage in {stages.NO_APP_FILE, stages.CONFIG_ERROR}:
        return
    built = space.head.seconds + 4.0
    lines = recipe.build_log or buildlog.build_lines(space, cached=False)
    space.build_log.write(buildlog.queued(space.head.oid, built), built)
    for number, line in enumerate(lines):
        space.build_log.write(line, built + 1 + number * 0.7)


def _write_run_log(hub: LocalHubState, space: Space, recipe: Recipe, now: float) -> None:
    started = space.head.seconds + 60.0
    if recipe.run_log:
        space.run_log.write(buildlog.startup(started), started)
        for number, line in enumerate(recipe.run_log):
            space.run_log.write(line, started + 1 + number * 1.5)
    elif recipe.persona and recipe.stage not in {stages.BUILDING, stages.APP_STARTING}:
        asleep = recipe.stage not in stages.SERVING
        until = started + 6 * 3600 if asleep else now
        begun = min(started, until - BACKLOG * 3)
        space.run_log.write(buildlog.startup(begun), begun)
        for line in buildlog.start_lines(space):
            space.run_log.write(line, begun + 4)
        backlog(space, hub.rng, BACKLOG, until)
