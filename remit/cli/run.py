"""Running a command: whatever happens, a message and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from remit.cli.exits import EXTRAS, Exit, MissingError, UsageError
from remit.cli.languages import spoken_language
from remit.engine.errors import EventError, PackErrors, RemitError, SeasonErrors
from remit.engine.system_words import why_not
from remit.engine.wording import speaking, tell

if TYPE_CHECKING:
    from cyclopts.exceptions import CycloptsError

__all__ = ["DEBUG", "main"]

DEBUG = "REMIT_DEBUG"
"""Environment variable that, set to anything, adds the traceback to the message of a bug."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: what follows `remit`; those of the process where left out.
    """
    _prepare_streams()
    # WHY: the products of matrices here are small; to share them out costs more than to make them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with speaking(spoken_language(given, os.environ)):
            code = _run(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # WHY: the reader has gone, as `head` does; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.BROKEN_PIPE
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        return _dispatch(list(arguments))
    except RemitError as error:
        return _tell_refusal(error)
    except ImportError as error:
        return _tell_missing(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = why_not(error)
        if error.filename:
            name = error.filename
            said = tell("cannot read or write `{name}`: {reason}", name=name, reason=reason)
        else:
            said = tell("cannot read or write: {reason}", reason=reason)
        return _tell(Exit.USAGE, said)
    # WHY: the outer edge; what nobody expected is a bug, and is told as one.
    except Exception as error:  # noqa: BLE001 -- see above
        return _tell_bug(error)


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["check"]:
        from remit.cli.quick import quick_check

        code = quick_check(arguments)
        if code is not None:
            return code
    from cyclopts.exceptions import CycloptsError

    from remit.cli.app import build_app, options_first

    arguments = options_first(arguments)
    try:
        result = build_app(arguments).meta(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _tell_wrong_call(error)
    return result if isinstance(result, int) else Exit.CLEAN


def _prepare_streams() -> None:
    # WHY: a letter the terminal cannot show must not end a command; JSON even wants an escape.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _tell(code: Exit, message: str, help: str = "") -> Exit:  # noqa: A002 -- the word on the screen
    from remit.cli.diagnostics import message_text
    from remit.cli.screen import say

    say(message_text("error", message, help))
    return code


def _tell_refusal(error: RemitError) -> Exit:
    if isinstance(error, PackErrors):
        return _tell_pack_errors(error)
    if isinstance(error, UsageError):
        code = Exit.MISSING if isinstance(error, MissingError) else Exit.USAGE
        return _tell(code, error.message, error.help)
    for reason in error.reasons if isinstance(error, EventError) else (str(error),):
        _tell(Exit.USAGE, reason)
    return Exit.USAGE


def _tell_wrong_call(error: CycloptsError) -> Exit:
    from cyclopts.exceptions import UnusedCliTokensError

    from remit.cli.call_errors import call_words

    said = " ".join(str(error).split())
    if isinstance(error, UnusedCliTokensError):
        tokens = " ".join(f"`{each}`" for each in error.unused_tokens or ())
        said = tell("there is no place for {tokens}", tokens=tokens)
    said = call_words(said[:1].lower() + said[1:].rstrip("."))
    command = " ".join(("remit", *(error.command_chain or ()), "--help"))
    return _tell(
        Exit.USAGE,
        said,
        tell("`{command}` tells more", command=command),
    )


def _tell_pack_errors(errors: PackErrors) -> Exit:
    from remit.cli.diagnostics import error_text
    from remit.cli.reports import counted
    from remit.cli.screen import say

    for error in errors.errors:
        say(error_text(error).append("\n"))
    counts = counted(len(errors.errors), "error")
    if isinstance(errors, SeasonErrors):
        told = tell(
            "the season `{path}` cannot be played: {errors}", path=errors.path, errors=counts
        )
        return _tell(Exit.NOT_LOADED, told)
    return _tell(
        Exit.NOT_LOADED,
        tell(
            "the pack `{pack}` cannot be loaded: {errors}",
            pack=errors.path,
            errors=counts,
        ),
    )


def _tell_missing(error: ImportError) -> Exit:
    library = _missing_library(error)
    if library is None:
        return _tell_bug(error)
    extra = EXTRAS.get(library)
    wanted = f"remit[{extra}]" if extra else "remit"
    if extra:
        said = tell(
            "this needs the extra `{extra}`: there is no library `{library}`",
            extra=extra,
            library=library,
        )
    else:
        said = tell(
            "the installation is not complete: there is no library `{library}`", library=library
        )
    how = tell("install it with: {command}", command=f"python -m pip install '{wanted}'")
    return _tell(Exit.MISSING, said, how)


def _missing_library(error: ImportError) -> str | None:
    """Return the library that is not installed; `None` if something else went wrong."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            library = cause.name.partition(".")[0]
            return None if library == "remit" else library
        # WHY: cyclopts raises an ImportError of its own from the one it met.
        cause = cause.__cause__
    return None


def _tell_bug(error: Exception) -> Exit:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    said = " ".join(str(error).split())
    return _tell(
        Exit.BUG,
        tell(
            "a fault in remit itself, not in your files: {fault}",
            fault=f"{type(error).__name__}: {said}".rstrip(": "),
        ),
        tell(
            "report it with this line and what you ran, as CONTRIBUTING.md says;"
            " {debug}=1 shows more",
            debug=DEBUG,
        ),
    )
