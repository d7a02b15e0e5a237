"""Messages in the language of whoever reads them."""

from __future__ import annotations

import pytest

from remit.engine.wording import current_language, speaking, tell, tell_count


def test_a_message_is_its_template_with_the_places_filled() -> None:
    """English needs no catalogue."""
    assert tell("there is no command `{name}`", name="chek") == "there is no command `chek`"


def test_what_an_author_wrote_is_never_read_as_a_template() -> None:
    """Braces in a place stand as they are."""
    assert tell("found `{value}`", value="{0.__class__}") == "found `{0.__class__}`"


@pytest.mark.parametrize("number, told", [(0, "0 cells"), (1, "1 cell"), (2, "2 cells")])
def test_a_count_takes_the_form_of_its_number(number: int, told: str) -> None:
    """One is apart from none and from several."""
    assert tell_count("{number} cell", "{number} cells", number) == told


def test_a_language_is_spoken_as_long_as_its_block_lasts() -> None:
    """Also where the block ends by an error."""
    heard = []

    def fail() -> None:
        with speaking("zh"):
            heard.append(current_language())
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert [*heard, current_language()] == ["zh", "en"]
