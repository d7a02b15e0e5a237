"""The questions of an import as a file to answer in, and answers read back from one.

A question is a heading with its key; what stands behind `- answer:` under it is the answer. What
was answered before is listed at the end, so that the file alone brings the same draft again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from remit.cli.exits import UsageError
from remit.engine.charts.chart import Question
from remit.engine.errors import PackErrors
from remit.engine.language.decoding import decode
from remit.engine.language.problems import Problems
from remit.engine.language.yaml_nodes import MappingNode
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.language.yaml_scalars import plain_value
from remit.engine.wording import tell

__all__ = ["QUESTIONS", "questions_text", "read_answers", "read_map"]

QUESTIONS = "QUESTIONS.md"
LARGEST = 8 * 2**20
_HEADING = re.compile(r"## \d+\. (?P<key>.+)")
_ANSWER = re.compile(r"- answer:[ \t]*(?P<text>.*)")
_ANSWERED = re.compile(r"- (?P<ticks>`+) ?(?P<key>.+?) ?(?P=ticks): (?P<text>.+)")


def questions_text(
    questions: Sequence[Question], answered: Mapping[str, str], source: str, command: str
) -> str:
    """Return the file of questions.

    Args:
        answered: all earlier answers, by key.
        source: the chart's file, as people see it.
        command: what takes the answers.
    """
    lines = [f"# {tell('Questions about `{source}`', source=source)}", ""]
    if questions:
        lines += [
            tell("The draft says meanwhile what is assumed."),
            tell("Write behind `answer:` what should be, or `keep` where that is right; then run:"),
            "",
            f"    {command}",
            "",
        ]
    else:
        lines += [tell("Nothing is open."), ""]
    for number, one in enumerate(questions, 1):
        lines += [
            f"## {number}. {one.key}",
            "",
            f"- {tell('found')}: {one.found}",
            f"- {tell('assumed')}: {one.assumed}",
            f"- {tell('to answer')}: {one.answer}",
            "- answer:",
            "",
        ]
    if answered:
        lines += [f"## {tell('Answered')}", ""]
        lines += [f"- {_ticked(key)}: {text}" for key, text in answered.items()]
        lines.append("")
    return "\n".join(lines)


def read_answers(place: str) -> dict[str, str]:
    """Return the answers in a file of questions, or in a YAML map of keys and answers.

    Raises:
        UsageError: if it cannot be read.
        PackErrors: if it is YAML with mistakes.
    """
    if Path(place).suffix.lower() in {".yaml", ".yml"}:
        found: dict[str, str] = {}
        for key, value in read_map(place).items():
            if not isinstance(value, str | int):
                raise UsageError(
                    tell("`{place}`: the answer to `{key}` is no text", place=place, key=key)
                )
            found[key] = str(value)
        return found
    answers: dict[str, str] = {}
    key = ""
    for line in _read(place).splitlines():
        heading = _HEADING.fullmatch(line.rstrip())
        answer = _ANSWER.fullmatch(line.rstrip())
        earlier = _ANSWERED.fullmatch(line.rstrip())
        if heading:
            key = heading["key"]
        elif answer and key and answer["text"].strip("` "):
            answers[key] = answer["text"].strip("` ")
        elif earlier and not answer:
            answers.setdefault(earlier["key"], earlier["text"])
    return answers


def read_map(place: str) -> dict[str, object]:
    """Return a YAML file that is one map.

    Raises:
        UsageError: if it cannot be read, or is no map.
        PackErrors: if it is no strict YAML; each mistake at its place.
    """
    problems = Problems()
    source = decode(place, _read(place).encode("utf-8"), problems)
    node = None if source is None else read_yaml(source, problems)
    if problems:
        raise PackErrors(place, problems.sorted())
    if not isinstance(node, MappingNode):
        raise UsageError(tell("`{place}` is no map of names", place=place))
    return {key: plain_value(value) for key, (_, value) in node.entries.items()}


def _read(place: str) -> str:
    try:
        with Path(place).open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=reason)
        ) from error
    try:
        if len(content) > LARGEST:
            raise UsageError(tell("`{place}` is too large for a file of answers", place=place))
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(tell("`{place}` is not UTF-8", place=place)) from error


def _ticked(key: str) -> str:
    longest = max((len(run) for run in re.findall("`+", key)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {key} {ticks}" if longest else f"`{key}`"
