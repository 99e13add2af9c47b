"""All rules, by theme. To add one: write it into its theme, and an example beside the others'."""

from __future__ import annotations

from typing import Final

from spaces_tui.diagnose.rule import Rule
from spaces_tui.diagnose.rules import (
    building,
    card,
    environment,
    listening,
    models,
    packages,
    platform,
    python,
    resources,
    services,
)

RULES: Final[tuple[Rule, ...]] = (
    *platform.RULES,
    *card.RULES,
    *environment.RULES,
    *models.RULES,
    *resources.RULES,
    *packages.RULES,
    *building.RULES,
    *listening.RULES,
    *services.RULES,
    *python.RULES,
)
"""Where two say the same of the same line, the earlier one wins."""
