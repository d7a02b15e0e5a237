"""What letters and words of responsibility charts mean in the five letters of the language.

SOURCE: the variants in use (RACI and its kin, DACI, RAPID, PARIS, PACSI, CLAM, the US National
Response Framework's coordinator, primary and support, the UK's categories, and the Chinese lists of
lead and assisting bodies). Where a variant has no letter that says the same, the nearest is taken;
`docs/guide/from-a-spreadsheet.md` has the table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from remit.engine.pack import Letter

__all__ = ["DOUBTFUL", "VARIANTS", "Meaning", "folded", "word_meaning"]

Meaning = tuple[Letter, ...]

_A: Meaning = ("accountable",)
_R: Meaning = ("responsible",)
_S: Meaning = ("supports",)
_C: Meaning = ("consulted",)
_I: Meaning = ("informed",)
_NONE: Meaning = ()
_RACI = {"R": ("responsible", _R), "A": ("accountable", _A)}
_RACI |= {"C": ("consulted", _C), "I": ("informed", _I)}

VARIANTS: Mapping[str, Mapping[str, tuple[str, Meaning]]] = {
    "RACI": _RACI,
    "RASCI": {**_RACI, "S": ("support", _S)},
    "RACI-VS": {**_RACI, "V": ("verifier", _C), "S": ("signatory", _C)},
    "RACIQ": {**_RACI, "Q": ("quality reviewer", _C)},
    "CAIRO": {**_RACI, "O": ("omitted", _NONE)},
    "DACI": {
        "D": ("driver", _R),
        "A": ("approver", _A),
        "C": ("contributor", _C),
        "I": ("informed", _I),
    },
    "RAPID": {
        "R": ("recommend", _R),
        "A": ("agree", _C),
        "P": ("perform", _R),
        "I": ("input", _C),
        "D": ("decide", _A),
    },
    "PARIS": {
        "P": ("participant", _R),
        "A": ("accountable", _A),
        "R": ("review", _C),
        "I": ("input", _C),
        "S": ("sign-off", _C),
    },
    "PACSI": {
        "P": ("perform", _R),
        "A": ("accountable", _A),
        "C": ("control", _C),
        "S": ("suggest", _C),
        "I": ("informed", _I),
    },
    "CLAM": {
        "C": ("contribute", _S),
        "L": ("lead", _R),
        "A": ("approve", _A),
        "M": ("monitor", _I),
    },
    "C/P/S": {"C": ("coordinator", _A), "P": ("primary", _R), "S": ("support", _S)},
}
"""The word and the meaning of each letter, by variant; the commonest first."""

_BY_MEANING: tuple[tuple[Meaning, str], ...] = (
    (
        _A,
        """
        accountable, accountability, approver, approve, approves, approval, decide, decides,
        decider, decision, coordinator, coordinators, coordinates, approvers,
        lead, leads, lead agency, owner,
        answers for, final authority, lead department,
        问责, 审批, 批准, 决策, 决定, 拍板, 主责, 牵头, 主办, 主管, 负总责, 领导责任, 统筹,
        责任, 责任单位, 责任部门, 责任主体, 责任人, 责任科室, 属地责任
        """,
    ),
    (
        _R,
        """
        responsible, does, doer, performs, perform, performer, primary, primaries, driver, drivers,
        executes, execute, carries out, recommend, recommends, participant, category 1, cat 1,
        cat1, implements, 负责, 执行, 实施, 承办, 经办, 落实, 具体落实, 主要责任, 直接责任, 操作,
        单位责任, 部门责任
        """,
    ),
    (
        _S,
        """
        supports, support, supporting, supportive, assists, assist, assisting, assistant,
        contribute, contributes, helps, resource, category 2, cat 2, cat2,
        协助, 配合, 协办, 支持, 支援, 参与, 协同, 辅助, 保障, 个人责任
        """,
    ),
    (
        _C,
        """
        consulted, consult, consults, contributor, input, inputs, review, reviews, reviewer,
        verifier, verify, verifies, signatory, sign-off, signs off, quality reviewer, quality,
        agree, agrees, control, controls, suggest, suggests, advice, advises, adviser,
        咨询, 征询, 征求意见, 会商, 会签, 审核, 复核, 建议, 指导, 顾问, 监督
        """,
    ),
    (
        _I,
        """
        informed, inform, informs, information, notified, notify, monitor, monitors,
        知会, 告知, 通知, 知情, 通报, 抄送, 知悉, 被告知, 报备
        """,
    ),
    (_NONE, "omitted, omit, out of the loop, none, 不参与, 无关"),
)
_WORDS = {word.strip(): meaning for meaning, words in _BY_MEANING for word in words.split(",")}
DOUBTFUL = {
    *("lead", "leads", "lead agency", "owner", "coordinator", "primary", "category 2", "cat 2"),
    *("cat2", "sign-off", "signatory", "verifier", "主责", "牵头", "主办", "主管", "责任", "统筹"),
    *("责任单位", "责任部门", "责任主体", "责任人", "责任科室", "指导", "监督", "审核"),
    *("属地责任", "部门责任", "单位责任", "个人责任", "participant", "recommend", "agree"),
}
"""Words that different charts mean differently: they are asked about."""
_TAILS = re.compile(
    r"(?:责任)?(?:单位|部门|主体|机构|方|者|人员|人|科室|领导|岗位|角色|责任)$"
    r"|\s+(?:party|parties|agency|agencies|body|bodies|person|persons|people|role|roles|"
    r"organisations?|organizations?|units?|departments?|teams?)$"
)
_LONGEST_WORD = 60


def folded(text: str) -> str:
    """Return a text in one form for comparing: width, case, dashes and spaces made the same."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[_\u2010-\u2015\-]+", " ", plain)
    return " ".join(plain.split())


def word_meaning(text: str) -> tuple[str, Meaning] | None:
    """Return the word of responsibility in a text, and what it means; `None` if there is none.

    A text is such a word by itself, with "party" or the like behind it, or with an explanation
    behind it in brackets, after a comma or a dash.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip(" .:*")
    plain = " ".join(re.split(r"[(（\[,;:：，；—–]| - ", plain)[0].replace("_", " ").split())
    if not plain or len(plain) > _LONGEST_WORD:
        return None
    for word in (plain, plain.replace("-", " "), _TAILS.sub("", plain)):
        if word in _WORDS:
            return word, _WORDS[word]
    return None
