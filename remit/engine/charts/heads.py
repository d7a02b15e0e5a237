"""What the heading of a column says it holds: activities, parties, stages, numbers, clauses."""

from __future__ import annotations

import re
from typing import Literal

from remit.engine.charts.meanings import folded

__all__ = ["Kind", "dimension_name", "head_kind", "is_stage_word", "looks_like_party"]

Kind = Literal["activity", "party", "letter", "number", "stage", "basis", "note"]

_BY_KIND: tuple[tuple[Kind, str], ...] = (
    (
        "number",
        """
        no, no., #, id, nr, number, nos, wbs, 序号, 编号, 号, 序, item no, task id,
        activity id, esf
        """,
    ),
    (
        "basis",
        """
        basis, legal basis, law, laws, legal, legal refs, legal ref, legal reference,
        authority, clause, 依据, 法律依据, 政策依据, 法规依据, 设定依据, 实施依据, 条款
        """,
    ),
    (
        "note",
        """
        note, notes, remark, remarks, comment, comments, 备注, 说明, 附注, status, state,
        evidence, source, due, deadline, date, 时限, 完成时限, 完成时间
        """,
    ),
    (
        "activity",
        """
        activity, activities, task, tasks, function, functions, deliverable, deliverables,
        work, work package, process, process step, step, steps, item, items, matter,
        decision, decisions, action, actions, capability, service, task description, what,
        duties, milestone, 任务, 事项, 工作, 职责, 工作任务, 工作内容, 工作事项, 活动,
        内容, 措施, 项目, 责任事项, 职责事项, 任务名称, 事项名称, 工作职责, 具体事项, 流程,
        主要任务, 重点任务, 任务内容, 职责内容
        """,
    ),
    (
        "letter",
        """
        letter, letters, raci, rasci, code, responsibility, type, assignment, involvement,
        role type, raci role, role code, 职责类型, 责任类型, 角色类型, 分工, 参与方式,
        责任方式
        """,
    ),
    (
        "party",
        """
        party, parties, role, roles, subject, subjects, department, departments, agency,
        agencies, organisation, organization, unit, units, team, teams, stakeholder,
        stakeholders, person, people, who, body, bodies, name, agency name, position,
        actor, actors, resource, 部门, 单位, 主体, 责任主体, 角色, 机构, 岗位, 人员, 姓名,
        部门名称, 单位名称, 责任方, 参与方, 责任单位, 责任部门
        """,
    ),
    (
        "stage",
        """
        stage, stages, phase, phases, period, level, response level, 阶段, 时期, 环节,
        级别, 响应级别, 响应等级, 等级, edition, shift, 班次, 状态
        """,
    ),
)
_WORDS = tuple(
    (kind, frozenset(word.strip() for word in words.split(","))) for kind, words in _BY_KIND
)
_DIMENSIONS = {
    "阶段": "stage",
    "时期": "stage",
    "环节": "phase",
    "级别": "level",
    "等级": "level",
    "响应级别": "level",
    "响应等级": "level",
    "response level": "level",
    "班次": "shift",
    "状态": "status",
}
_STAGE = re.compile(
    r"\b(?:phase|stage|stages|period|before|during|after|early|mid|late|normal|normalised|"
    r"prevention|preparedness|preparation|mitigation|monitoring|warning|response|recovery|"
    r"initiation|planning|execution|closing|closure)\b"
    r"|阶段|时期|期$|事前|事中|事后|平时|战时|灾前|灾中|灾后|常态|预防|准备|监测|预警|响应|处置|恢复",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(?:office|officer|committee|department|dept|team|manager|director|company|agency|bureau|"
    r"board|ministry|unit|police|fire|lead|leader|sponsor|owner|analyst|engineer|developer|"
    r"council|authority|centre|center|service|services|brigade|staff|chief|head|coordinator|"
    r"group|vendor|client|customer|user|users|volunteers?|residents?|workers?|pm|po|ceo|cio|hr|qa)\b"
    r"|局|委$|委员会|办$|办公室|公司|部$|部门|处$|科$|队|站$|中心|居委|村委|社区|街道|物业|医院|"
    r"派出所|组$|长$|员$|人$|业委会|志愿者|政府|指挥部|院$|所$",
    re.IGNORECASE,
)


def head_kind(text: str) -> Kind | None:
    """Return what a heading says its column holds; `None` if it says nothing that is known."""
    plain = re.split(r"[(（\[:：]", folded(text))[0].strip(" .*")
    if not plain:
        return None
    for word in (plain, plain.split()[-1], plain.split()[0]):
        for kind, words in _WORDS:
            if word in words:
                return kind
    return None


def dimension_name(head: str) -> str:
    """Return the name of the dimension that a column of stages becomes."""
    plain = re.split(r"[(（\[:：]", folded(head))[0].strip(" .*")
    if plain in _DIMENSIONS:
        return _DIMENSIONS[plain]
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:40].strip("-") if words and plain.isascii() else "stage"


def is_stage_word(text: str) -> bool:
    """Return whether a heading of rows, columns or a sheet sounds like a stage."""
    return _STAGE.search(text) is not None


def looks_like_party(text: str) -> bool:
    """Return whether a text sounds like a body or a post, or is its short name in capitals."""
    is_short = len(text) <= 5 and text.isupper()  # noqa: PLR2004 -- HQ, FEMA, USDA
    return is_short or _PARTY.search(text) is not None
