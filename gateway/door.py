"""What a channel may do: hand a message in. Recording happens in a worker thread, Rasa is asked after the answer."""

from __future__ import annotations

from anyio import to_thread

from gateway.inbound import InboundMessage, Receipt
from gateway.intake import receive
from gateway.parts import Parts
from gateway.turns import TurnRunner


class Door:
    """The one way from a channel to the record."""

    def __init__(self, parts: Parts, turns: TurnRunner) -> None:
        self.parts, self._turns = parts, turns

    async def receive(self, inbound: InboundMessage) -> Receipt:
        """Recorded and, where the protocol speaks, answered; Rasa is asked in a task of its own. Raises Refused."""
        receipt = await to_thread.run_sync(receive, self.parts, inbound)
        if receipt.turn is not None:
            self._turns.start(receipt.turn)
        return receipt
