"""A server that stops while somebody is connecting leaves no socket behind."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings

import pytest

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.server import Server
from spaces_tui.localhub.timing import Timing
from tests.patience import PATIENCE


@pytest.mark.parametrize("turns", range(8))
async def test_a_connection_that_arrives_while_stopping_is_closed(turns: int) -> None:
    hub = LocalHubState(Timing())
    server = Server(hub)
    await server.start()
    port = int(hub.origin.rsplit(":", 1)[1])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        client = socket.create_connection(("127.0.0.1", port))
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.stop()
        gc.collect()
        with client:
            client.settimeout(PATIENCE)
            try:
                rest = client.recv(1)
            except ConnectionResetError:
                rest = b""
    assert rest == b""
    assert [str(item.message) for item in seen] == []
