"""Channels to the robots of group chats: WeCom, DingTalk, Feishu and Lark.

These services answer 200 to nearly everything; whether they took a message stands in the body.
INVARIANT: a message counts as sent only where the service itself says so, with its code 0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlencode, urlsplit

from remit.engine.wording import tell
from remit.workflows.adapters.http_channels import called
from remit.workflows.messages import Message, whole_text
from remit.workflows.ports import Clock, DeliveryError

__all__ = ["ROBOTS", "Robot", "RobotChannel", "is_robot"]

LONGEST_REASON = 200
"""Characters of a service's own words that are kept."""
CUT = "…"
DIGITS = range(11, 15)
"""How many digits a mobile number has, with or without its country; others call nobody."""
_NUMBER = re.compile(r"\s*\+?[\d\s()/-]+")
_NO_DIGIT = re.compile(r"\D")
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Robot:
    """How one service wants to be called.

    Args:
        address: of its robots, up to the token.
        longest: bytes of text, in UTF-8, that it takes; past it the whole message is refused.
        token: the parameter of an address that may have the token instead of the host.
        codes: keys of its answer of which the first one there is 0 where it took the message.
        words: keys of its answer that say why it did not.
        build: what it is told and what stands behind its address, given the text, the numbers to
            be called by name, the secret, and the time in seconds.
    """

    address: str
    longest: int
    token: str
    codes: tuple[str, ...]
    words: tuple[str, ...]
    build: Callable[[str, tuple[str, ...], str, float], tuple[Document, str]]


def _wecom(
    text: str, numbers: tuple[str, ...], _secret: str, _now_s: float
) -> tuple[Document, str]:
    # SOURCE: WeCom developer centre, document 91770: `mentioned_mobile_list`; it has no signature.
    said: Document = {"content": text}
    if numbers:
        said["mentioned_mobile_list"] = list(numbers)
    return {"msgtype": "text", "text": said}, ""


def _dingtalk(
    text: str, numbers: tuple[str, ...], secret: str, now_s: float
) -> tuple[Document, str]:
    document: Document = {
        "msgtype": "text",
        "text": {"content": text},
        "at": {"atMobiles": list(numbers), "isAtAll": False},
    }
    if not secret:
        return document, ""
    # SOURCE: DingTalk, "custom robot security settings": milliseconds, the secret is the key, and
    # the signature is encoded once; encoded twice, every message is refused with 310000.
    stamp = str(int(now_s * 1000))
    sign = _hmac(secret, f"{stamp}\n{secret}")
    return document, "&" + urlencode({"timestamp": stamp, "sign": sign})


def _feishu(
    text: str, _numbers: tuple[str, ...], secret: str, now_s: float
) -> tuple[Document, str]:
    document: Document = {"msg_type": "text", "content": {"text": text}}
    if secret:
        # SOURCE: Feishu, "custom bot usage guide": seconds; the key is the time and the secret,
        # and what is signed is empty, other than with DingTalk.
        stamp = str(int(now_s))
        document |= {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}", "")}
    return document, ""


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


_FEISHU_CODES = (("code", "StatusCode"), ("msg", "StatusMessage"))
ROBOTS: Mapping[str, Robot] = {
    "wecombot": Robot(
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        2048, "key", ("errcode",), ("errmsg",), _wecom,
    ),
    "dingtalk": Robot(
        "https://oapi.dingtalk.com/robot/send?access_token=",
        20000, "token", ("errcode",), ("errmsg",), _dingtalk,
    ),
    "feishu": Robot(
        "https://open.feishu.cn/open-apis/bot/v2/hook/",
        19000, "token", *_FEISHU_CODES, _feishu,
    ),
    "lark": Robot(
        "https://open.larksuite.com/open-apis/bot/v2/hook/",
        19000, "token", *_FEISHU_CODES, _feishu,
    ),
}  # fmt: skip
"""By scheme of a channel's address."""


