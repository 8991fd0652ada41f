"""The languages that evidence is told in.

Put here: looking a text up in the catalogue, and writing numbers, quantities and dates as a language writes them.
Not here: any text of a document (where it is used), any Vietnamese (`locale/vi/LC_MESSAGES/evidence.po`).

A text is written in English where it is used, inside `_("…")`, `_.plural("…", "…", n)` or, for a constant that is
looked up later, `mark("…")`; facts stand in braces. The catalogue has the same text as its msgid. A text of the
registry (a unit, a data point's question) is looked up by `_.registry(text)`; its entries bear the msgctxt "registry".
"""

import datetime as dt
import math
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "vi")
"""Languages there are, as ISO 639-1; the first is that of the texts in the code."""

_LOCALES = {"en": "en_GB", "vi": "vi_VN"}

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "evidence"
REGISTRY = "registry"
"""Context of the catalogue's entries that translate the registry's texts."""

DIGITS = 6
"""Significant digits of a number in a text, whole part included; files of data have all of them."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


class LanguageError(ValueError):
    """There is no such language."""


def mark(text: str) -> str:
    """A text to translate later; tells the extraction of texts about it."""
    return text


class Translator:
    """Writes texts, numbers and dates in one language.

    Args:
        code: ISO 639-1, one of LANGUAGES.
        catalogue: translations; none for English.
    """

    def __init__(self, code: str, catalogue: NullTranslations) -> None:
        self.code = code
        self.locale = Locale.parse(_LOCALES[code])
        self._catalogue = catalogue

    def __call__(self, text: str, **facts: object) -> str:
        """The text in this language, with its facts in place of `{name}`."""
        found = self._catalogue.gettext(text) if text else ""  # an empty msgid is the catalogue's own header
        return found.format(**facts) if facts else found

    def plural(self, one: str, many: str, count: int, **facts: object) -> str:
        """The text for so many; `{count}` is the number as this language writes it."""
        return self._catalogue.ngettext(one, many, count).format(count=self.number(count), **facts)

    def registry(self, text: str) -> str:
        """A text of the registry, such as a unit or a data point's question; in English where nobody translated it."""
        return str(self._catalogue.pgettext(REGISTRY, text)) if text else ""

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number with the language's marks.

        Args:
            value: finite.
            decimals: how many to show; without it as many as DIGITS significant digits leave, without end zeros.
        """
        if decimals is None:
            whole = math.floor(math.log10(abs(value))) + 1 if value else 1
            decimals, shown = max(DIGITS - whole, 0), "#"
        else:
            shown = "0"
        return _written(round(value, decimals) + 0.0, f"#,##0.{shown * decimals}".rstrip("."), _LOCALES[self.code])

    def quantity(self, value: float, unit: str) -> str:
        """A number with its unit; a percent sign stands close to the number."""
        name = self.registry(unit)
        gap = "" if not name or name.startswith("%") else _NO_BREAK
        return f"{self.number(value)}{gap}{name}"

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share of 1 as percent."""
        return f"{self.number(100 * share, decimals)}%"

    def date(self, text: str) -> str:
        """A date of the registry: YYYY, YYYY-MM or YYYY-MM-DD; anything else stays as it is."""
        parts = text.split("-")
        try:
            year, month, day = ([int(part) for part in parts] + [1, 1])[:3]
            when = dt.date(year, month, day)
        except ValueError:
            return text
        if len(parts) == 1:
            return text
        if len(parts) == 2:
            return str(format_skeleton("yMMMM", when, locale=self.locale))
        return str(format_date(when, "long", locale=self.locale))

    def moment(self, text: str) -> str:
        """A time in ISO 8601 with its zone, to the minute, in UTC."""
        when = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
        return (
            f"{format_date(when, 'long', locale=self.locale)}, {format_datetime(when, 'HH:mm', locale=self.locale)} UTC"
        )


@lru_cache(maxsize=10_000)
def _written(value: float, pattern: str, locale: str) -> str:
    """A number in a pattern; kept, since medians, years and counts come again and again."""
    return str(format_decimal(value, format=pattern, locale=locale))


@lru_cache
def translator(language: str) -> Translator:
    """The translator of a language.

    Raises:
        LanguageError: not one of LANGUAGES.
    """
    if language not in LANGUAGES:
        raise LanguageError(f"Language {language!r} is not known. There are: {', '.join(LANGUAGES)}.")
    return Translator(language, NullTranslations() if language == LANGUAGES[0] else _compiled(language))


def catalogue_path(language: str) -> Path:
    """Where a language's texts lie."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _compiled(language: str) -> Translations:
    """The catalogue as gettext reads it; compiled here, so that no binary lies beside its text."""
    from babel.messages.mofile import write_mo  # here, since loading the definitions needs no catalogue
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, DOMAIN)
