"""What the operating system says of a file, in the language spoken here."""

from __future__ import annotations

from remit.engine.wording import mark, tell_marked

__all__ = ["why_not"]

# SOURCE: strerror of glibc and of macOS; what is not here is told as the system says it.
_KNOWN = (
    mark("No such file or directory"),
    mark("Permission denied"),
    mark("Is a directory"),
    mark("Not a directory"),
    mark("File exists"),
    mark("File name too long"),
    mark("No space left on device"),
    mark("Read-only file system"),
    mark("Too many open files"),
    mark("Too many levels of symbolic links"),
    mark("Input/output error"),
    mark("Invalid argument"),
    mark("Operation not permitted"),
)


def why_not(error: OSError) -> str:
    """Return the reason why something could not be read or written."""
    return tell_marked(error.strerror or str(error))
