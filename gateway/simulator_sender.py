"""Texts without a Twilio account: the row itself is what the simulator page shows, so sending is only a mark."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.outgoing import Outgoing


class SimulatorSender:
    async def send(self, outgoing: Outgoing) -> str:
        return f"SIM{outgoing.message_id}"

    async def find_sent(self, outgoing: Outgoing) -> Sequence[str]:
        return ()  # nothing leaves the house, so nothing can have left it
