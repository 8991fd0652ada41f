"""Tell people: by e-mail, by a webhook of Slack or Teams, or by a line in the log.

Put here: channels, what configures them, and how a message looks in each.
Not here: when there is something to tell (`assets/automation.py`).

Configured by the environment, since addresses and passwords belong to a deployment:

- SMART21_ALERT_EMAIL: whom to write to, several joined by commas; with SMART21_SMTP_HOST, and where needed
  SMART21_SMTP_PORT (587), SMART21_SMTP_FROM, SMART21_SMTP_USER, SMART21_SMTP_PASSWORD, SMART21_SMTP_SECURITY
  (starttls, tls or none).
- SMART21_ALERT_WEBHOOK: address of an incoming webhook; SMART21_ALERT_WEBHOOK_KIND says slack (the default) or teams.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import requests

from pipelines.redact import Redactor

TIMEOUT = 20
"""Seconds that a mail server or a webhook may take."""

_log = logging.getLogger("smart21.notify")


@dataclass(frozen=True)
class Message:
    """Something that people should know.

    Attributes:
        subject: one line.
        text: what happened, where, and what to do.
    """

    subject: str
    text: str


def notify(message: Message, environment: Mapping[str, str]) -> dict[str, str]:
    """Send a message through every channel that is configured; the log always gets it.

    Args:
        message: what to tell.
        environment: the variables above.

    Returns:
        By channel, `sent` or why not. A channel that fails stops neither the others nor the caller.
    """
    redactor = Redactor()
    redactor.learn(_secrets(environment))
    _log.warning("%s: %s", message.subject, message.text)
    told = {"log": "sent"}
    for name, send in _channels(environment).items():
        try:
            send(message)
            told[name] = "sent"
        except (OSError, smtplib.SMTPException, ValueError) as error:  # requests' errors are OSErrors
            told[name] = redactor.text(f"{type(error).__name__}: {error}")
            _log.error("The alert did not go out by %s: %s", name, told[name])
    return told


def _channels(environment: Mapping[str, str]) -> dict[str, Callable[[Message], None]]:
    channels: dict[str, Callable[[Message], None]] = {}
    if environment.get("SMART21_ALERT_EMAIL"):
        channels["email"] = lambda message: _mail(message, environment)
    if environment.get("SMART21_ALERT_WEBHOOK"):
        channels["webhook"] = lambda message: _post(message, environment)
    return channels


def _secrets(environment: Mapping[str, str]) -> list[str]:
    """What no log may show; of a webhook also the part after the host, which errors quote alone."""
    webhook = environment.get("SMART21_ALERT_WEBHOOK", "")
    return [environment.get("SMART21_SMTP_PASSWORD", ""), webhook, urlsplit(webhook).path.strip("/")]


def _mail(message: Message, environment: Mapping[str, str]) -> None:
    host = environment.get("SMART21_SMTP_HOST")
    if not host:
        raise ValueError("SMART21_ALERT_EMAIL is set, but SMART21_SMTP_HOST is not. Name the mail server.")
    mail = EmailMessage()
    mail["To"] = environment["SMART21_ALERT_EMAIL"]
    mail["From"] = environment.get("SMART21_SMTP_FROM", "smart21@localhost")
    mail["Subject"] = message.subject
    mail.set_content(message.text)
    security = environment.get("SMART21_SMTP_SECURITY", "starttls")
    port = int(environment.get("SMART21_SMTP_PORT", "587"))
    with _connect(host, port, security) as server:
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if user := environment.get("SMART21_SMTP_USER"):
            server.login(user, environment.get("SMART21_SMTP_PASSWORD", ""))
        server.send_message(mail)


def _connect(host: str, port: int, security: str) -> smtplib.SMTP:
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    if security in {"starttls", "none"}:
        return smtplib.SMTP(host, port, timeout=TIMEOUT)
    raise ValueError(f"SMART21_SMTP_SECURITY is {security!r}; it must be starttls, tls or none.")


def _post(message: Message, environment: Mapping[str, str]) -> None:
    kind = environment.get("SMART21_ALERT_WEBHOOK_KIND", "slack")
    if kind not in _BODIES:
        raise ValueError(f"SMART21_ALERT_WEBHOOK_KIND is {kind!r}; it must be one of {', '.join(_BODIES)}.")
    answer = requests.post(
        environment["SMART21_ALERT_WEBHOOK"], json=_BODIES[kind](message), timeout=TIMEOUT, allow_redirects=False
    )
    if answer.status_code >= 300:
        raise ValueError(f"the webhook answered {answer.status_code}")


def _slack(message: Message) -> dict[str, Any]:
    heading = {"type": "header", "text": {"type": "plain_text", "text": message.subject[:150]}}
    # Plain text, so that what an error quotes is never read as markup or as a call to a person.
    body = {"type": "section", "text": {"type": "plain_text", "text": message.text[:2900]}}
    return {"text": message.subject, "blocks": [heading, body]}


def _teams(message: Message) -> dict[str, Any]:
    lines = [
        {"type": "TextBlock", "text": message.subject, "weight": "Bolder", "wrap": True},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": message.text[:20000]}]},
    ]
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.5"}
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card | {"body": lines}}
    return {"type": "message", "attachments": [content]}


_BODIES = {"slack": _slack, "teams": _teams}
