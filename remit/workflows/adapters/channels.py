"""All channels of this machine as one notifier: each message goes by the channel it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from remit.engine.wording import tell
from remit.workflows.adapters.notifiers import FileNotifier
from remit.workflows.messages import Message
from remit.workflows.ports import Clock, DeliveryError
from remit.workflows.settings import ChannelSetting, Settings, SettingsError

__all__ = ["DEFAULT", "Channel", "ChannelNotifier", "channels_of"]

DEFAULT = "default"
"""Name of the channel that takes what no other one takes."""


class Channel(Protocol):
    """One way out."""

    @property
    def is_keyed(self) -> bool:
        """Whether it hands keys on, so that the same one twice arrives as one message."""
        ...

    def send(self, message: Message) -> str:
        """Send a message and return the channel's name.

        Raises:
            DeliveryError: if it did not go out.
        """
        ...


class ChannelNotifier:
    """Sends each message by the channel that it names, or by the default one.

    Args:
        channels: by name.
    """

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.channels = channels

    def carries(self, channel: str) -> bool:
        """Return whether there is such a channel; of the empty name, whether there is a default."""
        return (channel or DEFAULT) in self.channels

    def takes_keys(self, channel: str) -> bool:
        """Return whether a channel, or the default one, hands keys on."""
        found = self.channels.get(channel) or self.channels.get(DEFAULT)
        return found is not None and found.is_keyed

    def send(self, message: Message) -> str:
        """Send a message.

        Raises:
            DeliveryError: if it did not go out.
        """
        channel = self.channels.get(message.channel) or self.channels.get(DEFAULT)
        if channel is None:
            raise DeliveryError(tell("there is no channel `{name}`", name=message.channel))
        return channel.send(message)


def channels_of(settings: Settings, folder: Path, clock: Clock) -> dict[str, Channel]:
    """Return the channels that are set up; where none is, everything goes into files.

    Args:
        folder: into which files are written where an address names none.

    Raises:
        SettingsError: for an address that nothing here can send to.
    """
    if not settings.channels:
        return {DEFAULT: FileNotifier(folder)}
    return {one.name: _channel(one, settings, folder, clock) for one in settings.channels}


def _channel(one: ChannelSetting, settings: Settings, folder: Path, clock: Clock) -> Channel:
    # WHY inside: most commands send nothing by a network, and apprise is slow to load.
    from remit.workflows.adapters.http_channels import SCHEMES, HttpChannel
    from remit.workflows.adapters.robot_channels import RobotChannel, is_robot

    parts = urlsplit(one.url)
    if parts.scheme == "file":
        path = parts.netloc + parts.path
        return FileNotifier(folder.parent / path if path else folder, one.name)
    if parts.scheme in SCHEMES:
        return HttpChannel(one.name, one.url, clock, one.secret)
    if is_robot(one.url):
        return RobotChannel(one.name, one.url, clock, one.secret)
    return _by_apprise(one, settings)


def _by_apprise(one: ChannelSetting, settings: Settings) -> Channel:
    from remit.workflows.adapters.apprise_channels import AppriseChannel, is_known

    if not is_known(one.url):
        raise SettingsError(
            tell(
                "channel `{name}`: nothing here sends to `{url}`",
                name=one.name,
                url=one.shown.partition(":")[0] + "://...",
            ),
            tell("see the guide for the addresses of channels"),
        )
    return AppriseChannel(one.name, one.url, settings.secrets)
