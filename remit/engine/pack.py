"""A pack as frozen values: what the loader makes of a folder, and what everything else reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from remit.engine.acceptances import Acceptance, Mandatory
from remit.engine.break_glass import Agreement, BreakGlass
from remit.engine.check_options import CheckOptions, Crowd
from remit.engine.conditions import Condition
from remit.engine.events import Event
from remit.engine.means import Hours, Loan, Needs, Scenario
from remit.engine.prevention import Drill
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.turns import Contact, Override, Person, Rotation, Shift
from remit.engine.vocabulary import Value, Vocabulary

__all__ = [
    "EVERYBODY",
    "LETTERS",
    "Acceptance",
    "ApprovalBand",
    "AssistsOnly",
    "CheckOptions",
    "Contact",
    "Crowd",
    "Duty",
    "DutyReference",
    "Expectation",
    "FieldTest",
    "Fund",
    "Grant",
    "Letter",
    "Limit",
    "Mandatory",
    "Pack",
    "PackTest",
    "Person",
    "Plan",
    "Prohibition",
    "Roster",
    "Shift",
    "Signal",
    "Step",
    "Stock",
    "Subject",
    "Validity",
]

Letter = Literal["accountable", "responsible", "supports", "consulted", "informed"]
LETTERS: tuple[Letter, ...] = get_args(Letter)
EVERYBODY = 0
"""How many must say "mine" where all who answer together must."""

_NOWHERE: Mapping[str, Span] = {}


def _nowhere() -> Mapping[str, Span]:
    # WHY one for all: a pack made by a program may have a hundred thousand.
    return _NOWHERE


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which a duty holds, both in; an end that is `None` is open."""

    start: dt.date | None
    end: dt.date | None
    span: Span


