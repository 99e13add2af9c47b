"""From the Hub's JSON to Spaces, runtimes and hardware."""

from __future__ import annotations

from typing import Final

from spaces_tui.hub.fields import fields, flag, integer, moment, number, objects, text, texts
from spaces_tui.hub.read_hotreload import read_hot_reloading
from spaces_tui.hub.read_volume import read_volumes
from spaces_tui.model.hardware import MICRO, Accelerator, Hardware
from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import Stage

_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440}


def read_space(value: object) -> Space | None:
    """Read an entry of the list or the answer of the info call; None without an id."""
    data = fields(value)
    name = text(data.get("id"))
    if not name:
        return None
    card = fields(data.get("cardData"))
    return Space(
        id=name,
        uid=text(data.get("_id")) or "",
        private=flag(data.get("private")),
        visibility=text(data.get("visibility")),
        sdk=text(data.get("sdk")) or text(card.get("sdk")),
        sdk_version=text(card.get("sdk_version")) or text(data.get("sdkVersion")),
        title=text(card.get("title")) or text(data.get("title")) or "",
        app_file=text(card.get("app_file")),
        sha=text(data.get("sha")),
        subdomain=text(data.get("subdomain")),
        host=text(data.get("host")),
        created=moment(data.get("createdAt")),
        modified=moment(data.get("lastModified")),
        likes=integer(data.get("likes")) or 0,
        tags=texts(data.get("tags")),
        disabled=flag(data.get("disabled")) or False,
        runtime=read_runtime(data["runtime"]) if fields(data.get("runtime")) else None,
    )


def read_runtime(value: object) -> Runtime:
    """Read a runtime block. Without a stage it is `UNKNOWN`."""
    data = fields(value)
    current, requested = _hardware(data.get("hardware"))
    replicas = fields(data.get("replicas"))
    sleep = integer(data.get("gcTimeout"))
    return Runtime(
        stage=Stage(text(data.get("stage")) or "UNKNOWN"),
        hardware=current,
        requested_hardware=requested,
        sleep_time=sleep if sleep is not None and sleep >= 0 else None,
        replicas=integer(replicas.get("current")),
        requested_replicas=integer(replicas.get("requested")),
        autoscaled=replicas.get("requested") == "auto",
        error_message=text(data.get("errorMessage")) or "",
        sha=text(data.get("sha")) or None,
        dev_mode=flag(data.get("devMode")) or False,
        domains=tuple(_domains(data.get("domains"))),
        storage=text(data.get("storage")),
        volumes=read_volumes(data.get("volumes")),
        hot_reloading=read_hot_reloading(data.get("hotReloading")),
    )


def _hardware(value: object) -> tuple[str | None, str | None]:
    if isinstance(value, str):  # an old form names the flavour alone
        return value, value
    data = fields(value)
    return text(data.get("current")), text(data.get("requested"))


def _domains(value: object) -> list[Domain]:
    return [
        Domain(name, text(entry.get("stage")) or "", flag(entry.get("isCustom")) or False)
        for entry in objects(value)
        if (name := text(entry.get("domain")))
    ]


def read_hardware(value: object) -> Hardware | None:
    """Read an entry of the price list; None without a name."""
    data = fields(value)
    name = text(data.get("name"))
    if not name:
        return None
    return Hardware(
        name=name,
        pretty_name=text(data.get("prettyName")) or name,
        cpu=text(data.get("cpu")) or "",
        ram=text(data.get("ram")) or "",
        accelerator=_accelerator(data.get("accelerator")),
        micro_usd_per_minute=_price(data.get("unitCostMicroUSD"), data.get("unitCostUSD"))
        // _MINUTES.get(text(data.get("unitLabel")) or "minute", 1),
    )


def _price(micro: object, dollars: object) -> int:
    exact = integer(micro)
    return exact if exact is not None else round((number(dollars) or 0) * MICRO)


def _accelerator(value: object) -> Accelerator | None:
    data = fields(value)
    if not data:
        return None
    return Accelerator(
        model=text(data.get("model")) or text(data.get("type")) or "",
        quantity=integer(data.get("quantity")) or 1,
        vram=text(data.get("vram")) or "",
        manufacturer=text(data.get("manufacturer")) or "",
    )
