"""Channels by apprise: chat groups, e-mail, and whatever else it speaks. The one door to it.

What apprise writes into its log is the reason of a failure; secrets and whole addresses of services
are taken out of it, for reasons are kept in the ledger.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat, NotifyType

from remit.engine.wording import tell
from remit.workflows.messages import Message, whole_text
from remit.workflows.ports import DeliveryError

__all__ = ["AppriseChannel", "is_known"]

LONGEST_REASON = 200
"""Characters of a reason that are kept."""


class AppriseChannel:
    """One channel by apprise.

    Args:
        name: as the pack's contacts have it.
        url: an address of apprise with places `{to}` and `{key}`.
        secrets: what is never told.
    """

    def __init__(self, name: str, url: str, secrets: Sequence[str] = ()) -> None:
        self.name = name
        self.is_keyed = "{key}" in url
        self._url = url
        self._secrets = sorted((one for one in secrets if one), key=len, reverse=True)

    def send(self, message: Message) -> str:
        """Send a message.

        Raises:
            DeliveryError: if the service did not take it.
        """
        url = self._url.replace("{to}", quote(message.address, safe=""))
        url = url.replace("{key}", quote(message.key, safe=""))
        # WHY no storage: apprise would keep files about its services in the home folder.
        sender = Apprise(asset=AppriseAsset(app_id="remit", async_mode=False, secure_logging=True))
        if not sender.add(url):
            raise DeliveryError(tell("channel `{name}` is set up wrongly", name=self.name))
        with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
            went = sender.notify(
                title=message.title,
                body=whole_text(message),
                notify_type=NotifyType.WARNING if message.item else NotifyType.INFO,
                body_format=NotifyFormat.TEXT,
            )
            said = log.getvalue()
        # WHY `is`: `None` means that nobody was told at all, which is no success either.
        if went is not True:
            raise DeliveryError(self._reason(said, url))
        return self.name

    def _reason(self, said: str, url: str) -> str:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        why = lines[0] if lines else tell("it told no reason")
        for secret in (url, *self._secrets):
            why = why.replace(secret, "***")
        return tell("`{name}` did not take it: {why}", name=self.name, why=why[:LONGEST_REASON])


def is_known(url: str) -> bool:
    """Return whether apprise knows what to do with an address."""
    return Apprise.instantiate(url.replace("{to}", "x").replace("{key}", "x")) is not None
