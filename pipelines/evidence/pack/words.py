"""What the codes of a pack's tables are called.

Put here: the English name of each code, a msgid of the catalogue.
Not here: sentences of the document (`report.py`, `chapters.py`).
"""

from pipelines.evidence.language import Translator, mark

WORDS = {
    # answers
    "answered": mark("answered"),
    "partial": mark("in part"),
    "missing": mark("no evidence"),
    "stale": mark("out of date"),
    "high": mark("high"),
    "medium": mark("medium"),
    "low": mark("low"),
    "none": mark("none"),
    # how sure it is that a framework asks
    "confirmed_data_point": mark("published by the framework"),
    "confirmed_theme": mark("theme of the framework"),
    "confirmed_third_party": mark("asked by a third party's form"),
    "measure_sourced": mark("measure with a source"),
    "measure_proposed": mark("measure proposed here"),
    "unconfirmed": mark("not confirmed"),
    # frameworks
    "scored": mark("scored"),
    # figures
    "official": mark("official"),
    "compiled": mark("compiled"),
    "modelled": mark("modelled"),
    "press": mark("press"),
    "own_area": mark("own area"),
    "stand_in": mark("wider area stands in"),
    "figure": mark("figure"),
    # peers
    "total": mark("total"),
    "factor": mark("factor"),
    "indicator": mark("indicator"),
    # initiatives
    "laboratory": mark("laboratory"),
    "incubator": mark("incubator"),
    "programme": mark("programme"),
    "event": mark("event"),
    "policy": mark("policy"),
    "infrastructure": mark("infrastructure"),
    "service": mark("service"),
    "network": mark("network"),
    "planned": mark("planned"),
    "running": mark("running"),
    "ended": mark("ended"),
    "unknown": mark("state unknown"),
    "government": mark("government"),
    "business": mark("business"),
    "school": mark("schools"),
    "community": mark("community"),
    "house": mark("house without a partner"),
    # what supports a data point, and whether it counts
    "initiative": mark("initiative"),
    "recognition": mark("honour or membership"),
    "post": mark("post"),
    "counts": mark("counts"),
    "over": mark("of an earlier time"),
    "later": mark("of a later time"),
    "undated": mark("of no known time"),
    "undocumented": mark("without a document that can be read"),
    # targets
    "at_least": mark("at least"),
    "at_most": mark("at most"),
    "reach": mark("reached"),
    "met": mark("met"),
    "on_track": mark("on track"),
    "behind": mark("behind"),
    "missed": mark("missed"),
    "no_actual": mark("no comparable figure"),
    "not_measurable": mark("not measurable"),
    # honours
    "honour": mark("honour"),
    "membership": mark("membership"),
    "hosting": mark("host"),
    # sources
    "document": mark("document"),
    "original": mark("read at its publisher"),
    "mirrored": mark("read as a copy elsewhere"),
    "dead": mark("answers no more"),
    "no_address": mark("no address known"),
    "unchecked": mark("not looked at"),
    # languages
    "en": mark("English"),
    "vi": mark("Vietnamese"),
}
"""English name by code."""


def word(code: str, translate: Translator) -> str:
    """Name of a code in a language; a code without a name as it is."""
    return translate(WORDS[code]) if code in WORDS else code.replace("_", " ")


def short(text: str, most: int = 600) -> str:
    """A text for a page: the beginning of a long one; the tables of the pack have all of it."""
    return text if len(text) <= most else f"{text[:most].rsplit(maxsplit=1)[0][:most]} …"
