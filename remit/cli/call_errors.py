"""What was wrong with a call, from what the parser of the command line says of it."""

from __future__ import annotations

import re

from remit.engine.wording import current_language, mark, tell_marked

__all__ = ["call_words"]

# SOURCE: the sentences of cyclopts 4, less their first capital and their last period.
_SAYINGS: tuple[tuple[str, str], ...] = (
    (
        r"unknown option: (?P<option>\S+)\. Did you mean (?P<meant>\S+)\?",
        mark("unknown option: {option}. Did you mean {meant}?"),
    ),
    (r"unknown option: (?P<option>\S+)", mark("unknown option: {option}")),
    (
        (
            r'invalid value "(?P<value>.*)" for (?P<name>\S+)\. Choose from: (?P<names>.*)\.'
            r' Did you mean "(?P<meant>.*)"\?'
        ),
        mark('invalid value "{value}" for {name}. Choose from: {names}. Did you mean "{meant}"?'),
    ),
    (
        r'invalid value "(?P<value>.*)" for (?P<name>\S+)\. Choose from: (?P<names>.*)',
        mark('invalid value "{value}" for {name}. Choose from: {names}'),
    ),
    (
        r'invalid value "(?P<value>.*)" for (?P<name>\S+)\. Must be (?P<bound>[<>=]+ \S+)',
        mark('invalid value "{value}" for {name}. Must be {bound}'),
    ),
    (
        r'invalid value for (?P<name>\S+): unable to convert "(?P<value>.*)" into (?P<kind>\w+)',
        mark('invalid value for {name}: unable to convert "{value}" into {kind}'),
    ),
    (
        r'command "(?P<command>.*)" parameter (?P<name>\S+) requires an argument',
        mark('command "{command}" parameter {name} requires an argument'),
    ),
    (
        r"parameter (?P<name>\S+) requires an argument",
        mark("parameter {name} requires an argument"),
    ),
    (
        r"parameter (?P<name>\S+) specified multiple times",
        mark("parameter {name} specified multiple times"),
    ),
    (
        (
            r'unknown command "(?P<command>.*)"\. Did you mean "(?P<meant>.*)"\?'
            r" Available commands: (?P<names>.*)"
        ),
        mark('unknown command "{command}". Did you mean "{meant}"? Available commands: {names}'),
    ),
    (
        r'unknown command "(?P<command>.*)"\. Available commands: (?P<names>.*)',
        mark('unknown command "{command}". Available commands: {names}'),
    ),
)


def call_words(said: str) -> str:
    """Return what the parser said, in the language spoken here as far as it is a known sentence."""
    if current_language() == "en":
        return said
    for pattern, template in _SAYINGS:
        found = re.fullmatch(pattern, said)
        if found is not None:
            return tell_marked(template).format(**found.groupdict())
    return said
