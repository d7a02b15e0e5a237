"""Types of names: identifiers, references to things declared elsewhere, values."""

from __future__ import annotations

import re
from sys import intern

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.base import Reference as Mention
from remit.engine.language.model.lexicon import enum_schema
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import Node, ScalarNode
from remit.engine.language.yaml_scalars import is_text, scalar_value
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["DutyName", "Identifier", "Reference", "ValueName", "quote_help"]

IDENTIFIER_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
DUTY_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*$"
LONGEST_IDENTIFIER = 100
"""Characters of a name."""

_IDENTIFIER = re.compile(IDENTIFIER_PATTERN[1:-1])
_DUTY = re.compile(DUTY_PATTERN[1:-1])


class Identifier(Type[str]):
    """A name: lower-case ASCII words and digits with hyphens between.

    Args:
        what: the thing named, with its article, for messages.
    """

    def __init__(self, what: str = "a name") -> None:
        self.what = what

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name."""
        if type(node) is ScalarNode and is_text(node):
            text = node.text
            if len(text) <= LONGEST_IDENTIFIER and _IDENTIFIER.fullmatch(text):
                return text
        return self._refuse(node, reading)

    def _refuse(self, node: Node, reading: Reading) -> Invalid:
        form = tell(
            "lower-case words, digits and hyphens, at most {longest_identifier} characters",
            longest_identifier=LONGEST_IDENTIFIER,
        )
        expected = tell("{what}: {form}", what=tell_marked(self.what), form=form)
        if not isinstance(node, ScalarNode):
            return reading.wrong(node, self.what, expected)
        if not is_text(node):
            return reading.wrong(node, self.what, expected, quote_help(node))
        folded = "-".join(re.findall(r"[a-z0-9]+", node.text.lower()))
        fits = (
            bool(folded)
            and folded != node.text
            and node.text.isascii()
            and len(folded) <= LONGEST_IDENTIFIER
        )
        return reading.wrong(
            node,
            self.what,
            expected,
            tell("write {folded}", folded=in_ticks(folded)) if fits else "",
        )

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a name."""
        return definitions.refer(
            "identifier",
            lambda: {
                "type": "string",
                "pattern": IDENTIFIER_PATTERN,
                "maxLength": LONGEST_IDENTIFIER,
                "description": "A name: lower-case words and digits with hyphens between.",
            },
        )


class Reference(Identifier):
    """The name of something declared elsewhere in the pack.

    Args:
        kind: what is named, as `references.py` knows it: `activity`, `subject`, ...
    """

    def __init__(self, kind: str) -> None:
        article = "an" if kind[0] in "aeiou" else "a"
        super().__init__(f"the name of {article} {kind}")
        self.kind = kind

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name, and let it be looked up later."""
        name = super().read(node, reading)
        if isinstance(name, Invalid):
            return name
        if reading.terms is not None:
            reading.references.append(
                Mention(self.kind, name, reading.source, node.start, node.end)
            )
        # WHY interned: what is named once is mostly named often.
        return intern(name)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the name: one of those there are, where these are known."""
        names = definitions.names(self.kind)
        if not names:
            return super().schema(definitions)
        return definitions.refer(self.kind.replace(" ", "-") + "-name", lambda: enum_schema(names))


class DutyName(Type[str]):
    """The full name of a duty, `subject/duty`."""

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name, and let it be looked up later."""
        if not isinstance(node, ScalarNode) or not is_text(node) or not _DUTY.fullmatch(node.text):
            return reading.wrong(node, tell("the full name of a duty"), "`subject/duty`")
        if reading.terms is not None:
            reading.references.append(
                Mention(mark("duty"), node.text, reading.source, node.start, node.end)
            )
        return node.text

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a duty's full name."""
        names = definitions.names("duty")
        if names:
            return definitions.refer("duty-name", lambda: enum_schema(names))
        return definitions.refer(
            "duty-name",
            lambda: {
                "type": "string",
                "pattern": DUTY_PATTERN,
                "description": "A duty in full: `subject/duty`.",
            },
        )


class ValueName(Type[str]):
    """The name of a value, level or leaf; a whole number may stand without quotes."""

    name = Identifier("the name of a value")

    def read(self, node: Node, reading: Reading) -> str | Invalid:
        """Return the name."""
        if not isinstance(node, ScalarNode):
            return self.name.read(node, reading)
        value = scalar_value(node)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return str(value)
        return self.name.read(node, reading)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of a value's name."""
        name = Identifier().schema(definitions)
        return definitions.refer(
            "value-name",
            lambda: {
                "anyOf": [name, {"type": "integer", "minimum": 0}],
                "description": "The name of a value.",
            },
        )


def quote_help(node: Node) -> str:
    """Return how to write as text what YAML takes for something else."""
    return (
        tell('write `"{text}"` in quotes', text=node.text)
        if isinstance(node, ScalarNode) and node.plain and node.text
        else ""
    )
