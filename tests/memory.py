"""A store that keeps everything, in this process."""

from __future__ import annotations

from remit.engine.language.stores import Member

__all__ = ["Memory"]


class Memory:
    """Keeps values by name."""

    is_quick = True

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def get(self, key: str) -> object | None:
        return self.values.get(key)

    def put(self, key: str, value: object) -> None:
        self.values[key] = value

    def note(self, members: tuple[Member, ...]) -> None:
        assert members
