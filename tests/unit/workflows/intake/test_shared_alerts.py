"""Public alerts, operators' samples and known faulty files, read where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.workflows.intake.cap import read_cap
from remit.workflows.intake.cap_messages import messages
from remit.workflows.intake.cap_values import CapAlert
from remit.workflows.intake.errors import IntakeErrors

REAL = ("canada", "europe", "google", "ipaws", "nws", "oasis", "old")

REFUSED = {
    "invalid/google_canada_errors.xml": ("missing-references", 12),
    "invalid/google_xee.xml": ("doctype", 3),
    "invalid/wmo_sc_invalid_schema.xml": ("not-an-alert", 2),
    "invalid_made/m01_truncated.xml": ("truncated", 24),
    "invalid_made/m02_empty.xml": ("empty", 1),
    "invalid_made/m04_missing_identifier.xml": ("missing-part", 2),
    "invalid_made/m05_bad_status_enum.xml": ("bad-value", 6),
    "invalid_made/m07_time_without_offset.xml": ("time-without-offset", 5),
    "invalid_made/m09_identifier_with_space_comma.xml": ("bad-identifier", 3),
    "invalid_made/m10_polygon_not_closed.xml": ("open-polygon", 32),
    "invalid_made/m12_update_without_references.xml": ("missing-references", 7),
    "invalid_made/m14_cap_namespace_wrong.xml": ("wrong-namespace", 2),
    "invalid_made/m16_billion_laughs.xml": ("doctype", 1),
    "invalid_made/m17_external_entity.xml": ("doctype", 1),
    "invalid_made/m19_two_alerts_concatenated.xml": ("more-than-one-document", 48),
    "invalid_made/m22_utf16_declared_utf8.xml": ("encoding-mismatch", 1),
    "feeds/google_amber.atom": ("not-an-alert", 1),
    "feeds/google_invalid.rss": ("not-an-alert", 2),
    "feeds/google_xee.atom": ("doctype", 3),
    "feeds/meteoalarm_france_atom.xml": ("not-an-alert", 2),
}


@pytest.fixture(scope="module")
def alerts(shared_data: Path) -> Path:
    return shared_data / "cap"


def test_every_real_alert_and_official_sample_is_read(alerts: Path) -> None:
    files = [file for folder in REAL for file in sorted((alerts / folder).glob("*.xml"))]
    assert len(files) > 20
    for file in files:
        alert = read_cap(file.read_bytes(), source=file.name)
        assert alert.identifier, file
        assert messages(alert), file
        assert alert.signed == (b"Signature" in file.read_bytes()), file


def test_every_faulty_file_is_refused_for_its_fault_at_its_line(alerts: Path) -> None:
    found = {}
    for folder in ("invalid", "invalid_made", "feeds"):
        for file in sorted((alerts / folder).iterdir()):
            if file.suffix == ".csv":
                continue
            with pytest.raises(IntakeErrors) as caught:
                read_cap(file.read_bytes(), source=file.name)
            (error,) = caught.value.errors
            found[f"{folder}/{file.name}"] = (error.reason, error.line)
    assert {name: REFUSED[name] for name in found} == found


def one(alerts: Path, name: str) -> CapAlert:
    return read_cap((alerts / name).read_bytes())


def test_the_oldest_version_is_read(alerts: Path) -> None:
    alert = one(alerts, "old/cap10_appendix_a2.xml")
    assert alert.version == "1.0"
    assert alert.infos[0].event_codes == (("same", "SVR"),)
    assert alert.infos[0].areas[0].geocodes[0] == ("fips6", "006109")


def test_a_bilingual_alert_is_one_message(alerts: Path) -> None:
    (message,) = messages(one(alerts, "oasis/cap12_appendix_a4.xml"), "es")
    assert message.fields["language"] == ("es-US", "en-US")
    assert message.fields["event"] == ("Abducción de Niño", "Child Abduction")


def test_an_update_names_all_the_alerts_it_replaces(alerts: Path) -> None:
    alert = one(alerts, "google/ntwc-PAAQ-4-mg5a94.xml")
    assert [reference.identifier for reference in alert.references] == [
        "PAAQ-1-mg5a94",
        "PAAQ-2-mg5a94",
        "PAAQ-3-mg5a94",
    ]


def test_latin_letters_survive_their_old_encoding(alerts: Path) -> None:
    alert = one(alerts, "google/earthquake-iso8859-1.xml")
    assert "Usulután" in alert.infos[0].headline


def test_the_real_alert_of_the_epidemic_is_read(alerts: Path) -> None:
    alert = one(alerts, "ipaws/ipaws-5ea321f3-covid-stay-home-stripped.xml")
    (message,) = messages(alert)
    assert message.fields["status"] == ("Actual",)
    assert message.time.isoformat() == "2020-04-24T13:23:35-04:00"
