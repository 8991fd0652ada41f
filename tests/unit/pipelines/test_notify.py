"""Alerts go out by mail and webhook, through real servers, and a channel that fails says so without its secret."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from pipelines.notify import Message, notify

ALERT = Message("Bình Dương: refresh failed", "world_bank: the host refused.\n<!channel> *Look* at the source.")


class Postman:
    """Keeps the mail that it is given."""

    def __init__(self) -> None:
        self.mail: list[Any] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        self.mail.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"

    def authenticate(self, _server: object, _session: object, _envelope: object, _method: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"geheim")


@pytest.fixture
def post_office() -> Iterator[tuple[Postman, dict[str, str]]]:
    postman = Postman()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        postman, hostname="127.0.0.1", port=port, authenticator=postman.authenticate, auth_require_tls=False
    )
    controller.start()
    yield (
        postman,
        {
            "SMART21_ALERT_EMAIL": "duty@example.org, head@example.org",
            "SMART21_SMTP_HOST": "127.0.0.1",
            "SMART21_SMTP_PORT": str(port),
            "SMART21_SMTP_SECURITY": "none",
            "SMART21_SMTP_FROM": "smart21@example.org",
        },
    )
    controller.stop()


@pytest.fixture
def webhook() -> Iterator[tuple[list[Any], str, list[int]]]:
    kept: list[Any] = []
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept, f"http://127.0.0.1:{server.server_port}/services/T1/geheim", status
    server.shutdown()


def test_a_mail_arrives_whole(post_office: tuple[Postman, dict[str, str]]) -> None:
    postman, environment = post_office
    login = {"SMART21_SMTP_USER": "smart21", "SMART21_SMTP_PASSWORD": "geheim"}
    assert notify(ALERT, environment | login) == {"log": "sent", "email": "sent"}
    ((recipients, mail),) = postman.mail
    assert recipients == ["duty@example.org", "head@example.org"]
    assert mail["Subject"] == ALERT.subject
    assert mail["From"] == "smart21@example.org"
    assert mail.get_content().splitlines() == ALERT.text.splitlines()
    assert postman.logins == [(b"smart21", b"geheim")]


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_webhook_gets_plain_text(webhook: tuple[list[Any], str, list[int]], kind: str) -> None:
    kept, url, _ = webhook
    environment = {"SMART21_ALERT_WEBHOOK": url, "SMART21_ALERT_WEBHOOK_KIND": kind}
    assert notify(ALERT, environment) == {"log": "sent", "webhook": "sent"}
    ((path, body),) = kept
    assert path == "/services/T1/geheim"
    if kind == "slack":
        assert [block["text"] for block in body["blocks"]] == [
            {"type": "plain_text", "text": ALERT.subject},
            {"type": "plain_text", "text": ALERT.text},
        ]
    else:
        card = body["attachments"][0]["content"]
        assert card["type"] == "AdaptiveCard"
        assert card["body"][1]["inlines"] == [{"type": "TextRun", "text": ALERT.text}]


def test_a_channel_that_fails_is_named_without_its_secret_and_stops_no_other(
    webhook: tuple[list[Any], str, list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    _, url, status = webhook
    status[0] = 403
    environment = {"SMART21_ALERT_WEBHOOK": url, "SMART21_ALERT_EMAIL": "duty@example.org"}
    with caplog.at_level(logging.WARNING):
        told = notify(ALERT, environment | {"SMART21_SMTP_HOST": "127.0.0.1", "SMART21_SMTP_PORT": "9"})
    assert told["log"] == "sent"
    assert told["webhook"] == "ValueError: the webhook answered 403"
    assert told["email"].startswith("ConnectionRefusedError")
    down = notify(ALERT, {"SMART21_ALERT_WEBHOOK": "http://127.0.0.1:9/services/T1/geheim"})
    assert "refused" in down["webhook"]
    assert "geheim" not in down["webhook"] + caplog.text


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SMART21_ALERT_EMAIL": "a@b"}, "SMART21_SMTP_HOST is not. Name the mail server"),
        (
            {"SMART21_ALERT_EMAIL": "a@b", "SMART21_SMTP_HOST": "h", "SMART21_SMTP_SECURITY": "ssl"},
            "it must be starttls, tls or none",
        ),
        ({"SMART21_ALERT_WEBHOOK": "http://h", "SMART21_ALERT_WEBHOOK_KIND": "irc"}, "one of slack, teams"),
    ],
)
def test_a_wrong_setting_says_what_is_right(environment: dict[str, str], said: str) -> None:
    assert said in " ".join(notify(ALERT, environment).values())


def test_without_a_channel_the_log_has_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert notify(ALERT, {}) == {"log": "sent"}
    assert ALERT.subject in caplog.text
