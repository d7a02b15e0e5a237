"""Which language is spoken: by the option, the variable, the locale, in this order."""

from __future__ import annotations

import pytest

from remit.cli import main
from remit.cli.app import options_first
from remit.cli.languages import spoken_language


@pytest.mark.parametrize(
    "arguments, environment, language",
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "zh_TW", "LC_ALL": ""}, "zh"),
        ([], {"LC_ALL": "C", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en"),
        ([], {"REMIT_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ([], {"REMIT_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ([], {"REMIT_LANG": "", "LANG": "ZH"}, "zh"),
        (["--lang", "en"], {"REMIT_LANG": "zh"}, "en"),
        (["check", "--lang=zh"], {"REMIT_LANG": "en"}, "zh"),
        (["docs", "--lang", "zh", "--lang", "en"], {}, "zh"),
        (["check", "--lang"], {"LANG": "zh_CN"}, "zh"),
        (["check", "--lang", "fr"], {"LANG": "zh_CN"}, "zh"),
        (["check", "--", "--lang", "zh"], {}, "en"),
    ],
)
def test_the_first_that_says_anything_decides(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    """As POSIX has it for the locale; what is no language is told by who reads the options."""
    assert spoken_language(arguments, environment) == language


@pytest.mark.parametrize(
    "arguments, ordered",
    [
        (["resolve", "p", "--lang", "zh", "-"], ["--lang", "zh", "resolve", "p", "-"]),
        (["resolve", "p", "--color=never", "-"], ["--color=never", "resolve", "p", "-"]),
        (["ask", "p", "--no-cache"], ["--no-cache", "ask", "p"]),
        (["ask", "--lang"], ["--lang", "ask"]),
        (["ask", "--", "--lang", "zh"], ["ask", "--", "--lang", "zh"]),
        (["check", "--today", "2026-11-24"], ["check", "--today", "2026-11-24"]),
    ],
)
def test_options_of_every_command_may_stand_anywhere(
    arguments: list[str], ordered: list[str]
) -> None:
    """Also behind a file that may be `-`."""
    assert options_first(arguments) == ordered


def test_a_language_that_is_not_spoken_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    """By name, with those that are."""
    assert main(["check", "--lang", "fr"]) == 2
    assert 'invalid value "fr" for --lang. Choose from: "en", "zh"' in capfd.readouterr().err


def test_the_variable_chooses_for_a_whole_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """And the option comes before it."""
    monkeypatch.setenv("REMIT_LANG", "zh")
    assert main(["chek"]) == 2
    assert "没有命令 `chek`" in capfd.readouterr().err
    assert main(["chek", "--lang", "en"]) == 2
    assert "there is no command `chek`" in capfd.readouterr().err
