"""Puts the parts of an engine together, from what it is given and what an earlier run left."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from spaces_tui.model.identity import Secret
from spaces_tui.model.space import Space
from spaces_tui.model.sync import WatchOptions
from spaces_tui.sync import notes
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.beginning import Beginning
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.board import Board
from spaces_tui.sync.budget import Budget
from spaces_tui.sync.carrying import Carrying
from spaces_tui.sync.checks import Checks
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, OnDisk
from spaces_tui.sync.differ import Differ
from spaces_tui.sync.dispatch import Dispatch
from spaces_tui.sync.fetch import Fetcher
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.following import Following
from spaces_tui.sync.freight import Freight
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.ground import Ground
from spaces_tui.sync.haste import Haste
from spaces_tui.sync.index import Index
from spaces_tui.sync.journal import Journal
from spaces_tui.sync.lastgood import LastGood
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.measuring import Measuring
from spaces_tui.sync.memory import Memory
from spaces_tui.sync.patience import Patience
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.remembering import Remembering
from spaces_tui.sync.repository import Repository
from spaces_tui.sync.rounds import Rounds
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.send import Sender
from spaces_tui.sync.sides import Sides
from spaces_tui.sync.stir import Stir
from spaces_tui.sync.transfers import Transfers
from spaces_tui.sync.turning import Turning
from spaces_tui.sync.window import Window

_NOTES = "notes.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What there is before anything was read."""

    space: str
    folder: Path
    state_dir: Path
    options: WatchOptions
    repository: Repository
    forbidden: Sequence[Secret]
    clock: Clock
    on_disk: OnDisk
    board: Board
    bell: Bell
    window: Window
    scope: Scope
    aside: Aside
    gate: Gate
    following: Following
    sender: Sender


async def assemble(setting: Setting, asked: Awaitable[Space]) -> Rounds:
    """Read what was remembered, and make everything that goes on from there.

    `asked` is the first question to the Space, which is on its way already.
    """
    on_disk, board, options = setting.on_disk, setting.board, setting.options
    memory = Memory(setting.state_dir, setting.space, board.status.into)
    saved = await on_disk(memory.load)
    ledger, index = saved if saved is not None else (Ledger(), Index())
    courier = _courier(setting, index)
    consent = Consent(options, fresh=saved is None)
    questions = Questions(board, ledger, consent)
    listing = Listing(courier, ledger, board, setting.gate, early=asked)
    lastgood = LastGood(ledger, courier, board, never_delete=options.never_delete)
    freight = Freight(courier, _transfers(setting, courier), board)
    haste, budget = Haste(), Budget()
    stir = Stir(ledger=ledger, window=setting.window, aside=setting.aside, board=board, haste=haste)
    patience = Patience(
        options=options,
        folder=courier.folder,
        on_disk=on_disk,
        board=board,
        stir=stir,
        haste=haste,
        gate=setting.gate,
        following=setting.following,
        budget=budget,
    )
    remembering = Remembering(
        save=partial(memory.save, ledger, index),
        note=partial(notes.write, setting.state_dir / _NOTES),
        on_disk=on_disk,
        board=board,
        consent=consent,
        listing=listing,
        courier=courier,
        budget=budget,
        aside=setting.aside,
        clock=setting.clock,
    )
    dispatch = Dispatch(
        ledger=ledger,
        courier=courier,
        freight=freight,
        listing=listing,
        consent=consent,
        questions=questions,
        lastgood=lastgood,
        board=board,
        window=setting.window,
        stir=stir,
        gate=setting.gate,
        budget=budget,
        following=setting.following,
        scope=setting.scope,
        remembering=remembering,
        clock=setting.clock,
    )
    carrying = Carrying(
        ledger=ledger,
        courier=courier,
        freight=freight,
        listing=listing,
        consent=consent,
        questions=questions,
        lastgood=lastgood,
        board=board,
        gate=setting.gate,
        haste=haste,
        patience=patience,
        dispatch=dispatch,
        clock=setting.clock,
        interrupted=lambda: setting.bell.told or setting.bell.stopping,
    )
    fetcher = await _fetcher(setting)
    turning = Turning(ledger, consent, fetcher, board)
    mark = setting.state_dir / "fetching"
    remembering.recall(*await on_disk(notes.read, setting.state_dir / _NOTES))
    return Rounds(
        options=options,
        ledger=ledger,
        courier=courier,
        freight=freight,
        listing=listing,
        consent=consent,
        questions=questions,
        sides=Sides(ledger, consent, fetcher, board, turning),
        beginning=Beginning(options, ledger, consent, fetcher, board, on_disk, mark),
        lastgood=lastgood,
        board=board,
        window=setting.window,
        gate=setting.gate,
        following=setting.following,
        aside=setting.aside,
        scope=setting.scope,
        haste=haste,
        ground=Ground(setting.folder, ledger, questions),
        differ=Differ(
            ledger=ledger,
            courier=courier,
            consent=consent,
            aside=setting.aside,
            board=board,
            scope=setting.scope,
            on_disk=on_disk,
        ),
        stir=stir,
        patience=patience,
        remembering=remembering,
        dispatch=dispatch,
        carrying=carrying,
        clock=setting.clock,
        on_disk=on_disk,
    )


def _courier(setting: Setting, index: Index) -> Courier:
    options, board = setting.options, setting.board
    folder = Folder(
        setting.folder,
        index,
        setting.forbidden,
        allow_secrets=options.allow_secrets,
        ignore=options.ignore,
    )
    checks = Checks(
        setting.folder, setting.repository, board.status.into, setting.on_disk, board.emit
    )
    journal = Journal(setting.state_dir / "journal.ndjson")
    return Courier(
        folder,
        setting.repository,
        journal,
        setting.sender,
        setting.on_disk,
        checks,
        options.message,
    )


def _transfers(setting: Setting, courier: Courier) -> Transfers:
    measuring = Measuring(
        folder=courier.folder,
        forbidden=setting.forbidden,
        patterns=not setting.options.allow_secrets,
        on_disk=setting.on_disk,
        clock=setting.clock,
    )
    return Transfers(
        folder=courier.folder,
        repository=setting.repository,
        measuring=measuring,
        refuse=courier.refusals.__setitem__,
        board=setting.board,
        bell=setting.bell,
        clock=setting.clock,
    )


async def _fetcher(setting: Setting) -> Fetcher:
    """Make what writes into the folder, and remove what a run that was killed left there."""
    fetcher = Fetcher(
        setting.folder,
        setting.state_dir,
        setting.repository,
        setting.board,
        setting.clock,
        setting.on_disk,
        lambda: setting.bell.stopping,
        allow_keys=setting.options.allow_secrets,
    )
    await fetcher.clear()
    return fetcher
