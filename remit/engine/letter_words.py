"""What the letters of RACI are called in a sentence."""

from __future__ import annotations

from remit.engine.wording import mark, tell_marked

__all__ = ["letter_word"]

_WORDS = {
    "accountable": mark("accountable"),
    "responsible": mark("responsible"),
    "supports": mark("supports"),
    "consulted": mark("consulted"),
    "informed": mark("informed"),
}


def letter_word(letter: str) -> str:
    """Return the word for a letter in the language spoken here."""
    return tell_marked(_WORDS[letter])
