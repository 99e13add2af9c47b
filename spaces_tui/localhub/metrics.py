"""Measurements of one container: a random walk that looks like a machine at work."""

from __future__ import annotations

import random
import secrets
from typing import Any

from spaces_tui.localhub.hardware import FLAVOURS, GIB


class Walk:
    """The state of one replica on one kind of hardware."""

    def __init__(self, replica: str, flavour: str, rng: random.Random) -> None:
        self._replica = replica
        self._machine = FLAVOURS.get(flavour, FLAVOURS["cpu-basic"])
        self._rng = rng
        self._cpu = rng.uniform(5, 60)
        self._memory = rng.uniform(0.25, 0.5)
        self._devices = {secrets.token_hex(4): rng.uniform(20, 90) for _ in self._gpus()}
        self._vram = rng.uniform(0.5, 0.8)

    def _gpus(self) -> range:
        return range(self._machine.quantity if self._machine.kind == "gpu" else 0)

    def step(self) -> dict[str, Any]:
        """Move by one beat and return the event, keys in the documented order."""
        rng = self._rng
        self._cpu = _bounded(self._cpu + rng.gauss(0, 7), 0.3, 104)
        self._memory = _bounded(self._memory + rng.gauss(0, 0.004), 0.1, 0.97)
        self._vram = _bounded(self._vram + rng.gauss(0, 0.01), 0.3, 0.98)
        total = self._machine.ram * GIB
        gpus = {}
        for device, before in self._devices.items():
            now = self._devices[device] = _bounded(before + rng.gauss(0, 11), 0, 100)
            memory = self._machine.vram * 1_000_000_000 // max(1, self._machine.quantity)
            gpus[device] = {
                "utilization": round(now),
                "memory_used_bytes": int(memory * self._vram),
                "memory_total_bytes": memory,
            }
        return {
            "cpu_usage_pct": round(self._cpu, 2),
            "cpu_millicores": self._machine.cpu * 1000,
            "memory_used_bytes": int(total * self._memory),
            "memory_total_bytes": total,
            "rx_bps": int(rng.expovariate(1 / 40_000)),
            "tx_bps": int(rng.expovariate(1 / 120_000)),
            "gpus": gpus,
            "replica": self._replica,
        }


def _bounded(value: float, low: float, high: float) -> float:
    return min(high, max(low, value))
