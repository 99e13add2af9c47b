"""The hardware of the Space: what it is, asking for other, pausing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # exported at run time
    build_hf_headers,
    get_session,
    hf_raise_for_status,
)

from .tasks import Hardware
from .trouble import TROUBLE, passing

FREE: Final = "cpu-basic"
"""The flavour whose sleep time nobody can set."""


class RefusedError(Exception):
    """The Hub said no, in words."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a read showed. `current` is None while nothing runs."""

    stage: str
    current: str | None
    requested: str | None
    sleep_time: int | None

    @property
    def settled(self) -> bool:
        """Whether it runs on what was asked for."""
        return self.stage == "RUNNING" and self.current == self.requested

    def on(self, flavor: str) -> bool:
        """Whether it is proven to run on a flavour, and on nothing else soon."""
        return self.settled and self.current == flavor


class Machine:
    """The Space as the Hub sees it."""

    def __init__(self, api: HfApi, space: str) -> None:
        self._api = api
        self._space = space

    def seen(self) -> Seen:
        """Read what it runs on."""
        runtime = self._api.get_space_runtime(self._space)
        return Seen(
            str(runtime.stage), runtime.hardware, runtime.requested_hardware, runtime.sleep_time
        )

    def ask(self, hardware: Hardware) -> None:
        """Ask for hardware; a lost answer counts as none. Raises `RefusedError`."""
        payload: dict[str, str | int] = {"flavor": hardware.flavor}
        if hardware.flavor != FREE:
            payload["sleepTimeSeconds"] = -1 if hardware.sleep_time is None else hardware.sleep_time
        self._post("hardware", payload)

    def pause(self) -> None:
        """Pause the Space, which ends this container. Raises `RefusedError`."""
        self._post("pause", {})

    def _post(self, what: str, payload: dict[str, str | int]) -> None:
        try:
            answer = get_session().post(
                f"{self._api.endpoint}/api/spaces/{self._space}/{what}",
                headers=build_hf_headers(token=self._api.token),
                json=payload,
            )
            hf_raise_for_status(answer)
        except TROUBLE as error:
            if passing(error):
                return  # the next read tells
            said = error.server_message if isinstance(error, HfHubHTTPError) else None
            raise RefusedError(said or type(error).__name__) from error
