"""What plans allow: who may have which hardware, and for what a namespace pays."""

from __future__ import annotations

from typing import Final

from spaces_tui.localhub.accounts import Accounts, Token
from spaces_tui.localhub.errors import NEEDS_PRO, RefusedError, bad_request
from spaces_tui.localhub.hardware import FLAVOURS

CPU_BASIC: Final = "cpu-basic"
ZERO: Final = "zero-a10g"
CPU_BASIC_SLEEP: Final = 172_800
"""Seconds; on cpu-basic it cannot be changed."""
FREE_OF_CHARGE: Final = frozenset({CPU_BASIC, ZERO})


def has_plan(accounts: Accounts, namespace: str, token: Token) -> bool:
    """Whether PRO or an organization's plan covers a namespace, or the caller is on PRO."""
    org = accounts.organizations.get(namespace)
    return token.person.is_pro or (org is not None and org.plan is not None)


def can_pay(accounts: Accounts, namespace: str, token: Token) -> bool:
    """Whether hardware of a namespace can be paid for."""
    org = accounts.organizations.get(namespace)
    return token.person.can_pay or (org is not None and org.plan is not None)


def flavour_name(value: object) -> str:
    """Return the name of a flavour asked for; none means cpu-basic. Raises 400."""
    name = str(value or CPU_BASIC)
    name = ZERO if name == "zerogpu" else name
    if name not in FLAVOURS:
        raise bad_request(f"Unknown hardware: {name}")
    return name


def check_hardware(
    accounts: Accounts, namespace: str, token: Token, *, sdk: str | None, flavour: str, origin: str
) -> None:
    """Refuse hardware that the plan or the SDK does not allow. Raises 400, 402 and 403."""
    if sdk == "static":
        return
    if flavour == CPU_BASIC and not has_plan(accounts, namespace, token):
        raise RefusedError(402, NEEDS_PRO)
    if flavour == ZERO and sdk != "gradio":
        raise bad_request("ZeroGPU is only available for Gradio Spaces")
    if flavour not in FREE_OF_CHARGE and not can_pay(accounts, namespace, token):
        raise RefusedError(
            403,
            "You must add a payment method to your account to upgrade your space's hardware. "
            f"Visit your billing settings at {origin}/settings/billing",
        )


def sleep_time(value: object) -> int | None:
    """Return a sleep time in seconds, None for never (-1). Raises 400."""
    if isinstance(value, bool) or not isinstance(value, int) or (value <= 0 and value != -1):
        raise bad_request("The sleep time must be a positive number of seconds, or -1 for never")
    return None if value == -1 else value


def timeout_on(flavour: str, seconds: int | None) -> int | None:
    """Return the sleep time that holds on a flavour; cpu-basic has its own."""
    return CPU_BASIC_SLEEP if flavour == CPU_BASIC else seconds
