"""Channels: what each sends, to real servers on this machine, and what it says when it cannot."""

from __future__ import annotations

import base64
import datetime as dt
import email
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest

from remit.workflows.adapters.apprise_channels import AppriseChannel
from remit.workflows.adapters.channels import ChannelNotifier, channels_of
from remit.workflows.adapters.clocks import JumpingClock
from remit.workflows.adapters.http_channels import HttpChannel, signature
from remit.workflows.ports import DeliveryError
from remit.workflows.settings import (
    ChannelSetting,
    Settings,
    SettingsError,
    read_settings,
    settings_file,
)
from tests.receivers import MESSAGE, Mailbox, Receiver, http_receiver, mail_receiver

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
CLOCK = JumpingClock(NOW)
SECRET = "between-us"  # noqa: S105 - of a test


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as found:
        yield found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_receiver() as found:
        yield found


def test_a_webhook_is_signed_over_its_id_its_time_and_its_body(receiver: Receiver) -> None:
    url = f"webhook+http://127.0.0.1:{receiver.port}/in?to={{to}}"
    assert "hook" == HttpChannel("hook", url, CLOCK, SECRET).send(MESSAGE)
    (call,) = receiver.calls
    assert "/in?to=%2B86%2010%2F5550" == call.path
    assert "abcd/3/office" == call.headers["webhook-id"]
    assert str(int(NOW.timestamp())) == call.headers["webhook-timestamp"]
    signed = b"abcd/3/office.%d." % NOW.timestamp() + call.body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest())
    assert f"v1,{expected.decode()}" == call.headers["webhook-signature"]
    document = json.loads(call.body)
    assert ("li", "abcd-1", "水浸") == (document["person"], document["item"], document["title"])


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    # SOURCE: Standard Webhooks, the reference libraries' test vector.
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == found


def test_a_gateway_for_text_messages_gets_a_number_and_a_line(receiver: Receiver) -> None:
    HttpChannel("sms", f"sms+http://127.0.0.1:{receiver.port}/", CLOCK, SECRET).send(MESSAGE)
    document = json.loads(receiver.calls[0].body)
    assert {"id": "abcd/3/office", "to": "+86 10/5550"} == {
        key: document[key] for key in ("id", "to")
    }
    assert document["text"].endswith("https://duty.example/a/token")
    assert "\n" not in document["text"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_a_message_that_did_not_go_out(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError) as caught:
        HttpChannel("hook", f"webhook+http://127.0.0.1:{receiver.port}/", CLOCK).send(MESSAGE)
    assert f"`hook` did not take it: it answered {status}" == caught.value.reason
    assert 1 == len(receiver.calls), "a redirect is not followed"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_nobody_there_is_a_message_that_did_not_go_out() -> None:
    with pytest.raises(DeliveryError, match="`hook` did not take it: "):
        HttpChannel("hook", f"webhook+http://127.0.0.1:{free_port()}/", CLOCK).send(MESSAGE)


@pytest.mark.slow
def test_apprise_takes_a_message_where_it_belongs(receiver: Receiver) -> None:
    channel = AppriseChannel("chat", f"json://127.0.0.1:{receiver.port}/?+Idempotency-Key={{key}}")
    assert "chat" == channel.send(MESSAGE)
    (call,) = receiver.calls
    document = json.loads(call.body)
    assert "水浸" == document["title"]
    assert document["message"].endswith("https://duty.example/a/token")
    assert "abcd/3/office" == call.headers["idempotency-key"]


@pytest.mark.slow
def test_what_apprise_says_of_a_failure_tells_no_secret(receiver: Receiver) -> None:
    receiver.status = 500
    url = f"json://user:{SECRET}@127.0.0.1:{receiver.port}/"
    with pytest.raises(DeliveryError) as caught:
        AppriseChannel("chat", url, [SECRET]).send(MESSAGE)
    assert "500" in caught.value.reason
    assert SECRET not in caught.value.reason


@pytest.mark.slow
def test_a_letter_arrives(mailbox: Mailbox) -> None:
    url = f"mailto://127.0.0.1:{mailbox.port}/?from=remit@example.org&to={{to}}&format=text"
    from dataclasses import replace

    AppriseChannel("mail", url).send(replace(MESSAGE, address="li@example.org"))
    ((receivers, text),) = mailbox.letters
    assert ["li@example.org"] == receivers
    letter = email.message_from_string(text, policy=default)
    assert "水浸" == letter["Subject"]
    assert "https://duty.example/a/token" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr] -- it has one


