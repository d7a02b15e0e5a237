"""A made-up incident as a report shows it, in both languages, with everything a report can have."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from remit.workflows.reports.view import (
    Cell,
    Chart,
    ChartRow,
    Clause,
    Deadline,
    Fact,
    HandOver,
    IncidentView,
    Language,
    MoneyRow,
    Owner,
    PackName,
    Party,
    StockRow,
    TimelineRow,
    Verification,
)

START = dt.datetime(2026, 3, 2, 0, 10, tzinfo=dt.UTC)

_PARTIES = {
    "district-headquarters": ("District headquarters", "区防控指挥部"),
    "street-office": ("Street office", "街道办事处"),
    "residents-committee": ("Residents' committee", "居民委员会"),
    "property-company": ("Property management company", "物业服务企业"),
    "owners-committee": ("Owners' committee", "业主委员会"),
    "community-police": ("Police station", "派出所"),
    "health-centre": ("Community health service centre", "社区卫生服务中心"),
    "district-cdc": ("District CDC", "区疾病预防控制中心"),
    "civil-affairs": ("Civil affairs bureau", "民政局"),
    "commerce-bureau": ("Commerce bureau", "商务局"),
    "housing-bureau": ("Housing bureau", "住房和城乡建设局"),
    "resident-units": ("Resident units and enterprises", "驻区单位和企业"),
    "social-organisations": ("Social organisations", "社会组织"),
    "volunteers": ("Volunteers", "志愿者队伍"),
    "down-sent-cadres": ("Down-sent cadres", "下沉干部"),
    "residents": ("Residents", "居民"),
    "hospital": ("Designated hospital", "定点医院"),
    "grid-workers": ("Grid workers", "网格员"),
    "party-branch": ("Community Party branch", "社区党组织"),
}
_ACTIVITIES = (
    ("Command", "统一指挥"),
    ("Report the case", "报告病例"),
    ("Decide closed management of the compound", "决定小区封闭管理"),
    ("Carry out closed management at the gates", "实施出入口封闭管理"),
    ("Check temperatures at the gate", "门岗测温"),
    ("Register arrivals and returnees", "登记来访和返回人员"),
    ("Screen door to door", "入户排查"),
    ("Transfer the suspected case", "转运疑似病例"),
    ("Order home isolation", "决定居家隔离"),
    ("Follow up home isolation", "居家隔离随访"),
    ("Deliver daily supplies to isolated households", "为隔离家庭配送生活物资"),
    ("Disinfect public areas", "公共区域消毒"),
    ("Disinfect the home of the case", "病例住所终末消毒"),
    ("Tell residents what is in force", "向居民发布通告"),
    ("Wind down and recover", "解除封闭和善后"),
)
_LETTERS = """
street-office:A:A district-headquarters:I:I party-branch:S:S
health-centre:AR:R district-cdc:I:I street-office:I:IA
district-headquarters:A:AO street-office:R:R district-cdc:C:C community-police:C: \
residents-committee:I:I property-company:I:I owners-committee:I:I residents:I:I
street-office:A:A residents-committee:R: property-company:R:R grid-workers:S:SR \
community-police:S:S volunteers:S:S down-sent-cadres:S: owners-committee:C:C residents:I:I
street-office:A:A property-company:R:R residents-committee:S:S volunteers:S:S \
health-centre:C:C residents:I:I
street-office:A:A residents-committee:R:R grid-workers:S:S property-company:S:S \
community-police:S:S health-centre:C: district-headquarters:I:I
street-office:A:A residents-committee:R:R grid-workers:S:S down-sent-cadres:S:S \
community-police:S:S health-centre:S:S property-company:S:S district-cdc:C:C
district-cdc:A:A health-centre:R:R hospital:S:S street-office:C:C residents-committee:I:I
district-cdc:A:A health-centre:R:R community-police:S:S street-office:C:C residents:I:I
street-office:A:A residents-committee:R:R health-centre:R:R grid-workers:S:S
street-office:A:AF residents-committee:R:R volunteers:S:S property-company:S:S \
social-organisations:S:S residents:C: civil-affairs:I:I commerce-bureau:S:
street-office:A:A property-company:R:R residents-committee:S:S volunteers:S:S district-cdc:C:C
district-cdc:AR:AR health-centre:S:S residents-committee:I:I
residents-committee:AR:AR party-branch:S:S resident-units:I:I residents:I:I housing-bureau:I:I
street-office:A:A residents-committee:R:R civil-affairs:S:S residents:I:I
"""
"""A row of the chart a line: party, planned letters, acted letters."""

# What happened: minutes, who (empty: the rules), what, why, each in English and Chinese.
_TIMELINE = (
    (0, "", "received from b3-hotline: fever", "收到b3热线的信息", "", ""),
    (1, "", "incident bcdf opened; Street office owns it", "事件bcdf立案", "art. 42", "第四十二条"),
    (1, "", "Street office is asked to lead", "通知街道办事处接手指挥", "art. 42", "第四十二条"),
    (16, "", "no answer: the Party branch is called", "未答复：改由社区党组织", "in place", "代"),
    (19, "party-branch", "takes the lead: “I have it.”", "接手指挥：“收到。”", "", ""),
    (
        *(40, "district-headquarters"),
        "District headquarters orders “Decide closed management of the compound”",
        "区防控指挥部下令“决定小区封闭管理”（决定封闭管理）",
        "by district-headquarters/close-compound: Emergency Response Law, art. 73",
        "依 district-headquarters/close-compound：《突发事件应对法》第七十三条",
    ),
    (4000, "street-office", "closes the incident", "结束事件", "", ""),
)


def at(minutes: float) -> dt.datetime:
    """Return a time counted from the start."""
    return START + dt.timedelta(minutes=minutes)


def incident_view(language: Language = "en") -> IncidentView:
    """Return the made-up incident in one language."""
    second = language == "zh"

    def say(english: str, chinese: str) -> str:
        return chinese if second else english

    def who(name: str) -> str:
        return _PARTIES[name][second]

    command = Clause(
        "street-office/command",
        say(
            "Beijing public health emergency regulation, art. 42",
            "《北京市突发公共卫生事件应急条例》第四十二条",
        ),
        "subjects/street-office.yaml:14",
    )
    timeline = tuple(
        TimelineRow(number, at(minutes), who(actor) if actor else "remit", say(*what), say(*why))
        for number, (minutes, actor, *told) in enumerate(_TIMELINE, start=1)
        for what, why in [(told[:2], told[2:])]
    )
    return IncidentView(
        language=language,
        id="bcdf",
        title=say("Fever cluster in building 3", "3号楼发热聚集"),
        pack=PackName(
            say("RF community", "RF社区"),
            "rf-community",
            "2026.11",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        state=say("closed", "已结束"),
        opened=START,
        closed=at(4000),
        made=at(4001),
        offset=480,
        facts=tuple(
            Fact(say(*name), say(*value))
            for name, value in (
                (("Hazard", "灾害种类"), ("COVID-19", "新冠肺炎")),
                (("Phase", "阶段"), ("Response", "应急处置")),
                (("Place", "地点"), ("Building 3", "3号楼")),
                (("Confirmed cases", "确诊病例"), ("3 persons", "3 人")),
            )
        ),
        owners=(
            Owner(
                say("Response", "处置"),
                who("street-office"),
                (command,),
                led_by=who("party-branch"),
            ),
            Owner(say("Recovery", "恢复"), who("street-office"), (command,)),
        ),
        timeline=timeline,
        chart=_chart(language),
        deadlines=(
            Deadline(
                say("take the lead", "接手指挥"), who("street-office"), at(16), None, "missed"
            ),
            Deadline(say("take the lead", "接手指挥"), who("party-branch"), at(31), at(19), "kept"),
            Deadline(
                say("take on “Screen door to door”", "承担“入户排查”"),
                who("residents-committee"),
                at(90),
                at(95),
                "late",
            ),
        ),
        money=(
            MoneyRow(
                _ACTIVITIES[10][second],
                say("Epidemic reserve", "防疫储备金"),
                "12000",
                "CNY",
                who("residents-committee"),
                who("street-office"),
                at(120),
            ),
        ),
        stock=(StockRow(_ACTIVITIES[10][second], say("Food parcels", "生活物资包"), 280, 20),),
        hand_overs=(
            HandOver(
                _ACTIVITIES[10][second],
                who("residents-committee"),
                who("civil-affairs"),
                at(3000),
                say("accepted", "已接收"),
                at(3040),
            ),
        ),
        verification=Verification(
            is_whole=True,
            entries=214,
            head="214:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
        ),
        notes=(say("57 messages were delivered.", "已送达消息 57 条。"),),
    )


def without_everything(view: IncidentView) -> IncidentView:
    """Return an incident of which next to nothing is known."""
    return replace(
        view,
        closed=None,
        facts=(),
        owners=(),
        timeline=(),
        chart=Chart((), ()),
        deadlines=(),
        money=(),
        stock=(),
        hand_overs=(),
        notes=(),
        verification=Verification(
            is_whole=False, entries=3, head="3:aa", problems=("entry 2 was changed",)
        ),
    )


def _chart(language: Language) -> Chart:
    second = language == "zh"
    rows = []
    for labels, line in zip(_ACTIVITIES, _LETTERS.strip().splitlines(), strict=True):
        cells = tuple(Cell(*found.split(":")) for found in line.split())
        rows.append(ChartRow(labels[second], "处置" if second else "Response", cells))
    parties = tuple(Party(name, labels[second]) for name, labels in _PARTIES.items())
    return Chart(parties, tuple(rows))
