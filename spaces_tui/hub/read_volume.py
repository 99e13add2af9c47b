"""Volumes, between the Hub's JSON and the model."""

from __future__ import annotations

from collections.abc import Sequence

from spaces_tui.hub.fields import flag, objects, text
from spaces_tui.model.volume import Volume


def read_volumes(value: object) -> tuple[Volume, ...]:
    """Read the `volumes` of a runtime.

    None is left out: who writes the list back without one unmounts it. What has no source counts
    as hidden.
    """
    return tuple(
        Volume(
            type=text(entry.get("type")) or "",
            source=text(entry.get("source")) or "",
            mount_path=text(entry.get("mountPath")) or "",
            read_only=flag(entry.get("readOnly")),
            revision=text(entry.get("revision")),
            path=text(entry.get("path")),
        )
        for entry in objects(value)
    )


def volumes_json(volumes: Sequence[Volume]) -> list[dict[str, object]]:
    """Return volumes as requests spell them.

    Raises:
        ValueError: a source is masked or no `owner/name`, or a mount path does not begin with `/`.
    """
    return [_volume_json(volume) for volume in volumes]


def _volume_json(volume: Volume) -> dict[str, object]:
    if volume.masked:
        raise ValueError("a volume whose source is hidden must not be written back")
    if volume.source.count("/") != 1 or not volume.mount_path.startswith("/"):
        raise ValueError("a volume needs a source owner/name and a mount path that begins with /")
    optional = {
        "readOnly": volume.read_only,
        "revision": volume.revision,
        "path": volume.path,
    }
    named: dict[str, object] = {
        "type": volume.type,
        "source": volume.source,
        "mountPath": volume.mount_path,
    }
    return named | {name: value for name, value in optional.items() if value is not None}