def is_robot(url: str) -> bool:
    """Return whether an address is that of a robot, in short or as its service hands it out."""
    return _scheme(url) is not None


class RobotChannel:
    """One robot of a group chat.

    Args:
        name: as the pack's contacts have it.
        url: `SCHEME://TOKEN`, `SCHEME://SECRET@TOKEN/NUMBER...` or `...?to={to}` with a scheme of
            `ROBOTS`, or the address that the service itself hands out.
        secret: what calls are signed with, where the robot wants it and the address has none.
        address: where such robots are instead, up to the token; for a relay.
    """

    is_keyed = False

    def __init__(
        self, name: str, url: str, clock: Clock, secret: str = "", address: str = ""
    ) -> None:
        scheme = _scheme(url) or ""
        self._robot = ROBOTS[scheme]
        self.name = name
        self._clock = clock
        self._address = address or self._robot.address
        if url.startswith(self._robot.address):
            url = f"{scheme}://{url.removeprefix(self._robot.address)}"
        self._url = url
        self._secret = secret

    def send(self, message: Message) -> str:
        """Send a message.

        Raises:
            DeliveryError: if the service did not say that it took it.
        """
        parts = urlsplit(self._url.replace("{to}", quote(message.address, safe="")))
        user, _, host = parts.netloc.rpartition("@")
        given = parse_qs(parts.query)
        token = given.get(self._robot.token, [unquote(host)])[0]
        secret = self._secret or given.get("secret", [unquote(user)])[0]
        now_s = self._clock.now().timestamp()
        text = _fitted(message, self._robot.longest)
        document, behind = self._robot.build(text, _numbers(parts), secret, now_s)
        request = urllib.request.Request(  # noqa: S310 - one of `ROBOTS`, or a relay
            self._address + quote(token, safe="") + behind,
            json.dumps(document, ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8", "User-Agent": "remit"},
            method="POST",
        )
        why = self._why_not(called(self.name, request))
        for hidden in (one for one in (token, secret) if one):
            why = why.replace(hidden, "***")
        if why:
            raise DeliveryError(
                tell("`{name}` did not take it: {why}", name=self.name, why=why[:LONGEST_REASON])
            )
        return self.name

    def _why_not(self, answer: bytes) -> str:
        """Return why a service did not take a message, by its answer; empty where it did."""
        try:
            found = json.loads(answer)
        except ValueError:
            found = None
        known = found if isinstance(found, dict) else {}
        code = next((known[key] for key in self._robot.codes if key in known), None)
        if code is None:
            return tell("it did not say that it has the message")
        if code == 0:
            return ""
        words = next((str(known[key]) for key in self._robot.words if known.get(key)), "")
        return f"{tell('it answered {code}', code=code)} {words}".rstrip()


def _scheme(url: str) -> str | None:
    for scheme, robot in ROBOTS.items():
        if url.startswith((f"{scheme}://", robot.address)):
            return scheme
    return None


def _numbers(parts: SplitResult) -> tuple[str, ...]:
    """Return the numbers of phones to be called by name, as digits."""
    named = [unquote(one) for one in parts.path.split("/")]
    named += [one for text in parse_qs(parts.query).get("to", ()) for one in text.split(",")]
    digits = (_NO_DIGIT.sub("", one) for one in named if _NUMBER.fullmatch(one))
    return tuple(one for one in digits if len(one) in DIGITS)


def _fitted(message: Message, longest: int) -> str:
    """Return the text of a message within a number of bytes; its item and its link stay whole."""
    whole = f"{message.title}\n{whole_text(message)}"
    if len(whole.encode()) <= longest:
        return whole
    tail = whole_text(message).removeprefix(message.text)
    room = longest - len((CUT + tail).encode())
    head = f"{message.title}\n{message.text}".encode()[: max(room, 0)].decode(errors="ignore")
    return head + CUT + tail