@dataclass(frozen=True, slots=True)
class DutyReference:
    """A duty named by another, as `subject/duty`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Duty:
    """One rule that gives a subject letters for an activity in a region.

    Args:
        acknowledge: seconds in which the subject must say "mine".
        complete: seconds in which the activity must be done.
        spans: the place of each key that was written, by key.
        ack: how many must say "mine" where several answer together; `EVERYBODY` is all of them.
    """

    id: str
    subject: str
    activity: str
    roles: tuple[Letter, ...]
    when: Condition
    span: Span
    unless: Condition | None = None
    exception_to: tuple[DutyReference, ...] = ()
    valid: Validity | None = None
    acknowledge: int | None = None
    complete: int | None = None
    label: Text | None = None
    basis: Text | None = None
    spans: Mapping[str, Span] = field(default_factory=_nowhere)
    ack: int = 1

    @property
    def name(self) -> str:
        """The full name, `subject/duty`."""
        return f"{self.subject}/{self.id}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A power a subject holds in a region."""

    id: str
    power: str
    when: Condition
    span: Span
    basis: Text | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prohibition:
    """A power a subject may not use in a region."""

    power: str
    when: Condition
    span: Span
    basis: Text | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssistsOnly:
    """A region in which a subject may help with an activity, never be accountable."""

    activity: str
    when: Condition
    span: Span
    basis: Text | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """A body with authority and duties.

    Args:
        members: subjects that answer together as this one; then `lead` is one of them.
        staff: people by kind.
        spans: the place of each key that was written, by key.
        lends: people it lends to others on request.
        rates: what an hour of one of its people costs, by kind.
    """

    name: str
    span: Span
    label: Text | None = None
    kind: Text | None = None
    under: str | None = None
    deputies: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    lead: str | None = None
    staff: Mapping[str, int] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    authority: tuple[Grant, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    assists_only: tuple[AssistsOnly, ...] = ()
    duties: tuple[Duty, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)
    lends: tuple[Loan, ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One activity of a plan; steps are named by `id`, which is the activity where none is written.

    Args:
        acknowledge: seconds, overriding the duty's.
        complete: seconds, overriding the duty's.
        after: ids of steps that must be done first.
        consult_first: whether the consulted must have answered before the doer acts.
        hand_over_to: activities whose accountable subject must accept the work.
        within: seconds from the report in which it must be done, at worst.
    """

    id: str
    activity: str
    span: Span
    acknowledge: int | None = None
    complete: int | None = None
    after: tuple[str, ...] = ()
    consult_first: bool = False
    hand_over_to: tuple[str, ...] = ()
    needs: Needs | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The coordinated response to a kind of event.

    Args:
        lead_within: seconds from the report in which somebody must lead, at worst.
        within: seconds from the report in which every step must be done, at worst.
        spans: the place of each key that was written, by key.
    """

    name: str
    when: Condition
    steps: tuple[Step, ...]
    span: Span
    label: Text | None = None
    lead_within: int | None = None
    within: int | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldTest:
    """What one field of an incoming message must be: any of `texts`, or a number in `[low, high]`.

    `low_open` and `high_open` leave the end itself out; `negated` turns the test round.
    """

    field: str
    texts: tuple[str, ...]
    span: Span
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """Which incoming messages raise an event.

    Args:
        source: the kind of message (`from` in YAML): `report`, `cap`, `reading`, ...
        when: tests that must all hold.
        count: messages needed, at least 1.
        within: seconds of the messages' own time in which they must fall.
        by: fields that must agree among the counted messages.
        distinct: field that must differ among them.
        raises: the event (`raise` in YAML); values of `by` fields that are dimensions are added.
    """

    name: str
    source: str
    when: tuple[FieldTest, ...]
    raises: Event
    span: Span
    label: Text | None = None
    count: int = 1
    within: int | None = None
    by: tuple[str, ...] = ()
    distinct: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalBand:
    """Who approves amounts up to `up_to`, which is in; `None` is without ceiling.

    `within` is the seconds in which each in line must answer; `None` is the usual time.
    """

    up_to: Decimal | None
    by: str
    span: Span
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """Money a response may draw on.

    Args:
        power: what its approvers must hold; nothing where it is `None`.
        spans: the place of each key that was written, by key.
        following: the fund that is asked for what this one lacks (`next` in YAML).
        pay: who pays from it; its approvers where it is empty.
    """

    name: str
    amount: Decimal
    currency: str
    approve: tuple[ApprovalBand, ...]
    span: Span
    label: Text | None = None
    basis: Text | None = None
    power: str | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    following: str | None = None
    pay: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of supplies, its quantity and the floor it should not fall below.

    Args:
        cost: of one of it, in the pack's currency.
        reusable: whether it comes back after use.
        request_from: who is asked for more, in order.
        supplied_by: the activity by which more of it comes; whoever is accountable is asked.
    """

    name: str
    quantity: int
    span: Span
    floor: int = 0
    unit: str | None = None
    holder: str | None = None
    label: Text | None = None
    cost: Decimal | None = None
    reusable: bool = False
    request_from: tuple[str, ...] = ()
    supplied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on duty for a subject, in a time zone of the IANA database.

    Args:
        covers: the hours in which somebody is meant to be on duty; all hours where it is empty.
        rotations: people in turn, beside the shifts.
        overrides: exceptions to both, in order; a later one wins over an earlier one.
    """

    name: str
    subject: str
    zone: str
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    span: Span
    covers: tuple[Hours, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()

    def person(self, name: str) -> Person | None:
        """Return somebody on it by name."""
        return next((one for one in self.people if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """Who may at most be accountable in a region, here and in every pack that extends this."""

    activity: str
    accountable: tuple[str, ...]
    when: Condition
    span: Span
    pack: str
    basis: Text | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a test expects of one activity: subjects by letter, only these compared.

    For the owner, `activity` is `None` and `subjects` has the letter `accountable` alone.
    """

    activity: str | None
    subjects: Mapping[Letter, tuple[str, ...]]
    span: Span


@dataclass(frozen=True, slots=True)
class PackTest:
    """An event and the answers expected of the pack, in every cell the event may be."""

    name: str
    given: Event
    expect: tuple[Expectation, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Pack:
    """A versioned set of policy files, loaded and checked for form and references.

    Args:
        path: the folder as given.
        digest: SHA-256 over the files of this pack and of the packs it extends, hexadecimal.
        vocabulary: merged with the higher packs'.
        state: the current value of each state dimension, as far as the pack says.
        precedence: dimensions by which nested duties override each other.
        subjects: this pack's own, by name; only their duties are in force.
        higher: the packs it extends, directly or not, nearest first, none twice.
        currency: of rates and costs; that of the funds where they have one in common and it says
            nothing.
        activated_by: the power that puts a version of it into force.
        rosters_by: the power that lets others than those over it change a roster.
        agreement: whose consent that needs where owners change.
        break_glass: how to act past the policy in need; `None` where nobody may.
    """

    name: str
    version: str
    path: str
    digest: str
    span: Span
    vocabulary: Vocabulary
    subjects: Mapping[str, Subject]
    label: Text | None = None
    lead: str | None = None
    state: Mapping[str, Value] = field(default_factory=dict)
    precedence: tuple[str, ...] = ()
    higher: tuple[Pack, ...] = ()
    limits: tuple[Limit, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    mandatory: tuple[Mandatory, ...] = ()
    checks: CheckOptions = field(default_factory=CheckOptions)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    funds: Mapping[str, Fund] = field(default_factory=dict)
    reserves: Mapping[str, Stock] = field(default_factory=dict)
    rosters: Mapping[str, Roster] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    drills: Mapping[str, Drill] = field(default_factory=dict)
    tests: tuple[PackTest, ...] = ()
    currency: str | None = None
    activated_by: str | None = None
    rosters_by: str | None = None
    agreement: Agreement = "none"
    break_glass: BreakGlass | None = None

    def duties(self) -> tuple[Duty, ...]:
        """Return the duties in force, by full name."""
        found = (duty for subject in self.subjects.values() for duty in subject.duties)
        return tuple(sorted(found, key=lambda duty: duty.name))

    def binding_limits(self) -> tuple[Limit, ...]:
        """Return the limits of this pack and of every higher one."""
        return (*self.limits, *(limit for pack in self.higher for limit in pack.limits))

    def binding_mandatory(self) -> tuple[Mandatory, ...]:
        """Return the checks that nobody may accept, by this pack and every higher one."""
        return (*self.mandatory, *(one for pack in self.higher for one in pack.mandatory))

    def accounts_of(self, subject: str) -> tuple[Subject, ...]:
        """Return what this pack and the higher ones say of one body, nearest first.

        What a higher pack lets a body do, forbids it, or lets it only assist in, holds below; its
        duties do not.
        """
        packs = (self, *self.higher)
        return tuple(pack.subjects[subject] for pack in packs if subject in pack.subjects)
