"""`checks` of `pack.yaml`: what a pack asks of the checks that have settings."""

from __future__ import annotations

from dataclasses import replace

from remit.engine.language.model.chain_options import CHAIN_FIELDS, chain_options
from remit.engine.language.model.choices import Whole
from remit.engine.language.model.means_options import MEANS_FIELDS, means_options
from remit.engine.language.model.prevention_options import (
    PREVENTION_FIELDS,
    participation_options,
    prevention_options,
)
from remit.engine.language.model.records import Field, Found, Record
from remit.engine.pack import CheckOptions, Crowd

__all__ = ["CHECK_OPTIONS"]

MOST = 1_000
"""Subjects or duties; a setting past it switches a check off more plainly than it reads."""

_RESPONSIBLE = Field(
    "responsible", Whole(1, MOST), f"Most doers; {Crowd().responsible} if left out."
)
_CONSULTED = Field(
    "consulted", Whole(1, MOST), f"Most that are consulted; {Crowd().consulted} if left out."
)
_INFORMED = Field(
    "informed", Whole(1, MOST), f"Most that are informed; {Crowd().informed} if left out."
)


def _crowd(found: Found) -> Crowd:
    usual = Crowd()
    return Crowd(
        found.get_or(_RESPONSIBLE, usual.responsible),
        found.get_or(_CONSULTED, usual.consulted),
        found.get_or(_INFORMED, usual.informed),
    )


_CROWD = Record(
    "settings of `crowded-activity`",
    "How many subjects may have a letter for one activity in the same event.",
    (_RESPONSIBLE, _CONSULTED, _INFORMED),
    _crowd,
)
_NARROWER = Field(
    "narrower",
    Whole(1, MOST),
    "Fewest duties of other subjects beside a general one that make it the default; "
    f"{CheckOptions().narrower} if left out.",
)
_DEFAULT = Record(
    "settings of `owned-by-default`",
    "When a general duty counts as a default.",
    (_NARROWER,),
    lambda found: found.get_or(_NARROWER, CheckOptions().narrower),
)
_CROWDED_ACTIVITY = Field("crowded-activity", _CROWD, "Settings of `crowded-activity`.")
_OWNED_BY_DEFAULT = Field("owned-by-default", _DEFAULT, "Settings of `owned-by-default`.")


def _options(found: Found) -> CheckOptions:
    usual = CheckOptions()
    return replace(
        chain_options(found),
        crowd=found.get(_CROWDED_ACTIVITY) or usual.crowd,
        means=means_options(found),
        narrower=found.get_or(_OWNED_BY_DEFAULT, usual.narrower),
        participation=participation_options(found),
        prevention=prevention_options(found),
    )


CHECK_OPTIONS = Record(
    "settings of checks",
    "What the pack asks of the checks that have settings.",
    (_CROWDED_ACTIVITY, _OWNED_BY_DEFAULT, *CHAIN_FIELDS, *MEANS_FIELDS, *PREVENTION_FIELDS),
    _options,
)
