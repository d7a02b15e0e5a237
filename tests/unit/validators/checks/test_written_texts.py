"""missing-basis and missing-translation: what most of a pack says, and the rest leaves out."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = (
    "dimensions: {stage: {values: [early, late]}}\nactivities: {watch: {}}\npowers: {p: }\n"
)


def pack(duties: list[str], options: str = "", lines: str = "") -> dict[str, str]:
    written = "".join(
        f"  - {{id: d{n}, activity: watch, role: supports{more}}}\n"
        for n, more in enumerate(duties)
    )
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": f"subject: office\n{lines}duties:\n{written}",
    }


def test_what_most_duties_have_the_others_lack(tmp_path: Path) -> None:
    based = ", basis: art. 1"
    finding = the_one(report_on(tmp_path / "a", pack([based] * 3 + [""])), "missing-basis")
    assert (finding.level, finding.duty, text_at(finding)) == ("note", "office/d3", "d3")
    assert finding.notes == ("3 of the 4 duties of this pack have one",)
    assert not found(report_on(tmp_path / "b", pack([based] * 2 + [""])), "missing-basis")
    assert not found(report_on(tmp_path / "c", pack([based] * 2 + [""] * 2)), "missing-basis")


def test_what_the_pack_asks_for_is_asked_of_each_kind(tmp_path: Path) -> None:
    lines = (
        "authority: [{id: g, power: p}]\nprohibitions: [{power: p}]\n"
        "assists_only: [{activity: watch}]\n"
    )
    kinds = "[authority, prohibitions, assists_only, limits, powers]"
    options = (
        f"checks: {{missing-basis: {{of: {kinds}}}}}\n"
        "limits: [{activity: watch, accountable: [office]}]\n"
    )
    told = found(report_on(tmp_path, pack([""], options, lines)), "missing-basis")
    assert [one.message for one in told] == [
        "the limit on `watch` has no basis",
        "the grant of `p` to `office` has no basis",
        "the prohibition of `p` to `office` has no basis",
        "that `office` only assists in `watch` has no basis",
        "the power `p` has no basis",
    ]


def test_a_text_lacks_the_language_most_others_have(tmp_path: Path) -> None:
    both, one = ", label: {en: A, zh: 甲}", ", label: {en: A}"
    finding = the_one(report_on(tmp_path / "a", pack([both, both, one])), "missing-translation")
    assert finding.message == "the label of the duty `office/d2` is not there in `zh`"
    assert (text_at(finding), finding.span.line) == ("{en: A}", 5)
    assert not found(report_on(tmp_path / "b", pack([both, one, one])), "missing-translation")
    assert not found(report_on(tmp_path / "c", pack([both, ", label: A"])), "missing-translation")


def test_the_pack_says_which_languages_it_needs(tmp_path: Path) -> None:
    options = "checks: {missing-translation: {languages: [en, fr]}}\nlabel: {en: A, fr: B}\n"
    basis = ", basis: {zh: 甲, en: A}"
    finding = the_one(report_on(tmp_path, pack([basis], options)), "missing-translation")
    assert finding.message == "the basis of the duty `office/d0` is not there in `fr`"
