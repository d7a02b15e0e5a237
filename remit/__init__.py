"""Who answers for what: policies of responsibility, compiled, proved and run.

```python
import remit

pack = remit.load("policies/rf-community")
map = remit.compile(pack)
map.resolve({"hazard": "flood", "phase": "response"})  # all letters, also for partial events
map.decide(event, "command")  # who is accountable, for a full event, in a microsecond
map.resolve_batch(columns, "command")  # the same for a million
remit.check(pack, today=dt.date.today())
remit.check(pack, today=dt.date.today(), kept=kept)  # kept = KeptFindings(): again, after an edit
remit.diff(before, pack).moves  # which events changed hands, from whom to whom; maps do too
```

Every name is loaded when it is first used, so that `import remit` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.engine.completion import complete_event as complete_event
    from remit.engine.diff.compare import Difference as Difference
    from remit.engine.diff.compare import diff as diff
    from remit.engine.errors import EventError as EventError
    from remit.engine.errors import PackError as PackError
    from remit.engine.errors import PackErrors as PackErrors
    from remit.engine.errors import RemitError as RemitError
    from remit.engine.events import Event as Event
    from remit.engine.language.incoming import parse_event as parse_event
    from remit.engine.language.loader import load as load
    from remit.engine.map.batch import Decisions as Decisions
    from remit.engine.map.decide import Decision as Decision
    from remit.engine.map.intake import Choice as Choice
    from remit.engine.map.intake import Decided as Decided
    from remit.engine.map.intake import Owner as Owner
    from remit.engine.map.intake import Question as Question
    from remit.engine.map.intake import ask as ask
    from remit.engine.map.responsibility import ResponsibilityMap as ResponsibilityMap
    from remit.engine.map.responsibility import compile_pack as compile  # noqa: A004 -- the public name
    from remit.engine.pack import Pack as Pack
    from remit.engine.resolution import ActivityResolution as ActivityResolution
    from remit.engine.resolution import Because as Because
    from remit.engine.resolution import Holders as Holders
    from remit.engine.resolution import Resolution as Resolution
    from remit.engine.spans import Related as Related
    from remit.engine.spans import Span as Span
    from remit.engine.vocabulary import Vocabulary as Vocabulary
    from remit.validators.finding import Finding as Finding
    from remit.validators.finding import Report as Report
    from remit.validators.kept_findings import KeptFindings as KeptFindings
    from remit.validators.registry import check as check

    __version__: str

__all__ = [
    "ActivityResolution",
    "Because",
    "Choice",
    "Decided",
    "Decision",
    "Decisions",
    "Difference",
    "Event",
    "EventError",
    "Finding",
    "Holders",
    "KeptFindings",
    "Owner",
    "Pack",
    "PackError",
    "PackErrors",
    "Question",
    "Related",
    "RemitError",
    "Report",
    "Resolution",
    "ResponsibilityMap",
    "Span",
    "Vocabulary",
    "__version__",
    "ask",
    "check",
    "compile",
    "complete_event",
    "diff",
    "load",
    "parse_event",
]

_HOMES = {
    "ActivityResolution": "remit.engine.resolution:ActivityResolution",
    "Because": "remit.engine.resolution:Because",
    "Choice": "remit.engine.map.intake:Choice",
    "Decided": "remit.engine.map.intake:Decided",
    "Decision": "remit.engine.map.decide:Decision",
    "Decisions": "remit.engine.map.batch:Decisions",
    "Difference": "remit.engine.diff.compare:Difference",
    "Event": "remit.engine.events:Event",
    "EventError": "remit.engine.errors:EventError",
    "Finding": "remit.validators.finding:Finding",
    "Holders": "remit.engine.resolution:Holders",
    "KeptFindings": "remit.validators.kept_findings:KeptFindings",
    "Owner": "remit.engine.map.intake:Owner",
    "Pack": "remit.engine.pack:Pack",
    "PackError": "remit.engine.errors:PackError",
    "PackErrors": "remit.engine.errors:PackErrors",
    "Question": "remit.engine.map.intake:Question",
    "Related": "remit.engine.spans:Related",
    "RemitError": "remit.engine.errors:RemitError",
    "Report": "remit.validators.finding:Report",
    "Resolution": "remit.engine.resolution:Resolution",
    "ResponsibilityMap": "remit.engine.map.responsibility:ResponsibilityMap",
    "Span": "remit.engine.spans:Span",
    "Vocabulary": "remit.engine.vocabulary:Vocabulary",
    "ask": "remit.engine.map.intake:ask",
    "check": "remit.validators.registry:check",
    "compile": "remit.engine.map.responsibility:compile_pack",
    "complete_event": "remit.engine.completion:complete_event",
    "diff": "remit.engine.diff.compare:diff",
    "load": "remit.engine.language.loader:load",
    "parse_event": "remit.engine.language.incoming:parse_event",
}


def __getattr__(name: str) -> object:
    """Return a public name, loading the module it lives in."""
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module 'remit' has no attribute {name!r}", name=name, obj=None)
    module, _, attribute = _HOMES[name].partition(":")
    found: object = getattr(import_module(module), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("remit")
    except PackageNotFoundError:
        return "unknown"
