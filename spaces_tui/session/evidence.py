"""The evidence that is here already: the runtime, the stages seen, and the logs in their rings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.snapshot import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.diagnose.evidence import Evidence
    from spaces_tui.model.ring import LineRing
    from spaces_tui.model.space import Space
    from spaces_tui.model.stagehistory import History
    from spaces_tui.session.rings import Rings


def evidence_at_hand(
    space: Space,
    history: History,
    rings: Rings,
    lines: int,
    more: Mapping[str, Any] = NOTHING,
) -> Evidence:
    """Return what is known without asking anybody; `lines` of each log, counted from its end.

    `more` are fields of `Evidence` that were found out apart.
    """
    from spaces_tui.diagnose.evidence import Evidence  # noqa: PLC0415 - not before it is needed

    known: dict[str, Any] = {"space": space.id, "sdk": space.sdk, "stage": space.stage.name}
    runtime = space.runtime
    if runtime is not None:
        known |= {
            "message": runtime.error_message,
            "hardware": runtime.shown_hardware,
            "replicas": runtime.replicas,
            "requested_replicas": runtime.requested_replicas,
            "domains": tuple((one.name, one.stage) for one in runtime.domains),
        }
    if history and history[-1].stage == space.stage:
        known["stage_for"] = history[-1].seconds(datetime.now(UTC))
    for stream in LogStream:
        ring = rings.known(space.id, stream)
        if ring is not None and ring.end > ring.newest_begin():
            known |= _of_ring(stream, ring, lines)
    return Evidence(**{**known, **more})


def _of_ring(stream: LogStream, ring: LineRing, lines: int) -> dict[str, Any]:
    end = ring.end
    begin = max(ring.newest_begin(), end - lines)
    texts = tuple("" if line.mark else line.text for line in ring.lines(begin, end))
    return {stream.value: texts, f"{stream.value}_first": begin + 1}
