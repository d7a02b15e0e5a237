"""limit-crossed: a subject is accountable past a limit of this pack or a higher one."""

from __future__ import annotations

from pathlib import Path

from tests.unit.validators.written import found, report_on, the_one

VOCABULARY = """
dimensions:
  level: {scale: [iv, iii, ii, i]}
activities:
  close: {}
"""
LIMITS = (
    "limits: [{activity: close, accountable: [district], when: {level: iii..}, basis: art. 73}]\n"
)


def city(folder: Path, limits: str) -> None:
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(f"remit: 1\npack: city\nversion: '1'\n{limits}", "utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    (folder / "subjects" / "d.yaml").write_text("subject: district\n", "utf-8")


def street(when: str) -> dict[str, str]:
    duty = f"{{id: close, activity: close, role: [accountable, responsible], when: {when}}}"
    return {
        "pack.yaml": "remit: 1\npack: low\nversion: '1'\nextends: [../city]\n",
        "vocabulary.yaml": "activities: {}\n",
        "subjects/s.yaml": f"subject: street\nduties: [{duty}]\n",
    }


def test_a_limit_of_a_higher_pack_binds(tmp_path: Path) -> None:
    city(tmp_path / "city", LIMITS)
    finding = the_one(report_on(tmp_path / "low", street("{level: ..ii}")), "limit-crossed")
    assert finding.region == {"level": "iii..ii"}
    assert finding.message.endswith("past a limit: `city` allows only `district`")
    (limit,) = finding.related
    assert limit.message == "limit: art. 73"
    assert limit.span.file.endswith("city/pack.yaml")


def test_two_limits_on_one_activity_are_held_together(tmp_path: Path) -> None:
    further = LIMITS.replace(
        "}]", "}, {activity: close, accountable: [district], when: {level: i}}]", 1
    )
    city(tmp_path / "city", further.replace("iii..}", "iii}"))
    finding = the_one(report_on(tmp_path / "low", street("{level: iii..}")), "limit-crossed")
    assert finding.region == {"level": ["iii", "i"]}


def test_outside_the_limit_anyone_may_answer(tmp_path: Path) -> None:
    city(tmp_path / "city", LIMITS)
    assert not found(report_on(tmp_path / "low", street("{level: iv}")), "limit-crossed")


def test_limits_hold_through_a_chain_of_packs_three_deep(tmp_path: Path) -> None:
    city(tmp_path / "nation", LIMITS)
    (tmp_path / "nation" / "pack.yaml").write_text(
        f"remit: 1\npack: nation\nversion: '1'\n{LIMITS}", "utf-8"
    )
    for name, above, limits in (
        ("province", "nation", ""),
        ("county", "province", LIMITS.replace("[district]", "[district, street]")),
    ):
        (tmp_path / name / "subjects").mkdir(parents=True)
        (tmp_path / name / "pack.yaml").write_text(
            f"remit: 1\npack: {name}\nversion: '1'\nextends: [../{above}]\n{limits}", "utf-8"
        )
        (tmp_path / name / "vocabulary.yaml").write_text("activities: {}\n", "utf-8")
        (tmp_path / name / "subjects" / "s.yaml").write_text("subject: street\n", "utf-8")
    written = street("{level: ..ii}")
    written["pack.yaml"] = written["pack.yaml"].replace("../city", "../county")
    finding = the_one(report_on(tmp_path / "low", written), "limit-crossed")
    assert finding.message.endswith("past a limit: `nation` allows only `district`")
    assert finding.witness is not None
    assert finding.witness["level"] in {"iii", "ii"}
    (limit,) = finding.related
    assert limit.span.file.endswith("nation/pack.yaml")
    assert limit.span.line == 4
