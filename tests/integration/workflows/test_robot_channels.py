"""Robots of group chats: what each service is told, and what counts as taken."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from remit.workflows.adapters.channels import channels_of
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.robot_channels import ROBOTS, RobotChannel, is_robot
from remit.workflows.ports import DeliveryError
from remit.workflows.settings import ChannelSetting, Settings
from tests.receivers import MESSAGE as SAMPLE
from tests.receivers import Receiver, http_receiver

CLOCK = JumpingClock(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
SECRET = "SECbetween-us"  # noqa: S105 - of a test
MESSAGE = replace(SAMPLE, channel="chat", address="+86 138-0000-0000")
TEXT = "水浸\nStreet office is asked to lead\n[abcd-1]\nhttps://duty.example/a/token"
TOOK = {
    "wecombot": b'{"errcode": 0, "errmsg": "ok"}',
    "dingtalk": b'{"errcode": 0, "errmsg": "ok"}',
    "feishu": b'{"code": 0, "data": {}, "msg": "success"}',
    "lark": b'{"StatusCode": 0, "StatusMessage": "success"}',
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as found:
        yield found


def robot(receiver: Receiver, url: str, secret: str = "") -> RobotChannel:
    tail = ROBOTS[url.partition(":")[0]].address.removeprefix("https://")
    _, _, path = tail.partition("/")
    address = f"http://127.0.0.1:{receiver.port}/{path}"
    return RobotChannel("chat", url, CLOCK, secret, address)


def said(receiver: Receiver, scheme: str, url: str, secret: str = "") -> tuple[str, object]:
    """Return the path and the document that a robot was told."""
    receiver.answer = TOOK[scheme]
    assert "chat" == robot(receiver, url, secret).send(MESSAGE)
    (call,) = receiver.calls
    return call.path, json.loads(call.body)


def test_wecom_is_told_the_text_and_whom_to_call(receiver: Receiver) -> None:
    path, document = said(receiver, "wecombot", "wecombot://Key-1?to={to}")
    assert "/cgi-bin/webhook/send?key=Key-1" == path
    told = {"content": TEXT, "mentioned_mobile_list": ["8613800000000"]}
    assert {"msgtype": "text", "text": told} == document


@pytest.mark.parametrize("to", ["li-na", "li2", "li13800000000", "110", ""])
def test_a_contact_that_is_no_mobile_number_calls_nobody(receiver: Receiver, to: str) -> None:
    receiver.answer = TOOK["dingtalk"]
    robot(receiver, "dingtalk://Tok?to={to}").send(replace(MESSAGE, address=to))
    assert [] == json.loads(receiver.calls[0].body)["at"]["atMobiles"]


def test_dingtalk_is_signed_once_over_milliseconds(receiver: Receiver) -> None:
    path, document = said(receiver, "dingtalk", f"dingtalk://{SECRET}@Tok/13800000000")
    given = parse_qs(urlsplit(path).query)
    # The value is of `openssl dgst -sha256 -hmac SECRET -binary | base64` over "TIME\nSECRET".
    assert {
        "access_token": ["Tok"],
        "timestamp": ["1795521600000"],
        "sign": ["hqj2YxEc7IFoCUEpv/eHTUN9Sf3d5+5a2MZeYU/FfRk="],
    } == given
    assert {
        "msgtype": "text",
        "text": {"content": TEXT},
        "at": {"atMobiles": ["13800000000"], "isAtAll": False},
    } == document


@pytest.mark.parametrize("scheme", ["feishu", "lark"])
def test_feishu_is_signed_in_the_body_over_seconds(receiver: Receiver, scheme: str) -> None:
    path, document = said(receiver, scheme, f"{scheme}://Tok", SECRET)
    assert "/open-apis/bot/v2/hook/Tok" == path
    assert {
        "msg_type": "text",
        "content": {"text": TEXT},
        "timestamp": "1795521600",
        # The value is of the same command with the key "TIME\nSECRET" over nothing.
        "sign": "NJKHN+0jvUH00rE2vN91Dbh5GREul03MvO2v7X//PYA=",
    } == document


@pytest.mark.parametrize(
    "scheme, answer, why",
    [
        ("wecombot", b'{"errcode": 45009, "errmsg": "api freq out of limit"}', "45009 api freq"),
        ("wecombot", b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000 invalid"),
        ("dingtalk", b'{"errcode": 310000, "errmsg": "sign not match"}', "310000 sign not match"),
        ("dingtalk", b'{"errcode": 410100, "errmsg": "send too fast"}', "410100 send too fast"),
        ("feishu", b'{"code": 19021, "msg": "sign match fail"}', "19021 sign match fail"),
        ("feishu", b'{"code": 11232, "msg": "frequency limited"}', "11232 frequency limited"),
        ("lark", b'{"code": 9499, "msg": "Bad Request"}', "9499 Bad Request"),
        ("wecombot", b"", "it did not say that it has the message"),
        ("feishu", b"<html>sign in to this network</html>", "it did not say that it has"),
        ("dingtalk", b"[0]", "it did not say that it has the message"),
        ("wecombot", b'{"errcode": null}', "it did not say that it has the message"),
    ],
)
def test_what_a_service_refuses_with_200_did_not_go_out(
    receiver: Receiver, scheme: str, answer: bytes, why: str
) -> None:
    receiver.answer = answer
    with pytest.raises(DeliveryError) as caught:
        robot(receiver, f"{scheme}://Tok").send(MESSAGE)
    assert why in caught.value.reason
    assert caught.value.reason.startswith("`chat` did not take it: ")


def test_a_reason_tells_neither_token_nor_secret(receiver: Receiver) -> None:
    receiver.answer = json.dumps({"errcode": 1, "errmsg": f"bad Tok-9 {SECRET}"}).encode()
    with pytest.raises(DeliveryError) as caught:
        robot(receiver, "dingtalk://Tok-9", SECRET).send(MESSAGE)
    assert "`chat` did not take it: it answered 1 bad *** ***" == caught.value.reason


@pytest.mark.parametrize("scheme", sorted(ROBOTS))
def test_a_long_text_is_cut_within_the_limit_and_keeps_its_link(
    receiver: Receiver, scheme: str
) -> None:
    receiver.answer = TOOK[scheme]
    robot(receiver, f"{scheme}://Tok").send(replace(MESSAGE, text="水" * 9000))
    document = json.loads(receiver.calls[0].body)
    text = (document.get("text") or document["content"]).popitem()[1]
    longest = ROBOTS[scheme].longest
    assert longest - 3 < len(text.encode()) <= longest
    assert text.endswith("水…\n[abcd-1]\nhttps://duty.example/a/token")


@pytest.mark.parametrize("scheme", sorted(ROBOTS))
def test_an_address_in_short_or_as_handed_out_is_a_robot(scheme: str, tmp_path: Path) -> None:
    for url in (f"{scheme}://Tok", f"{ROBOTS[scheme].address}Tok"):
        assert is_robot(url)
        found = channels_of(Settings((ChannelSetting("chat", url, url),)), tmp_path, CLOCK)
        assert isinstance(found["chat"], RobotChannel)


def test_the_address_as_handed_out_has_the_same_token(receiver: Receiver) -> None:
    receiver.answer = TOOK["wecombot"]
    address = f"http://127.0.0.1:{receiver.port}/?key="
    RobotChannel("chat", f"{ROBOTS['wecombot'].address}a-B", CLOCK, "", address).send(MESSAGE)
    assert "/?key=a-B" == receiver.calls[0].path
