"""Each deviation as a sentence, in the names people use; both languages have the same keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from remit.engine.durations import length
from remit.engine.wording import Language
from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.habits import Habit
from remit.workflows.response import Response

__all__ = ["NAMES", "SENTENCES", "Words"]

_NAMES_EN: Mapping[str, str] = {
    "outside-authority": "outside its authority",
    "past-policy": "past the policy",
    "self-approval": "on both sides",
    "out-of-order": "out of order",
    "unowned": "nobody's",
    "contested": "owned by several",
    "not-done": "not done",
    "consult-skipped": "not consulted",
    "consult-unheard": "consulted in vain",
    "no-answer": "no answer",
    "late-answer": "answered late",
    "late-work": "done late",
    "hand-over-refused": "hand-over refused",
    "untold": "not reached",
    "de-facto-owner": "owner in fact",
}
_NAMES_ZH: Mapping[str, str] = {
    "outside-authority": "越权",
    "past-policy": "规则外行动",
    "self-approval": "自批自办",
    "out-of-order": "次序不符",
    "unowned": "无人负责",
    "contested": "多头负责",
    "not-done": "未履行",
    "consult-skipped": "未征求意见",
    "consult-unheard": "征求意见未果",
    "no-answer": "未答复",
    "late-answer": "逾时答复",
    "late-work": "逾时完成",
    "hand-over-refused": "拒绝移交",
    "untold": "未能通知",
    "de-facto-owner": "事实责任主体",
}
NAMES: Mapping[str, Mapping[str, str]] = {"en": _NAMES_EN, "zh": _NAMES_ZH}
"""What each kind is called."""

_EN: Mapping[str, str] = {
    "outside-authority.tried": (
        "{subject} wanted to answer for {holder} on “{step}” ({about}), and was refused"
    ),
    "outside-authority.denied": (
        "{subject} wanted to {about} without the authority to, and was refused"
    ),
    "outside-authority": "{subject} answered on “{step}” what {holder} was asked",
    "past-policy.open": "{subject} acted past the policy on “{step}”; no review has judged it yet",
    "past-policy.justified": (
        "{subject} acted past the policy on “{step}”; the review found it justified"
    ),
    "past-policy.unjustified": (
        "{subject} acted past the policy on “{step}”; the review found it not justified"
    ),
    "self-approval.money": "{subject} stood on both sides of the money for “{step}”",
    "self-approval.money.tried": (
        "{subject} wanted to stand on both sides of the money for “{step}”, and was refused"
    ),
    "self-approval.sign-off": "{subject} signed off its own work on “{step}”",
    "out-of-order.after": "“{step}” began before what it waits for: {others}",
    "out-of-order.order": "“{step}” was begun before anybody ordered it",
    "out-of-order.money": "{subject} reported “{step}” as done before its money was released",
    "out-of-order.money.tried": (
        "{subject} wanted to report “{step}” as done before its money was released, and was refused"
    ),
    "unowned": "the policy gave the incident no owner",
    "contested": "the policy gave the incident several owners: {subjects}",
    "not-done": "“{step}” was not done; it was the duty of {subjects}",
    "not-done.dropped": "“{step}” was left out by decision; it was the duty of {subjects}",
    "not-done.waived": "“{step}” went on without a doer; it was the duty of {subjects}",
    "consult-skipped": "“{step}” did not wait for {subject}, who was to be consulted",
    "consult-unheard": "{subject} was consulted about “{step}”, and did not answer in time",
    "no-answer": "{subject} did not answer on “{step}” ({purpose})",
    "late-answer": "{subject} answered on “{step}” ({purpose}) {time} late",
    "late-work": "“{step}” is past its limit; it is the duty of {subjects}",
    "late-work.done": "“{step}” was done {time} late; it was the duty of {subjects}",
    "hand-over-refused.declined": "{subject} refused to take over “{step}” from {holder}",
    "hand-over-refused.no-answer": "{subject} did not answer {holder}, who offered “{step}”",
    "untold": "a message reached {subject} by no channel",
    "untold.alarm": "nobody could be asked about “{step}” in place of {subject}",
    "de-facto-owner": (
        "{subject} was {letter} for “{step}” {times} times of {of} in place of {holder}"
    ),
    "purpose-command": "to lead",
    "purpose-take": "to say that it answers for it",
    "purpose-consult": "to advise",
    "purpose-order": "to order it",
    "purpose-approve": "to release money",
    "purpose-do": "to do it",
    "purpose-accept": "to take it over",
    "purpose-sign-off": "to sign it off",
    "purpose-close": "to close the incident",
    "purpose-decide": "to decide how it goes on",
    "purpose-support": "to support it",
    "purpose-supply": "to send what is missing",
    "purpose-spare": "to let the reserve be used",
    "purpose-receive": "to say what has come",
    "purpose-pay": "to pay",
    "purpose-review": "to review it",
    "letter-accountable": "accountable",
    "letter-responsible": "responsible",
    "letter-consulted": "consulted",
    "finished-work": "the doers",
}
_ZH: Mapping[str, str] = {
    "outside-authority.tried": "{subject}欲代{holder}就“{step}”答复（{about}），被拒绝",
    "outside-authority.denied": "{subject}无权{about}，被拒绝",
    "outside-authority": "“{step}”询问的是{holder}，却由{subject}答复",
    "past-policy.open": "{subject}就“{step}”在规则之外行动，尚待审查",
    "past-policy.justified": "{subject}就“{step}”在规则之外行动，审查认为正当",
    "past-policy.unjustified": "{subject}就“{step}”在规则之外行动，审查认为不正当",
    "self-approval.money": "“{step}”的经费，{subject}兼居申请（执行）与批准两方",
    "self-approval.money.tried": "“{step}”的经费，{subject}欲兼居申请（执行）与批准两方，被拒绝",
    "self-approval.sign-off": "{subject}验收了自己执行的“{step}”",
    "out-of-order.after": "“{step}”早于其前置事项开始：{others}",
    "out-of-order.order": "“{step}”未经下令即开始执行",
    "out-of-order.money": "“{step}”经费未批，{subject}即报告完成",
    "out-of-order.money.tried": "“{step}”经费未批，{subject}欲报告完成，被拒绝",
    "unowned": "规则未确定本事件的责任主体",
    "contested": "规则为本事件确定了多个责任主体：{subjects}",
    "not-done": "“{step}”未履行，本应由{subjects}承担",
    "not-done.dropped": "“{step}”经决定不再进行，本应由{subjects}承担",
    "not-done.waived": "“{step}”在无人执行下继续，本应由{subjects}承担",
    "consult-skipped": "“{step}”未等待应征求意见的{subject}",
    "consult-unheard": "就“{step}”征求{subject}意见，未按时答复",
    "no-answer": "{subject}未就“{step}”答复（{purpose}）",
    "late-answer": "{subject}就“{step}”答复（{purpose}）逾时{time}",
    "late-work": "“{step}”超过时限，应由{subjects}承担",
    "late-work.done": "“{step}”逾时{time}完成，由{subjects}承担",
    "hand-over-refused.declined": "{subject}拒绝从{holder}接手“{step}”",
    "hand-over-refused.no-answer": "{holder}拟移交“{step}”，{subject}未答复",
    "untold": "消息未能以任何渠道送达{subject}",
    "untold.alarm": "就“{step}”无人可代{subject}答复",
    "de-facto-owner": "“{step}”共{of}次，其中{times}次由{subject}代{holder}{letter}",
    "purpose-command": "接手指挥",
    "purpose-take": "确认负责",
    "purpose-consult": "提出意见",
    "purpose-order": "下令",
    "purpose-approve": "批款",
    "purpose-do": "执行",
    "purpose-accept": "接收",
    "purpose-sign-off": "验收",
    "purpose-close": "结束事件",
    "purpose-decide": "决定如何继续",
    "purpose-support": "支援",
    "purpose-supply": "提供所缺",
    "purpose-spare": "同意动用储备",
    "purpose-receive": "确认到位",
    "purpose-pay": "付款",
    "purpose-review": "审查",
    "letter-accountable": "负责",
    "letter-responsible": "执行",
    "letter-consulted": "提供意见",
    "finished-work": "执行方",
}
SENTENCES: Mapping[str, Mapping[str, str]] = {"en": _EN, "zh": _ZH}
"""What is said of each kind, and the words for it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Says deviations in one language, with the names of a response."""

    response: Response
    language: Language

    def name(self, kind: str) -> str:
        """Return what a kind of deviation is called."""
        return NAMES[self.language][kind]

    def sentence(self, found: Deviation) -> str:
        """Return a deviation as a sentence, without a full stop."""
        table = SENTENCES[self.language]
        key = next(key for key in _keys(found) if key in table)
        return table[key].format_map(self._fields(found))

    def habit(self, found: Habit) -> str:
        """Return a habit as a sentence, without a full stop."""
        table = SENTENCES[self.language]
        return table["de-facto-owner"].format(
            subject=self._subject(found.by),
            holder=self._subject(found.holder),
            step=self.response.label("activity", found.activity, self.language),
            letter=table[f"letter-{found.letter}"],
            times=found.times,
            of=found.of,
        )

    def _fields(self, found: Deviation) -> dict[str, str]:
        table = SENTENCES[self.language]
        purpose = f"purpose-{found.purpose}"
        return {
            "subject": self._subject(found.subject),
            "subjects": self._listed(self._subject(name) for name in found.subject.split()),
            "holder": self._subject(found.holder) if found.holder else table["finished-work"],
            "step": self.response.label("activity", found.activity, self.language),
            "others": self._listed(map(self._step, found.about.split()[1:])),
            "about": found.about,
            "purpose": table.get(purpose, found.purpose),
            "time": length(max(_MINUTE, found.seconds // _MINUTE * _MINUTE)),
        }

    def _subject(self, name: str) -> str:
        return self.response.label("subject", name, self.language)

    def _step(self, name: str) -> str:
        """Return what people call a step; its own name where it is not planned any more."""
        steps = (step for part in self.response.parts for step in part.steps if step.id == name)
        found = next(steps, None)
        activity = name if found is None else found.activity
        return self.response.label("activity", activity, self.language)

    def _listed(self, names: Iterable[str]) -> str:
        joint = "、" if self.language == "zh" else ", "
        return joint.join(names)


_MINUTE = 60


def _keys(found: Deviation) -> tuple[str, ...]:
    """Return the keys of a deviation's sentence, the most exact first."""
    kind, about = found.kind, found.about.partition(" ")[0]
    if kind == "outside-authority" and found.tried and not found.holder:
        return (f"{kind}.denied",)
    tried = (f"{kind}.{about}.tried", f"{kind}.tried") if found.tried else ()
    done = (f"{kind}.done",) if found.seconds else ()
    return (*tried, *done, f"{kind}.{about}", kind)
