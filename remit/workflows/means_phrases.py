"""The phrases of the timeline about means, by language and key; both have the same keys."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CHINESE", "ENGLISH"]

ENGLISH: Mapping[str, str] = {
    "asked.supply": "{subject} is asked for {quantity} × {name} for “{step}” until {due}",
    "asked.spare": (
        "{subject} is asked for {quantity} × {name} from below the floor for “{step}” until {due}"
    ),
    "asked.receive": "{subject} is asked whether {quantity} × {name} have come for “{step}”",
    "asked.pay": "{subject} is asked to pay for “{step}” from {fund}",
    "answered.pay.acknowledged": "{actor} pays for “{step}” from {fund}",
    "answered.granted": "{actor} promises {quantity} × {name} for “{step}”",
    "answered.sent": "{actor} has sent {quantity} × {name} for “{step}”",
    "answered.received": "{actor} has {quantity} × {name} for “{step}”",
    "answered.missing": "{actor} did not get {quantity} × {name} for “{step}”",
    "answered.paid": "{actor} has paid all that was to be paid for “{step}”",
    "posted": "{quantity} × {staff} of {holder} are set aside for “{step}”",
    "posted.short": (
        "{quantity} × {staff} of {holder} are set aside for “{step}”; {short} are missing"
    ),
    "posted.lent": "{holder} lends {quantity} × {staff} to “{step}” for the work of {work}",
    "short": "{quantity} × {name} are missing for “{step}”; told: {subjects}",
    "sought": "“{step}” calls for {quantity} × {name}: {line} is asked",
    "unmet": "“{step}” gets no {name} from {by}",
    "used": "{actor} has used {quantity} × {stock} for “{step}”",
    "spent": "{actor} pays {amount} {currency} from {fund} for “{step}”: {what}",
    "spent.payee": "{actor} pays {amount} {currency} from {fund} for “{step}” to {payee}: {what}",
    "requested.more": "{by} requests another {amount} {currency} from {fund} for “{step}”: {why}",
    "reserved.short": (
        "{amount} {currency} are set aside in {fund} for “{step}”, approved by {by}:"
        " {short} less than requested"
    ),
    "released": "“{step}” gives back: {means}",
    "stocked": "{actor} counts {quantity} × {stock} more: {reason}",
}

CHINESE: Mapping[str, str] = {
    "asked.supply": "请{subject}于{due}前为“{step}”提供{name} {quantity}",
    "asked.spare": "请{subject}于{due}前同意为“{step}”动用底线以下的{name} {quantity}",
    "asked.receive": "请{subject}确认“{step}”所需{name} {quantity}是否到位",
    "asked.pay": "请{subject}从{fund}为“{step}”付款",
    "answered.pay.acknowledged": "{actor}从{fund}为“{step}”付款",
    "answered.granted": "{actor}答应为“{step}”提供{name} {quantity}",
    "answered.sent": "{actor}已为“{step}”派出{name} {quantity}",
    "answered.received": "{actor}已收到“{step}”所需{name} {quantity}",
    "answered.missing": "{actor}未收到“{step}”所需{name} {quantity}",
    "answered.paid": "{actor}已付清“{step}”的款项",
    "posted": "为“{step}”预留{holder}的{staff} {quantity}人",
    "posted.short": "为“{step}”预留{holder}的{staff} {quantity}人，尚缺{short}人",
    "posted.lent": "{holder}向“{step}”借调{staff} {quantity}人，承担{work}的工作",
    "short": "“{step}”缺{name} {quantity}：通知{subjects}",
    "sought": "“{step}”需要{name} {quantity}：询问{line}",
    "unmet": "“{step}”未能从{by}得到{name}",
    "used": "{actor}为“{step}”使用{stock} {quantity}",
    "spent": "{actor}从{fund}为“{step}”支付{amount} {currency}：{what}",
    "spent.payee": "{actor}从{fund}为“{step}”向{payee}支付{amount} {currency}：{what}",
    "requested.more": "{by}为“{step}”从{fund}追加申请{amount} {currency}：{why}",
    "reserved.short": "{fund}为“{step}”预留{amount} {currency}，由{by}批准，比申请少{short}",
    "released": "“{step}”归还：{means}",
    "stocked": "{actor}入库{stock} {quantity}：{reason}",
}
