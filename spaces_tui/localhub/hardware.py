"""The price list of `GET /api/spaces/hardware`, and what containers on it have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GIB: Final = 1024**3


@dataclass(frozen=True)
class Flavour:
    """One kind of machine. `hourly` is in US dollars; `vram` is in GB over all accelerators."""

    name: str
    pretty: str
    cpu: int
    ram: int
    hourly: float
    model: str | None = None
    quantity: int = 0
    vram: int = 0
    kind: str = "gpu"
    maker: str = "Nvidia"
    listed: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the entry of the price list: cost per minute, sizes and counts as strings."""
        micro = round(self.hourly * 1_000_000 / 60)
        accelerator = {
            "type": self.kind,
            "model": self.model,
            "quantity": str(self.quantity),
            "vram": f"{self.vram} GB",
            "manufacturer": self.maker,
        }
        return {
            "name": self.name,
            "prettyName": self.pretty,
            "cpu": f"{self.cpu} vCPU",
            "ram": f"{self.ram} GB",
            "accelerator": accelerator if self.model else None,
            "unitCostMicroUSD": micro,
            "unitCostUSD": round(micro / 1_000_000, 6),
            "unitLabel": "minute",
        }


_ALL: Final = (
    Flavour("cpu-basic", "CPU Basic", 2, 16, 0),
    Flavour("cpu-upgrade", "CPU Upgrade", 8, 32, 0.03),
    Flavour("t4-small", "Nvidia T4 - small", 4, 15, 0.40, "T4", 1, 16),
    Flavour("t4-medium", "Nvidia T4 - medium", 8, 30, 0.60, "T4", 1, 16),
    Flavour("l4x1", "1x Nvidia L4", 8, 30, 0.80, "L4", 1, 24),
    Flavour("l4x4", "4x Nvidia L4", 48, 186, 3.80, "L4", 4, 96),
    # The Hub names the L40S machines' model L4.
    Flavour("l40sx1", "1x Nvidia L40S", 8, 62, 1.80, "L4", 1, 48),
    Flavour("l40sx4", "4x Nvidia L40S", 48, 382, 8.30, "L4", 4, 192),
    Flavour("l40sx8", "8x Nvidia L40S", 192, 1534, 23.50, "L4", 8, 384),
    Flavour("a10g-small", "Nvidia A10G - small", 4, 15, 1.00, "A10G", 1, 24),
    Flavour("a10g-large", "Nvidia A10G - large", 12, 46, 1.50, "A10G", 1, 24),
    Flavour("a10g-largex2", "2x Nvidia A10G - large", 24, 92, 3.00, "A10G", 2, 48),
    Flavour("a10g-largex4", "4x Nvidia A10G - large", 48, 184, 5.00, "A10G", 4, 96),
    Flavour("a100-large", "Nvidia A100 - large", 12, 142, 2.50, "A100", 1, 80),
    Flavour("a100x4", "4x Nvidia A100", 48, 568, 10, "A100", 4, 320),
    Flavour("a100x8", "8x Nvidia A100", 96, 1136, 20, "A100", 8, 640),
    Flavour("rtx-pro-6000", "1x Nvidia RTX Pro 6000", 22, 110, 2.75, "RTX PRO 6000", 1, 96),
    Flavour("rtx-pro-6000x2", "2x Nvidia RTX Pro 6000", 44, 220, 5.50, "RTX PRO 6000", 2, 192),
    Flavour("rtx-pro-6000x4", "4x Nvidia RTX Pro 6000", 88, 440, 11, "RTX PRO 6000", 4, 384),
    Flavour("rtx-pro-6000x8", "8x Nvidia RTX Pro 6000", 176, 880, 22, "RTX PRO 6000", 8, 768),
    Flavour("h200", "1x Nvidia H200", 23, 256, 5, "H200", 1, 141),
    Flavour("h200x2", "2x Nvidia H200", 46, 512, 10, "H200", 2, 282),
    Flavour("h200x4", "4x Nvidia H200", 92, 1024, 20, "H200", 4, 564),
    Flavour("h200x8", "8x Nvidia H200", 184, 2048, 40, "H200", 8, 1128),
    Flavour(
        "inf2x6", "6x AWS Inferentia 2", 96, 384, 9.00, "Inferentia 2", 6, 192, "neuron", "AWS"
    ),
    Flavour("zero-a10g", "ZeroGPU", 8, 60, 0, "RTX PRO 6000", 1, 48, listed=False),
)

FLAVOURS: Final = {flavour.name: flavour for flavour in _ALL}


def price_list() -> list[dict[str, object]]:
    """Return the public flavours; ZeroGPU is not among them, as on the Hub."""
    return [flavour.to_json() for flavour in _ALL if flavour.listed]
