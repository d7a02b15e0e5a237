"""Ways to deliver messages: into files, one a message, and into memory for tests."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.messages import Message
from remit.workflows.ports import DeliveryError

__all__ = ["FileNotifier", "MemoryNotifier"]


class FileNotifier:
    """Writes each message into a file named after its key: so the same message is there once."""

    is_keyed = True

    def __init__(self, folder: Path, channel: str = "file") -> None:
        self.folder = folder
        self.channel = channel

    def carries(self, channel: str) -> bool:  # noqa: ARG002 - a folder takes everything
        """Return that it takes every message, with whatever address."""
        return True

    def takes_keys(self, channel: str) -> bool:  # noqa: ARG002 - there is one
        """Return that a message is there once, however often it is sent."""
        return True

    def send(self, message: Message) -> str:
        """Write the message, unless it is there already; a file is never seen half written.

        Raises:
            DeliveryError: if the folder cannot be written to.
        """
        name = message.key.replace("/", "_")
        path, draft = self.folder / f"{name}.json", self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                draft.write_text(
                    json.dumps(asdict(message), ensure_ascii=False, indent=1), encoding="utf-8"
                )
                draft.replace(path)
        except OSError as error:
            raise DeliveryError(
                tell(
                    "`{folder}` cannot be written to: {reason}",
                    folder=self.folder,
                    reason=why_not(error),
                )
            ) from error
        return self.channel


class MemoryNotifier:
    """Keeps what it was given, in order; a fake for tests.

    Args:
        failing: subjects, people and channels that cannot be reached.
        channels: the channels it has; every one where it is `None`.
    """

    channel = "memory"

    def __init__(
        self, failing: frozenset[str] = frozenset(), channels: frozenset[str] | None = None
    ) -> None:
        self.failing = failing
        self.channels = channels
        self.sent: list[Message] = []

    def carries(self, channel: str) -> bool:
        """Return whether it has a channel."""
        return self.channels is None or channel in self.channels

    def takes_keys(self, channel: str) -> bool:  # noqa: ARG002 - it is every channel
        """Return that no message arrives twice."""
        return True

    def send(self, message: Message) -> str:
        """Keep the message.

        Raises:
            DeliveryError: if its subject cannot be reached.
        """
        if {message.subject, message.person, message.channel} & self.failing:
            raise DeliveryError(tell("`{subject}` cannot be reached", subject=message.subject))
        self.sent.append(message)
        return self.channel
