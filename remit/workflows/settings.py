"""What this machine is told beside the pack: its channels, and the public address of its pages.

It stands in `remit.toml` (or `tool.remit` of `pyproject.toml`), the nearest one upward, or in the
file that `$REMIT_CONFIG` names. Secrets come from the environment, as `${NAME}`, and are kept out
of every message: `Settings.secrets` is what must never be shown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from remit.engine.errors import RemitError
from remit.engine.language.suggest import closest
from remit.engine.system_words import why_not
from remit.engine.wording import tell

__all__ = ["ChannelSetting", "Settings", "SettingsError", "read_settings", "settings_file"]

CONFIG_VARIABLE = "REMIT_CONFIG"
FILES = ("remit.toml", "pyproject.toml")
LARGEST = 1_000_000
"""Bytes of a file; a larger one is a mistake."""
CHANNEL_KEYS = ("url", "secret", "about")
LINK_KEYS = ("public", "days")
USUAL_DAYS = 7
MOST_DAYS = 90
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(eq=True)
class SettingsError(RemitError):
    """A setting that cannot be used, where it stands, and what to do about it."""

    message: str
    help: str = ""

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.message, self.help)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.message, self.help))

    def __str__(self) -> str:
        """Return the sentence."""
        return f"{self.message}; {self.help}" if self.help else self.message


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """One channel.

    Args:
        name: as the pack's contacts have it; `default` takes what no other channel takes.
        url: where it leads, with places `{to}` and `{key}`, its secrets filled in.
        secret: what it signs with, or empty.
        shown: `url` as it was written, without secrets.
    """

    name: str
    url: str
    shown: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What this machine is told.

    Args:
        public: address under which people reach its pages, without a slash at the end, or empty.
        days: how long a link works.
        secrets: values that are never shown.
    """

    channels: tuple[ChannelSetting, ...] = ()
    public: str = ""
    days: int = USUAL_DAYS
    secrets: tuple[str, ...] = field(default=(), repr=False)


def settings_file(environment: Mapping[str, str], here: Path) -> Path | None:
    """Return the file of settings: the one the environment names, else the nearest upward."""
    named = environment.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    for folder in (here, *here.parents):
        if (folder / FILES[0]).is_file():
            return folder / FILES[0]
        if _speaks_of_us(folder / FILES[1]):
            return folder / FILES[1]
        if (folder / ".git").exists():
            return None
    return None


def _speaks_of_us(path: Path) -> bool:
    """Return whether a file of a project, if it is there, says anything of us."""
    try:
        return b"tool.remit" in path.read_bytes()
    except OSError:
        return False


def read_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Return what a file sets; nothing is set where there is no file.

    Raises:
        SettingsError: if it cannot be read, and for a key or a value that is none.
    """
    if path is None:
        return Settings()
    document = _document(path)
    if path.name == FILES[1]:
        tools = document.get("tool")
        ours = tools.get("remit") if isinstance(tools, Mapping) else None
        document = ours if isinstance(ours, Mapping) else {}
    secrets: list[str] = []
    channels = _table(path, document, "channels")
    links = _table(path, document, "links")
    for key in links:
        _known(path, f"links.{key}", key, LINK_KEYS)
    return Settings(
        tuple(
            _channel(path, name, value, environment, secrets) for name, value in channels.items()
        ),
        _public(path, links.get("public", "")),
        _days(path, links.get("days", USUAL_DAYS)),
        tuple(secrets),
    )


def _document(path: Path) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(
            tell("cannot read `{path}`: {why}", path=path, why=why_not(error))
        ) from error
    if len(content) > LARGEST:
        raise SettingsError(tell("`{path}` is too large", path=path))
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            tell("`{path}` is not TOML: {why}", path=path, why=str(error))
        ) from error


def _channel(
    path: Path,
    name: str,
    value: object,
    environment: Mapping[str, str],
    secrets: list[str],
) -> ChannelSetting:
    where = f"channels.{name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(
            tell("{path}: `{name}` is no name of a channel", path=path, name=name),
            tell("lower-case words, digits and hyphens, as the pack's contacts have it"),
        )
    written = {"url": value} if isinstance(value, str) else value
    if not isinstance(written, Mapping) or not isinstance(written.get("url"), str):
        raise SettingsError(
            tell("{path}: `{name}` needs a `url`", path=path, name=where),
            tell('such as `url = "wecombot://${{WECOM_KEY}}"`'),
        )
    for key, text in written.items():
        _known(path, f"{where}.{key}", key, CHANNEL_KEYS)
        if not isinstance(text, str):
            raise SettingsError(
                tell("{path}: `{name}` is a text", path=path, name=f"{where}.{key}")
            )
    shown = cast("str", written["url"])
    filled = {
        key: _filled(path, f"{where}.{key}", cast("str", text), environment, secrets)
        for key, text in written.items()
    }
    if not re.match(r"[a-z][a-z0-9+.-]*:", shown):
        raise SettingsError(
            tell("{path}: `{name}` is no address with a scheme", path=path, name=f"{where}.url")
        )
    secret = filled.get("secret", "")
    secrets += [secret] if secret else []
    return ChannelSetting(name, filled["url"], shown, secret)


def _filled(
    path: Path, where: str, text: str, environment: Mapping[str, str], secrets: list[str]
) -> str:
    def value(found: re.Match[str]) -> str:
        known = environment.get(found[1])
        if not known:
            raise SettingsError(
                tell(
                    "{path}: `{name}` needs the environment variable `{variable}`",
                    path=path,
                    name=where,
                    variable=found[1],
                ),
                tell("set it, or leave the channel out"),
            )
        secrets.append(known)
        return known

    return _VARIABLE.sub(value, text)


def _public(path: Path, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(tell("{path}: `{name}` is a text", path=path, name="links.public"))
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            tell("{path}: `{name}` is no address of a page", path=path, name="links.public"),
            tell("such as `https://duty.example.org`"),
        )
    return value.rstrip("/")


def _days(path: Path, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
        raise SettingsError(
            tell(
                "{path}: `{name}` is a whole number from 1 to {most}",
                path=path,
                name="links.days",
                most=MOST_DAYS,
            )
        )
    return value


def _table(path: Path, document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name, {})
    if not isinstance(found, Mapping):
        raise SettingsError(tell("{path}: `{name}` is a table", path=path, name=name))
    return found


def _known(path: Path, where: str, key: str, names: tuple[str, ...]) -> None:
    if key in names:
        return
    meant = closest(key, names)
    raise SettingsError(
        tell("{path}: there is no setting `{name}`", path=path, name=where),
        tell("did you mean `{name}`?", name=meant)
        if meant
        else tell("known: {names}", names=", ".join(f"`{name}`" for name in names)),
    )
