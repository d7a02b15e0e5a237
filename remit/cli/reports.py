"""Reports in words: every open finding, and one line that sums them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from remit.cli.diagnostics import STYLES, finding_text, unproved_text
from remit.cli.screen import padded
from remit.cli.sources import lines_in_files
from remit.engine import wording
from remit.engine.pack import Pack
from remit.engine.wording import tell, tell_count
from remit.validators.finding import LEVELS, Report
from remit.validators.telling import level_word
from remit.validators.words import listed

__all__ = ["counted", "noun", "report_text", "statistics_text", "summary"]


def report_text(report: Report, pack: Pack, *, with_accepted: bool = False) -> Iterator[Text]:
    """Yield the findings of a report, a blank line between, and its summary."""
    lines = lines_in_files()
    for finding in report.findings if with_accepted else report.open_findings():
        yield finding_text(finding, lines).append("\n")
    for reason in report.unproved:
        yield unproved_text(reason, pack).append("\n")
    yield Text(summary(report, pack))


def statistics_text(report: Report) -> Iterator[Text]:
    """Yield a line for each check that found something: how often, and what of it has a fix."""
    found = report.open_findings()
    counts = Counter((one.code, one.name, one.level) for one in found)
    fixable = Counter(one.code for one in found if one.fix is not None)
    wide = max((len(f"{number:,}") for number in counts.values()), default=0)
    widest = max((len(name) for _, name, _ in counts), default=0)
    for (code, name, level), number in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        line = Text(f"{number:>{wide},}  ", "bold").append(code, STYLES[level])
        line.append(f" {name:{widest}}  {padded(level_word(level), 7)}")
        if fixable[code]:
            line.append("  " + tell("{number} with a fix", number=fixable[code]))
        line.rstrip()
        yield line


def summary(report: Report, pack: Pack) -> str:
    """Return what was found, in how much, as one line."""
    levels = [finding.level for finding in report.open_findings()]
    found = [counted(levels.count(level), _NOUNS[level]) for level in LEVELS if level in levels]
    accepted = len(report.findings) - len(levels)
    if accepted:
        found.append(tell("{number} accepted", number=accepted))
    if report.proved:
        proof = tell("proved over the whole event space")
    else:
        proof = tell("not all of it proved")
    if report.left_out:
        left = tell_count(
            "{number} check left out", "{number} checks left out", len(report.left_out)
        )
        proof = tell("{proof}; {left}", proof=proof, left=left)
    return tell(
        "{pack} {version}: {found} ({activities}, {duties}; {proof})",
        pack=report.pack,
        version=report.version,
        found=listed(found) or tell("no findings"),
        activities=counted(len(pack.vocabulary.activities), "activity"),
        duties=counted(len(pack.duties()), "duty"),
        proof=proof,
    )


def noun(word: str) -> str:
    """Return a word as it is, for `counted` to count later."""
    return word


def counted(number: int, what: str) -> str:
    """Return a number with its noun: "1 duty", "1,200 duties".

    Args:
        what: the noun for one, or what `noun` returned; both are found in the code.
    """
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return wording.tell_count(f"{{number:,}} {what}", f"{{number:,}} {plural}", number)


_NOUNS = {"error": noun("error"), "warning": noun("warning"), "note": noun("note")}
