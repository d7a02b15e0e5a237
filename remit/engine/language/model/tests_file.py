"""`tests/*.yaml`: events and the answers expected of the pack."""

from __future__ import annotations

from remit.engine.language.model.base import Definitions, Invalid, Json, Reading, Type
from remit.engine.language.model.base import Reference as Mention
from remit.engine.language.model.composed import ListOf, OneOrMany, as_word
from remit.engine.language.model.lexicon import described
from remit.engine.language.model.names import Identifier, Reference
from remit.engine.language.model.occurrences import EVENT
from remit.engine.language.model.phrases import Phrase
from remit.engine.language.model.records import Field, Found, Record, Shape
from remit.engine.language.yaml_nodes import MappingNode, Node
from remit.engine.pack import LETTERS, Expectation, Letter, PackTest
from remit.engine.wording import tell

__all__ = ["ANSWER", "ANSWER_SUBJECTS", "EXPECTATIONS", "OWNER", "TESTS_FILE"]

OWNER = "owner"
"""What a test calls the subject accountable for the pack's lead activity."""

ANSWER_SUBJECTS = OneOrMany(Reference("subject"), "a list of subjects", fewest=0)
_LETTER_FIELDS: dict[Letter, Field[tuple[str, ...]]] = {
    letter: Field(letter, ANSWER_SUBJECTS, f"Exactly the subjects that are {letter}.")
    for letter in LETTERS
}


def _letters(found: Found) -> dict[Letter, tuple[str, ...]]:
    pairs = ((letter, found.get(field)) for letter, field in _LETTER_FIELDS.items())
    return {letter: subjects for letter, subjects in pairs if subjects is not None}


ANSWER = Record(
    "an expected answer",
    "Subjects by letter; a letter left out is not compared.",
    tuple(_LETTER_FIELDS.values()),
    _letters,
    shape=Shape(at_least_one=True),
)


class _Expectations(Type[tuple[Expectation, ...]]):
    """`owner`, and activities with subjects by letter."""

    def read(self, node: Node, reading: Reading) -> tuple[Expectation, ...] | Invalid:
        """Return what is expected, in the order written."""
        if not isinstance(node, MappingNode):
            return reading.wrong(
                node,
                tell("a map of expected answers"),
                tell("a map as `{{owner: ..., activity: {{...}}}}`"),
            )
        if not node.entries:
            return reading.error(
                node,
                tell("a test that expects nothing cannot fail"),
                expected=tell("`owner` or an activity"),
            )
        found: list[Expectation] = []
        for name, (key, value) in node.entries.items():
            if name == OWNER:
                owners = ANSWER_SUBJECTS.read(value, reading)
                if not isinstance(owners, Invalid):
                    found.append(Expectation(None, {"accountable": owners}, reading.span(value)))
                if reading.terms is not None:
                    reading.references.append(
                        Mention("lead", OWNER, reading.source, key.start, key.end)
                    )
                continue
            activity = _ACTIVITY.read(as_word(key), reading)
            if not isinstance(activity, Invalid) and reading.terms is not None:
                place = (reading.source, key.start, key.end)
                reading.references.append(Mention("activity", activity, *place, (OWNER,)))
            letters = ANSWER.read_named(value, reading, key)
            if not isinstance(activity, Invalid) and not isinstance(letters, Invalid):
                found.append(Expectation(activity, letters, reading.span(key)))
        return tuple(found)

    def schema(self, definitions: Definitions) -> Json:
        """Return the schema of the expected answers."""
        answer = ANSWER.schema(definitions)
        activities = definitions.names("activity")
        known = {name: described(answer, words) for name, words in activities.items()}
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": Identifier().schema(definitions),
            "properties": {
                OWNER: {
                    **ANSWER_SUBJECTS.schema(definitions),
                    "description": "Exactly the subjects that own the event.",
                },
                **known,
            },
            "additionalProperties": answer if not activities else False,
        }


_ACTIVITY = Identifier("the name of an activity")
EXPECTATIONS = _Expectations()
_NAME = Field(
    "name",
    Phrase("the name of a test", longest=500),
    "What is true, as a sentence.",
    is_required=True,
)
_GIVEN = Field("given", EVENT, "The event; what it leaves out may be anything.", is_required=True)
_EXPECT = Field(
    "expect", EXPECTATIONS, "The answers, in every cell the event may be.", is_required=True
)

_TEST = Record(
    "a test",
    "An event and the answers expected of the pack.",
    (_NAME, _GIVEN, _EXPECT),
    lambda found: PackTest(
        found.need(_NAME), found.need(_GIVEN), found.need(_EXPECT), found.span(_NAME)
    ),
)
TESTS_FILE = ListOf(_TEST, "a list of tests")
