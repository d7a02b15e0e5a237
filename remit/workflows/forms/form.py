"""A form as values: numbered blocks, each with fields, a table, lines of text or a picture."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Block", "Field", "Form"]


@dataclass(frozen=True, slots=True)
class Field:
    """One blank with its label; an empty value stays a blank to write on."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One numbered block of a form.

    Args:
        number: as it is printed, such as `5`.
        title: in English; the page adds the Chinese.
        rows: one text a column.
        picture: an SVG element, drawn by us; empty for none.
        alone: whether it takes the whole width.
    """

    number: str
    title: str
    fields: tuple[Field, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    picture: str = ""
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """One form, filled.

    Args:
        code: as `ICS 201`.
        about: tells several of one kind apart, as the subject of a log; empty for the only one.
    """

    code: str
    title: str
    blocks: tuple[Block, ...]
    about: str = ""
