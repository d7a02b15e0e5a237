"""What the dialogue of `remit ask` says, in English and Chinese."""

# ruff: noqa: RUF001 - full-width signs are the right ones in Chinese

from __future__ import annotations

from typing import Literal

__all__ = ["Language", "phrase"]

Language = Literal["en", "zh"]

_PHRASES: dict[str, tuple[str, str]] = {
    "title": ("who answers for `{activity}`?", "“{activity}”由谁负责？"),
    "possible": ("{count} answers are possible", "可能有{count}种结果"),
    "more": ("and {count} more: answer with a name", "另有{count}个选项，请直接输入名称"),
    "settled": ("then it is {owner}", "即由{owner}负责"),
    "settled-nobody": ("then nobody answers", "则无人负责"),
    "settled-not-needed": ("then it is not needed", "则无需进行"),
    "prompt": ("1 to {last}", "1至{last}"),
    "prompt-more": ("`?` why, `b` back, Enter not known", "? 原因，b 返回，回车表示不清楚"),
    "prompt-value": ("or a value, as `={example}`", "或输入数值，如 ={example}"),
    "why": (
        "because it bears on who answers; of {count} possible answers, it leaves:",
        "因为它影响由谁负责；目前有{count}种可能，选择后剩余：",
    ),
    "why-bits": (
        "expected to settle {percent} of what is open",
        "预计可消除{percent}的不确定性",
    ),
    "back-none": ("there is no answer to take back", "没有可撤回的回答"),
    "back": ("taken back: `{dimension}`", "已撤回：{dimension}"),
    "not-known": ("`{dimension}` is left open", "“{dimension}”不清楚，不再询问"),
    "no-choice": (
        "there is no choice {number}; answer 1 to {last}",
        "没有选项{number}，请输入1至{last}",
    ),
    "not-here": ("`{value}` cannot be, after what was said before", "与先前的回答不符：{value}"),
    "nobody": ("nobody", "无人"),
    "not-needed": ("nobody, as it is not needed", "无需任何一方"),
    "answers": ("{owner} answers for `{activity}`", "“{activity}”由{owner}负责"),
    "answer-all": (
        "{owner} all answer for `{activity}`, which the pack leaves contested",
        "“{activity}”由{owner}同时负责，政策包在此存在重叠",
    ),
    "nobody-answers": (
        "nobody answers for `{activity}`: the pack has a gap here",
        "“{activity}”无人负责：政策包在此存在空白",
    ),
    "none-needed": ("`{activity}` is not needed in this event", "此事件不需要“{activity}”"),
    "open": (
        "it stays open who answers for `{activity}`: {owners}",
        "“{activity}”由谁负责仍不确定：{owners}",
    ),
    "missing": ("it depends on {names}", "取决于{names}"),
    "by": ("by the duty `{duty}`, at {place}", "依职责 {duty}，见 {place}"),
    "basis": ("basis: {basis}", "依据：{basis}"),
    "known": ("what is known", "已知情况"),
    "nothing-known": ("nothing yet", "暂无"),
    "stopped": ("stopped before it was certain", "尚未确定即已结束"),
    "prompt-join": ("; ", "；"),
    "or": (" or ", "或"),
    "and": (" and ", "、"),
}


def phrase(key: str, language: Language, **parts: object) -> str:
    """Return one phrase with its parts filled in."""
    english, chinese = _PHRASES[key]
    return (chinese if language == "zh" else english).format(**parts)