def test_each_message_goes_by_the_channel_it_names(tmp_path: Path, receiver: Receiver) -> None:
    settings = Settings(
        (
            ChannelSetting("hook", f"webhook+http://127.0.0.1:{receiver.port}/", ""),
            ChannelSetting("default", "file:", "file:"),
        )
    )
    notifier = ChannelNotifier(channels_of(settings, tmp_path / "messages", CLOCK))
    assert notifier.carries("hook")
    assert not notifier.carries("fax")
    assert notifier.carries("")
    assert "hook" == notifier.send(MESSAGE)
    from dataclasses import replace

    assert "default" == notifier.send(replace(MESSAGE, channel="fax"))
    assert ["abcd_3_office.json"] == [path.name for path in (tmp_path / "messages").iterdir()]


def test_without_settings_everything_goes_into_files(tmp_path: Path) -> None:
    notifier = ChannelNotifier(channels_of(Settings(), tmp_path, CLOCK))
    assert "file" == notifier.send(MESSAGE)


@pytest.mark.slow
def test_an_address_nothing_sends_to_is_told_without_its_secret(tmp_path: Path) -> None:
    one = ChannelSetting("chat", f"nonsense://{SECRET}", "nonsense://${KEY}")
    with pytest.raises(SettingsError) as caught:
        channels_of(Settings((one,)), tmp_path, CLOCK)
    assert "channel `chat`: nothing here sends to `nonsense://...`" == caught.value.message


def written(folder: Path, text: str) -> Path:
    path = folder / "remit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_secrets_come_from_the_environment_and_are_not_shown(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[channels.wecom]\nurl = "wecombot://${WECOM_KEY}"\n[channels]\nmail = "mailto://h/?to={to}"\n'
        '[links]\npublic = "https://duty.example/"\ndays = 3\n',
    )
    found = read_settings(path, {"WECOM_KEY": SECRET})
    assert f"wecombot://{SECRET}" == found.channels[0].url
    assert "wecombot://${WECOM_KEY}" == found.channels[0].shown
    assert ("https://duty.example", 3) == (found.public, found.days)
    assert SECRET not in repr(found).replace(found.channels[0].url, "")


@pytest.mark.parametrize(
    "text, message",
    [
        ("[channels.x]\nur = 1\n", "`channels.x` needs a `url`"),
        ('[channels.x]\nurl = "a:b"\nsecre = "x"\n', "there is no setting `channels.x.secre`"),
        ('[channels.x]\nurl = "no"\n', "`channels.x.url` is no address with a scheme"),
        ('[channels.X]\nurl = "a:b"\n', "`X` is no name of a channel"),
        ('[channels.x]\nurl = "a:${NOT}"\n', "needs the environment variable `NOT`"),
        ("channels = 1\n", "`channels` is a table"),
        ('[links]\npublic = "ftp://x"\n', "`links.public` is no address of a page"),
        ("[links]\ndays = 0\n", "`links.days` is a whole number from 1 to 90"),
        ('[links]\npubli = "x"\n', "there is no setting `links.publi`"),
        ("[", "is not TOML"),
    ],
)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, text), {})
    assert message in caught.value.message


def test_the_nearest_file_upward_counts_and_the_environment_names_another(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    path = written(tmp_path, "")
    (below / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert path == settings_file({}, below), "a project that says nothing of us is passed by"
    (below / "pyproject.toml").write_text("[tool.remit.links]\n", encoding="utf-8")
    assert below / "pyproject.toml" == settings_file({}, below)
    (below / "pyproject.toml").unlink()
    (tmp_path / "a" / ".git").mkdir()
    assert settings_file({}, below) is None
    assert Path("x.toml") == settings_file({"REMIT_CONFIG": "x.toml"}, below)


@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        "wecombot://botkey",
        "dingtalk://12345678/",
        "feishu://token",
        "mailtos://user:word@mail.example.org/?to={to}",
        "ntfy://ntfy.example.org/{to}",
    ],
)
def test_the_services_of_the_guide_are_known(url: str, tmp_path: Path) -> None:
    """Known, not called: no test leaves this machine."""
    settings = Settings((ChannelSetting("chat", url, url),))
    assert {"chat"} == set(channels_of(settings, tmp_path, CLOCK))
