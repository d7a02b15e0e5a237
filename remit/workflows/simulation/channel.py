"""How messages go out in a simulation: to nobody, and not at all where a season has an outage."""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.season import Season
from remit.engine.wording import tell
from remit.workflows.messages import Message
from remit.workflows.ports import Clock, DeliveryError

__all__ = ["CHANNEL", "SimulatedNotifier"]

CHANNEL = "simulated"
"""The channel that receipts of a simulation name."""


@dataclass(frozen=True, slots=True)
class SimulatedNotifier:
    """Takes every message, but for those to subjects that nothing reaches now."""

    season: Season
    clock: Clock

    def carries(self, channel: str) -> bool:  # noqa: ARG002 - it is every channel
        """Return that it has every channel."""
        return True

    def takes_keys(self, channel: str) -> bool:  # noqa: ARG002 - it is every channel
        """Return that no message arrives twice."""
        return True

    def send(self, message: Message) -> str:
        """Take the message.

        Raises:
            DeliveryError: if nothing reaches its subject.
        """
        now = (self.clock.now() - self.season.start).total_seconds()
        for outage in self.season.outages:
            if message.subject in outage.subjects and outage.begins <= now < outage.ends:
                raise DeliveryError(tell("`{subject}` cannot be reached", subject=message.subject))
        return CHANNEL
