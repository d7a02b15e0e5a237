"""Forms filled from the ledger: numbers and titles as printed, blanks that nobody filled stay."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from remit.workflows.conformance.history import history_of
from remit.workflows.forms.filling import FORMS, FormName, filled
from remit.workflows.forms.form import Block, Field, Form
from remit.workflows.forms.markdown import BLANK, forms_markdown
from remit.workflows.forms.organisation import Office, organisation_svg
from remit.workflows.forms.page import forms_page
from remit.workflows.forms.source import Period, Source
from remit.workflows.forms.titles import CHINESE
from remit.workflows.ledger import Ledger
from remit.workflows.reports.view import Language
from tests.golden.samples import regenerating
from tests.small_incident import START, play_small

GOLDEN = Path(__file__).parents[2] / "golden" / "after"
LAST = {"201": 10, "203": 9, "207": 4, "213RR": 19, "214": 8}
"""The number of the last block of each form, as published."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, str]:
    """A small incident that was played to its close."""
    ledger, _, incident = play_small(tmp_path_factory.mktemp("small"))
    return ledger, incident


def source(
    played: tuple[Ledger, str], language: Language = "en", period: Period | None = None
) -> Source:
    ledger, name = played
    story, incident = ledger.story(name), ledger.incident(name)
    history = history_of(ledger.entries(name))
    assert incident is not None
    assert history is not None
    return Source(
        incident, history, story, period or Period(story[0].time, story[-1].time), language
    )


def block(form: Form, number: str) -> Block:
    return next(one for one in form.blocks if one.number == number)


@pytest.mark.parametrize("name", FORMS)
def test_the_blocks_of_a_form_are_numbered_without_holes(
    played: tuple[Ledger, str], name: FormName
) -> None:
    for form in filled(source(played), [name]):
        assert [str(n) for n in range(1, LAST[name] + 1)] == [one.number for one in form.blocks]
        assert form.code == f"ICS {name}"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_forms_as_text_are_as_they_were_read(
    played: tuple[Ledger, str], name: FormName, language: Language
) -> None:
    shown = forms_markdown(filled(source(played, language), [name]), language)
    golden = GOLDEN / f"ics{name.lower()}-{language}.md"
    if regenerating():
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown


def test_the_leader_and_the_doers_have_the_positions_of_the_list(
    played: tuple[Ledger, str],
) -> None:
    (form,) = filled(source(played), ["203"])
    assert ("IC/UCs", "Party branch") in block(form, "3").rows
    assert ("Division/Group", "Close the gate: Property company") in block(form, "7").rows
    assert ("Safety Officer", "") in block(form, "3").rows


def test_a_request_for_money_says_who_released_it_and_leaves_its_signature_blank(
    played: tuple[Ledger, str],
) -> None:
    forms = filled(source(played), ["213RR"])
    (money,) = [one for one in forms if "CNY" in block(one, "4").rows[0][-1]]
    assert block(money, "18").fields[1] == Field("Signature")
    assert block(money, "18").fields[0].value
    assert block(money, "9").lines == ("",)


def test_each_subject_that_was_asked_has_a_log_of_its_own(played: tuple[Ledger, str]) -> None:
    forms = filled(source(played), ["214"])
    assert {"office", "branch", "company", "committee"} <= {form.about for form in forms}
    assert len({form.about for form in forms}) == len(forms)


def test_a_period_leaves_out_what_lies_outside_it(played: tuple[Ledger, str]) -> None:
    day = Period(START, START + dt.timedelta(minutes=20))
    (all_,) = filled(source(played), ["201"])
    (early,) = filled(source(played, period=day), ["201"])
    assert 0 < len(block(early, "8").rows) < len(block(all_, "8").rows)
    nothing = Period(START - dt.timedelta(days=2), START - dt.timedelta(days=1))
    assert filled(source(played, period=nothing), ["213RR", "214"]) == ()


def test_blanks_are_visible() -> None:
    form = Form("ICS 1", "Name", (Block("1", "Name", (Field("Signature"),), lines=("",)),))
    assert forms_markdown([form], "en").count(BLANK) == 2
    assert forms_page([form], "t", "en").count('class="blank"') == 2


def test_titles_stay_english_with_the_chinese_beside(played: tuple[Ledger, str]) -> None:
    page = forms_page(filled(source(played, "zh"), ["214"]), "t", "zh")
    assert "Activity Log 活动日志" in page
    assert 'lang="zh-CN"' in page
    assert all(title.isascii() and not text.isascii() for title, text in CHINESE.items())


def test_every_title_has_its_chinese(played: tuple[Ledger, str]) -> None:
    titles: set[str] = set()
    for form in filled(source(played), FORMS):
        titles.add(form.title)
        for one in form.blocks:
            titles |= {one.title, *one.columns, *(field.label for field in one.fields)}
    assert titles - CHINESE.keys() == set()


def test_texts_are_escaped_on_the_page_and_in_the_picture() -> None:
    office = Office("<i>", "<b>&", (Office("</svg>", "]]>"),))
    drawn = organisation_svg(office, title="<t>", description="<d>", name="x")
    form = Form("<c>", "<n>", (Block("1", "<m>", (Field("<f>", "<v>"),), lines=("<l>",),
                                     picture=drawn),), about="<a>")  # fmt: skip
    page = forms_page([form], "<h>", "en")
    tags = ("<i>", "<b>", "<t>", "<d>", "<c>", "<n>", "<m>", "<f>", "<v>", "<l>", "<a>", "<h>")
    assert [tag for tag in tags if tag in page] == []
    assert page.count("</svg>") == 1


def test_an_organisation_of_many_goes_on_in_further_rows() -> None:
    many = Office("top", "a", tuple(Office("branch", str(n)) for n in range(11)))
    drawn = organisation_svg(many, title="t", description="d", name="x")
    assert drawn.count("<rect") == 12
