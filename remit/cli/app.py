"""The commands and their options; a command's module is loaded when it is run or asked for help."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Annotated

from cyclopts import App, Group, Parameter

import remit
from remit.cli.cache_folder import NO_CACHE
from remit.cli.colors import Color, choose_color
from remit.cli.exits import UsageError
from remit.cli.languages import OPTION
from remit.engine.language.suggest import closest
from remit.engine.wording import Language, current_language, mark, tell, tell_marked

__all__ = ["COMMANDS", "build_app", "options_first"]

HELP = (
    mark("Who answers for what: policies of responsibility, proved and carried out."),
    mark("PACK is a folder of policies, EVENT a JSON file, or `-` for standard input."),
)
"""What stands above the list of commands, by paragraph."""
GROUPS = (mark("Policies"), mark("Response"))

COMMANDS: tuple[tuple[str, str, str, str], ...] = (
    ("Policies", "init", "init:init", "Begin a pack: a new one, or one of those that come along."),
    ("Policies", "import", "import_chart:import_chart", "Make a draft pack of a spreadsheet."),
    ("Policies", "check", "check:check", "Find gaps, overlaps and other faults of a pack."),
    ("Policies", "test", "test:test", "Run the tests of a pack."),
    ("Policies", "certify", "certify:certify", "Certify what was proved of a pack, or check it."),
    ("Policies", "resolve", "resolve:resolve", "Tell who answers for an event."),
    ("Policies", "ask", "ask:ask", "Ask what decides who answers for an event."),
    ("Policies", "why", "why:why", "Tell why somebody answers for an activity, or why not."),
    ("Policies", "crosscheck", "crosscheck:crosscheck", "Hold the map against a second engine."),
    ("Policies", "diff", "diff:diff", "Tell which events change hands, from whom to whom."),
    ("Policies", "matrix", "matrix:matrix", "Show who has which part in what, as a chart."),
    ("Policies", "graph", "graph:graph", "Draw who is under whom, who does what, or a plan."),
    ("Policies", "cards", "cards:cards", "Write what each subject must and may do on cards."),
    ("Policies", "docs", "docs:docs", "Write a site that tells all of a pack."),
    ("Policies", "explain", "explain:explain", "Print the page of a check, or list all checks."),
    ("Policies", "parity", "parity:parity_table", "Show authority and duty of each party."),
    ("Policies", "schema", "schema:schema", "Print the JSON Schema of a kind of file or a pack."),
    ("Policies", "fmt", "fmt:fmt", "Lay out the files of packs in the one way."),
    ("Policies", "lsp", "lsp:lsp", "Serve an editor, over standard input and output."),
    ("Response", "demo", "demo:demo", "Run the response to one incident, from report to close."),
    ("Response", "respond", "respond:respond", "Run the response to an event."),
    ("Response", "simulate", "simulate:simulate", "Play a season on a virtual clock."),
    ("Response", "replay", "replay:replay", "Run a recorded season again, under any pack."),
    ("Response", "drill", "drill:app", "Find, run and score drills that touch every boundary."),
    ("Response", "inbox", "inbox:inbox", "Show what waits for a subject."),
    ("Response", "ack", "act:ack", "Acknowledge what waits for you."),
    ("Response", "done", "act:done", "Report work as done."),
    ("Response", "decline", "act:decline", "Decline what waits for you."),
    ("Response", "hand-over", "act:hand_over", "Hand work over to another subject."),
    ("Response", "approve", "act:approve", "Approve money or a measure."),
    ("Response", "undo", "lead:undo", "Take back that work is done."),
    ("Response", "seen", "lead:seen", "Confirm that you have seen what you were told."),
    ("Response", "reassign", "lead:reassign", "Give work to another subject."),
    ("Response", "cancel", "lead:cancel", "End an incident that was none."),
    ("Response", "reopen", "lead:reopen", "Let an incident that is over go on."),
    ("Response", "merge", "lead:merge", "Make two incidents that are one into one."),
    ("Response", "split", "split:split", "Make an incident that is two into two."),
    ("Response", "review", "lead:review", "Note what was learnt of an incident."),
    ("Response", "request", "money:request", "Ask for more money for work in hand."),
    ("Response", "spend", "money:spend", "Pay from the money that was approved."),
    ("Response", "stock", "stock:app", "Show, add to and use up stock."),
    ("Response", "costs", "costs:costs", "Show what incidents cost."),
    ("Response", "handover", "handover:handover", "Tell what becomes of open work in a new state."),
    ("Response", "declare", "declare:declare", "Declare a state, and hand over by it."),
    ("Response", "update", "declare:update", "Say what has become known of an incident."),
    ("Response", "state", "declare:state", "Show what the community is in, and since when."),
    ("Response", "activate", "versions:activate", "Put a version of a pack into force."),
    ("Response", "move", "versions:move", "Move open incidents to the version in force."),
    ("Response", "versions", "versions:versions", "List the versions that were activated."),
    ("Response", "incidents", "incidents:incidents", "List incidents."),
    ("Response", "timeline", "timeline:timeline", "Show what happened in an incident."),
    ("Response", "audit", "audit:audit", "Look for what should have happened and did not."),
    ("Response", "roster", "roster:app", "Tell who is on duty; swap, override, subscribe."),
    ("Response", "channels", "channels:app", "Show and test the channels messages go by."),
    ("Response", "calls", "calls:calls", "Print whom to call, when all else fails."),
    ("Response", "report", "report:report", "Tell what became of an incident, or of many."),
    ("Response", "forms", "forms:forms", "Fill the forms of the Incident Command System."),
    ("Response", "conformance", "conformance:conformance", "Hold what happened against policy."),
    ("Response", "ledger", "ledger:app", "Look at the record of all that happened."),
    ("Response", "serve", "serve:serve", "Serve the API, drive incidents, see to deadlines."),
    ("Response", "worker", "worker:worker", "Drive incidents and see to deadlines."),
    ("Response", "token", "token:app", "Say who may speak through the API."),
    ("Response", "doctor", "doctor:doctor", "Tell what works on this machine."),
)
"""Group, command, `module:function` under `remit.cli.commands`, and the line shown for it."""

EVERYWHERE = Group(mark("Everywhere"), sort_key=9)
"""Options that every command has."""


_WRITING = ("cards", "docs", "graph", "init", "matrix")
"""Commands that take the language as an option of their own, too."""
_VALUED = ("--color", OPTION)
_FLAGS = ("--no-cache",)


def options_first(arguments: Sequence[str]) -> list[str]:
    """Return arguments with the options that every command has before all others.

    WHY: a command that takes `-` for a file would take an option that stands behind it for one.
    """
    first: list[str] = []
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if argument == "--":
            return [*first, *others, argument, *rest]
        if argument in _FLAGS or (equals and name in _VALUED):
            first.append(argument)
        elif argument in _VALUED:
            first += [argument, *islice(rest, 1)]
        else:
            others.append(argument)
    return [*first, *others]


def build_app(arguments: Sequence[str]) -> App:
    """Return the application; run it as `app.meta(arguments)`.

    Args:
        arguments: what it will be run with; the command they name tells about itself in full.
    """
    app = App(
        name="remit",
        help="\n\n".join(map(tell_marked, HELP)) + "\n",
        version=lambda: f"remit {remit.__version__}",
        help_flags=["--help", "-h"],
        version_flags=["--version"],
        result_action="return_value",
        help_format="markdown",
    )
    _tell_in_language(app)
    _add_commands(app, arguments)

    @app.meta.default
    def _launch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        color: Annotated[Color, Parameter(help=tell_marked(_COLOR), group=EVERYWHERE)] = "auto",
        no_cache: Annotated[
            bool,
            Parameter(
                help=tell_marked(_NO_CACHE),
                negative=(),
                group=EVERYWHERE,
            ),
        ] = False,
        lang: Annotated[
            tuple[Language, ...],
            Parameter(help=tell_marked(_LANG), group=EVERYWHERE, negative=(), show_default=False),
        ] = (),
    ) -> object:
        # It is spoken already: the help itself had to be told in it. A few commands write in it.
        if tokens[:1] and tokens[0] in _WRITING:
            tokens = (*tokens, *(word for each in lang for word in (OPTION, each)))
        choose_color(color)
        if no_cache:
            os.environ[NO_CACHE] = "1"
        _refuse_unknown(tokens)
        if "--write-baseline" in tokens:
            from remit.cli.check_modes import with_file

            tokens = tuple(with_file(tokens))
        return app(tokens, exit_on_error=False, print_error=False)

    return app


_COLOR = mark("When to colour what is printed.")
_NO_CACHE = mark("Neither use nor keep what earlier commands read.")
_LANG = mark("Language of messages; $REMIT_LANG or the locale where left out.")


def _add_commands(app: App, arguments: Sequence[str]) -> None:
    groups = {name: Group(name, sort_key=at) for at, name in enumerate(GROUPS)}
    for at, (group, name, target, line) in enumerate(COMMANDS):
        where = f"remit.cli.commands.{target}"
        # WHY: a line given here is all that is shown, instead of the command's own docstring.
        told = None if name in arguments and not target.endswith(":app") else tell_marked(line)
        command = _in_words(where, line, name, arguments)
        # WHY thrice: they are overloads, of a path, of a function and of a group of commands.
        if isinstance(command, App):
            command.group, command.sort_key = (groups[group],), at
            app.command(command)
        elif command is None:
            app.command(where, name=name, help=told, group=groups[group], sort_key=at)
        else:
            app.command(command, name=name, help=told, group=groups[group], sort_key=at)


def _tell_in_language(app: App) -> None:
    if current_language() != "en":
        from remit.cli.command_help import Formatter

        app.help_formatter = Formatter()


def _in_words(
    where: str, line: str, name: str, arguments: Sequence[str]
) -> Callable[..., object] | App | None:
    """Return a command whose help is asked for, told in the language spoken; else nothing."""
    asks_help = name in arguments and bool({"--help", "-h"} & {*arguments})
    if current_language() == "en" or not asks_help:
        return None
    from remit.cli.command_help import loaded

    return loaded(where, tell_marked(line))


def _refuse_unknown(tokens: tuple[str, ...]) -> None:
    """Refuse a command that does not exist, without loading those that do."""
    names = [name for _, name, _, _ in COMMANDS]
    if tokens and not tokens[0].startswith("-") and tokens[0] not in names:
        meant = closest(tokens[0], names)
        raise UsageError(
            tell("there is no command `{token}`", token=tokens[0]),
            tell("did you mean `{meant}`?", meant=meant)
            if meant
            else tell("`remit --help` lists the commands"),
        )
