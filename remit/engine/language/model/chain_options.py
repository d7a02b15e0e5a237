"""Settings of the checks on chains: powers, command, succession, plans, the pack's own texts."""

from __future__ import annotations

from remit.engine.check_options import (
    BASED,
    TOLD,
    BasisOptions,
    LoadOptions,
    PlanningOptions,
    PowerOptions,
    SpanOptions,
    SuccessionOptions,
    TellingOptions,
    TranslationOptions,
)
from remit.engine.language.model.choices import Choice, Flag, Whole
from remit.engine.language.model.composed import OneOrMany
from remit.engine.language.model.names import Reference
from remit.engine.language.model.phrases import LANGUAGE_PATTERN, Phrase
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.pack import CheckOptions

__all__ = ["CHAIN_FIELDS", "chain_options"]

MOST = 1_000
"""Subjects, activities or people; past it a check finds nothing in any pack."""

_OF_BASIS = Field(
    "of",
    OneOrMany(Choice("what needs a basis", *BASED), "a list of what needs a basis"),
    "What must have a basis; where left out, what most of the pack's own entries have one for.",
)
_BASIS = Field(
    "missing-basis",
    Record(
        "settings of `missing-basis`",
        "What must say on what it rests.",
        (_OF_BASIS,),
        lambda found: BasisOptions(found.get(_OF_BASIS) or ()),
    ),
    "Settings of `missing-basis`.",
)

_USUAL_LOAD = LoadOptions()
_ACCOUNTABLE = Field(
    "accountable",
    Whole(1, MOST),
    f"Most activities to answer for; {_USUAL_LOAD.accountable} if left out.",
)
_RESPONSIBLE = Field(
    "responsible", Whole(1, MOST), f"Most activities to do; {_USUAL_LOAD.responsible} if left out."
)
_LOAD = Field(
    "overloaded-subject",
    Record(
        "settings of `overloaded-subject`",
        "How many activities a subject may have in the same event.",
        (_ACCOUNTABLE, _RESPONSIBLE),
        lambda found: LoadOptions(
            found.get_or(_ACCOUNTABLE, _USUAL_LOAD.accountable),
            found.get_or(_RESPONSIBLE, _USUAL_LOAD.responsible),
        ),
    ),
    "Settings of `overloaded-subject`.",
)

_STANDING_WORK = Field(
    "standing",
    OneOrMany(Reference("activity"), "a list of activities", fewest=0),
    "Activities that go on without a plan.",
)
_PLANNING = Field(
    "unplanned-activity",
    Record(
        "settings of `unplanned-activity`",
        "Which activities need no plan.",
        (_STANDING_WORK,),
        lambda found: PlanningOptions(found.get(_STANDING_WORK) or ()),
    ),
    "Settings of `unplanned-activity`.",
)

_STANDING_POWERS = Field(
    "standing",
    OneOrMany(Reference("power"), "a list of powers", fewest=0),
    "Powers that are used without an activity that requires them, such as a right to refuse.",
)
_POWERS = Field(
    "idle-power",
    Record(
        "settings of `idle-power`",
        "Which powers need no activity.",
        (_STANDING_POWERS,),
        lambda found: PowerOptions(found.get(_STANDING_POWERS) or ()),
    ),
    "Settings of `idle-power`.",
)

_USUAL_SPAN = SpanOptions()
_MAX = Field(
    "max", Whole(1, MOST), f"Most subordinates with duties; {_USUAL_SPAN.most} if left out."
)
_MIN = Field(
    "min", Whole(1, MOST), "Fewest subordinates with duties, where there are any; not asked for."
)
_SPANS = Field(
    "wide-span",
    Record(
        "settings of `wide-span`",
        "How many subordinates one subject may have.",
        (_MAX, _MIN),
        lambda found: SpanOptions(found.get_or(_MAX, _USUAL_SPAN.most), found.get(_MIN)),
    ),
    "Settings of `wide-span`.",
)

_DEPTH = Field(
    "depth",
    Whole(0, MOST),
    "How many must be able to stand in for an accountable subject; if left out, 1"
    " where at least half of them have somebody.",
)
_STAFF = Field(
    "staff",
    Flag(),
    "Whether further people of the subject itself count as such; they do if left out.",
)
_ABSENT = Field(
    "absent",
    Whole(0, MOST),
    "Of how many people the absence must leave somebody for every duty; 0 if left out.",
)


def _succession(found: Found) -> SuccessionOptions:
    return SuccessionOptions(
        found.get(_DEPTH), found.get(_STAFF) is not False, found.get_or(_ABSENT, 0)
    )


_SUCCESSION = Field(
    "thin-succession",
    Record(
        "settings of `thin-succession`",
        "How deep the succession must be.",
        (_DEPTH, _STAFF, _ABSENT),
        _succession,
    ),
    "Settings of `thin-succession`.",
)

_TOLD = Field(
    "of",
    OneOrMany(Choice("whom somebody should tell", *TOLD), "a list of whom somebody should tell"),
    "Whom somebody should tell; nobody if left out.",
)
_TELLING = Field(
    "uninformed-party",
    Record(
        "settings of `uninformed-party`",
        "Whom somebody should tell.",
        (_TOLD,),
        lambda found: TellingOptions(found.get(_TOLD) or ()),
    ),
    "Settings of `uninformed-party`.",
)

_LANGUAGES = Field(
    "languages",
    OneOrMany(
        Phrase("a language", pattern=LANGUAGE_PATTERN, expected="a language code such as `en`"),
        "a list of languages",
    ),
    "Languages every text must have; those the pack uses if left out.",
)
_TRANSLATION = Field(
    "missing-translation",
    Record(
        "settings of `missing-translation`",
        "Which languages every text must have.",
        (_LANGUAGES,),
        lambda found: TranslationOptions(found.get(_LANGUAGES) or ()),
    ),
    "Settings of `missing-translation`.",
)

CHAIN_FIELDS = (
    _BASIS,
    _LOAD,
    _PLANNING,
    _POWERS,
    _SPANS,
    _SUCCESSION,
    _TELLING,
    _TRANSLATION,
)


def chain_options(found: Found) -> CheckOptions:
    """Return the settings of the checks on chains, all others as they are usually."""
    usual = CheckOptions()
    return CheckOptions(
        basis=found.get(_BASIS) or usual.basis,
        load=found.get(_LOAD) or usual.load,
        planning=found.get(_PLANNING) or usual.planning,
        powers=found.get(_POWERS) or usual.powers,
        spans=found.get(_SPANS) or usual.spans,
        succession=found.get(_SUCCESSION) or usual.succession,
        telling=found.get(_TELLING) or usual.telling,
        translation=found.get(_TRANSLATION) or usual.translation,
    )
