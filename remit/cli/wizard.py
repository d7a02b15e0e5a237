"""Questions on the terminal that build a new pack; each answer can be gone back on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.text import Text

from remit.cli.new_packs import DEFAULTS
from remit.cli.screen import clean, show
from remit.engine.charts.sheet import clean_text
from remit.engine.wording import LANGUAGES, Language, tell

__all__ = ["QUESTIONS", "Wizard"]

BACK = "b"
WHY = "?"
NONE = "-"
QUESTIONS = ("lang", "name", "lead", "subjects", "activities", "stages")
"""What is asked, in order; the names of the options too."""


@dataclass(slots=True)
class Wizard:
    """One round of questions.

    Args:
        read: gives one answer after a prompt; raises `EOFError` where there is none.
        given: what options say; not asked.
        name: offered as the name.
        language: offered as the language.
    """

    read: Callable[[str], str]
    given: Mapping[str, str]
    name: str
    language: Language
    answers: dict[str, str] = field(default_factory=dict)

    def ask(self) -> dict[str, str] | None:
        """Return an answer to each question; `None` if the answers end before that."""
        asked = [one for one in QUESTIONS if one not in self.given]
        show(tell("A new pack. Enter takes what is in brackets; `b` goes back, `?` tells more."))
        at = 0
        while at <= len(asked):
            try:
                done = self._confirmed() if at == len(asked) else self._answered(asked[at])
            except EOFError:
                show("")
                return None
            if done is None:
                at = max(at - 1, 0)
            elif done:
                at += 1
        return self._all()

    def default(self, question: str) -> str:
        """Return what a question offers."""
        if question == "lang":
            return self.language
        return self.name if question == "name" else DEFAULTS[self._language()][question]

    def _all(self) -> dict[str, str]:
        return {one: self.answers.get(one) or self.given.get(one, "") for one in QUESTIONS}

    def _language(self) -> Language:
        chosen = self.answers.get("lang") or self.given.get("lang")
        return next((one for one in LANGUAGES if one == chosen), self.language)

    def _answered(self, question: str) -> bool | None:
        """Ask one question; return whether it was answered, `None` to go back."""
        offered = self.answers.get(question) or self.default(question)
        text = clean_text(self.read(f"{_prompt(question)} [{offered}] ")).strip()
        if text == BACK:
            return None
        if text == WHY:
            show(Text(f"  {_more(question)}", "cyan"))
            return False
        if question == "lang" and text and text not in LANGUAGES:
            show(
                Text(tell("  it is one of: {languages}", languages=", ".join(LANGUAGES)), "yellow")
            )
            return False
        if text == NONE and question not in {"stages", "subjects", "activities"}:
            show(Text(tell("  this has to be named"), "yellow"))
            return False
        if question == "lang" and (text or offered) != self.answers.get("lang"):
            # WHY: what was offered in the other language is no answer in this one.
            self.answers = {one: own for one, own in self.answers.items() if one == "name"}
        self.answers[question] = text or offered
        return True

    def _confirmed(self) -> bool | None:
        show("")
        for question, answer in self._all().items():
            show(clean(f"  {_prompt(question)} {answer}"))
        text = self.read(tell("Write the pack? Enter writes it, `b` goes back: ")).strip()
        if text == BACK:
            return None
        return text == ""


def _prompt(question: str) -> str:
    return {
        "lang": tell("Language of names, en or zh:"),
        "name": tell("What is the place or organisation called?"),
        "lead": tell("Who leads, and owns an incident?"),
        "subjects": tell("Which other bodies take part? Commas between:"),
        "activities": tell("What must be done, besides command? Commas between:"),
        "stages": tell("Which stages does an incident go through? `-` for none:"),
    }[question]


def _more(question: str) -> str:
    return {
        "lang": tell("labels are written in it; ids are always Latin words"),
        "name": tell("the label of the pack, as people know it"),
        "lead": tell("it becomes accountable for everything; change that in subjects/ later"),
        "subjects": tell("each gets a file; `居委会=residents-committee` gives a name its id"),
        "activities": tell(
            "the rows of the responsibility chart, as `Gate check, Deliver supplies`"
        ),
        "stages": tell("who answers may differ between them; more dimensions can come later"),
    }[question]
