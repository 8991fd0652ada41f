"""Keep secrets out of everything that is written down.

Put here: finding a secret however it is spelt, in text, in bytes and in log records.
Not here: where secrets come from and where they are sent (`fetch.py`).
"""

import logging
import os
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

MARK = "***"
"""What stands where a secret stood."""

_SIGNS = {ord(" "): b" +"}
"""Bytes that stand for another in a form."""

_ENTITIES = {"&": b"amp", "<": b"lt", ">": b"gt", '"': b"quot", "'": b"apos"}
"""What pages write for signs of their own language."""


class Redactor(logging.Filter):
    """Knows secrets and removes them; as a filter of a logger, from its records."""

    def __init__(self) -> None:
        super().__init__()
        self._pattern: re.Pattern[bytes] | None = None
        self._secrets: set[str] = set()

    def learn(self, secrets: Iterable[str]) -> None:
        """Remove these too from now on."""
        if new := {secret for secret in secrets if secret} - self._secrets:
            self._secrets |= new
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile(b"|".join(map(_spellings, longest_first)))

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def bytes(self, content: bytes) -> bytes:
        """The bytes without secrets."""
        return content if self._pattern is None else self._pattern.sub(MARK.encode(), content)

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove secrets from a log record; every record passes."""
        record.msg, record.args = self.text(record.getMessage()), None
        if record.exc_info:
            record.exc_text = self.text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


REDACTOR = Redactor()
"""The one of this process: a library may still write to its log after the client that asked is closed."""


def _spellings(secret: str) -> bytes:
    """Pattern of a secret as it is; percent-encoded in whole or in part, even twice; or escaped as in JSON or HTML."""
    return b"".join(_byte(byte) for byte in os.fsencode(secret))


def _byte(byte: int) -> bytes:
    """Pattern of one byte; a blank may have become a plus first."""
    signs = _SIGNS.get(byte, [byte])
    spellings = (_percent(sign) + b"|" + _escaped(sign) + rb"|\\?" + re.escape(bytes([sign])) for sign in signs)
    return b"(?:" + b"|".join(spellings) + b")"


def _percent(byte: int) -> bytes:
    return rb"%(?:25)*" + _digits(byte)


def _escaped(byte: int) -> bytes:
    """As JSON or a page may write a sign of ASCII."""
    named = _ENTITIES.get(chr(byte))
    entity = rb"&#0*%d;|&#[xX]0*%s;" % (byte, _digits(byte))
    return rb"\\u00" + _digits(byte) + b"|" + entity + (b"|&" + named + b";" if named else b"")


def _digits(byte: int) -> bytes:
    """Two hexadecimal digits, large or small."""
    return b"".join(b"[%c%c]" % (ord(digit.lower()), ord(digit.upper())) for digit in f"{byte:02x}")


def proxy_secrets(environment: dict[str, str]) -> set[str]:
    """Passwords of the proxies that an environment names."""
    addresses = [value for name, value in environment.items() if name.lower().endswith("_proxy") and "@" in value]
    found = {urlsplit(address if "://" in address else f"//{address}").password for address in addresses}
    return {spelling for password in found if password for spelling in (password, unquote(password))}
