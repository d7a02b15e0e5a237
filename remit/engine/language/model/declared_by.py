"""`declared_by`: which power lets somebody declare that a dimension has a value."""

from __future__ import annotations

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.composed import as_word
from remit.engine.language.model.names import Reference, ValueName
from remit.engine.language.yaml_nodes import MappingNode, Node
from remit.engine.vocabulary import DeclaredBy
from remit.engine.wording import tell

__all__ = ["DECLARED_BY", "EVERY_OTHER", "DeclaredByType"]

EVERY_OTHER = "*"
"""The key that stands for every value that is not named."""
_POWER = Reference("power")
_VALUE = ValueName()


class DeclaredByType(Type[DeclaredBy]):
    """A power for all values, or a map from values to powers."""

    def read(self, node: Node, reading: Reading) -> DeclaredBy | Invalid:
        """Return who may declare; what cannot be read is left out after its errors."""
        span = reading.span(node)
        if not isinstance(node, MappingNode):
            power = _POWER.read(node, reading)
            return power if isinstance(power, Invalid) else DeclaredBy({}, power, span)
        if not node.entries:
            expected = tell('a power, or a map as `{{early: declare-emergency, "*": declare}}`')
            return reading.error(node, tell("nobody may declare it"), expected=expected)
        powers: dict[str, str] = {}
        for key, value in node.entries.values():
            is_rest = key.text == EVERY_OTHER
            name = EVERY_OTHER if is_rest else _VALUE.read(as_word(key), reading)
            power = _POWER.read(value, reading)
            if not isinstance(name, Invalid) and not isinstance(power, Invalid):
                powers[name] = power
        return DeclaredBy(powers, powers.pop(EVERY_OTHER, None), span)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of either form."""
        power, value = _POWER.schema(definitions), _VALUE.schema(definitions)
        return {
            "anyOf": [
                power,
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"anyOf": [{"const": EVERY_OTHER}, value]},
                    "additionalProperties": power,
                },
            ]
        }


DECLARED_BY = DeclaredByType()
