"""The pictures of a pack.

Put here: one chart a function, of a pack's own rows, in its language.
Not here: the look that all charts share (`pipelines/charts.py`), where a picture stands (`report.py`, `chapters.py`).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from pipelines.charts import BLACK, BLUE, FONT, ORANGE, framed, save
from pipelines.evidence.language import Translator, mark
from pipelines.evidence.pack.model import Pack

FONTS = {"vi": "Verdana, DejaVu Sans, sans-serif"}
"""Fonts of a language for which the usual ones lack letters on some systems."""

PALE, FAINT = "#9CC7E4", "#E3E6EA"
WIDTH = 400
SCALE = 2.5
"""Dots of a PNG to a point of the design: 190 to the inch on the document's page."""

_SHAPES = {
    "triangle-up": mark("Triangle: {place}."),
    "square": mark("Square: {place}."),
    "diamond": mark("Diamond: {place}."),
}
"""Shape of each reference region, and what it is called."""

Charts = Iterator[tuple[str, alt.TopLevelMixin]]


def draw(pack: Pack, translate: Translator, folder: Path) -> list[str]:
    """Write every picture that the pack has rows for, as SVG and PNG.

    Args:
        pack: content.
        translate: its language.
        folder: where the files go.

    Returns:
        Names of the pictures, without ending.
    """
    names = []
    for name, chart in charts(pack, translate):
        drawing = save(chart, folder / f"{name}.svg").read_text(encoding="utf-8")
        (folder / f"{name}.png").write_bytes(vl_convert.svg_to_png(drawing, scale=SCALE))
        names.append(name)
    return names


def charts(pack: Pack, translate: Translator) -> Charts:
    """Charts by name, those that there is something to show in."""
    if any(factor.data_points for factor in pack.factors):
        yield "coverage", _coverage(pack, translate)
    if any(factor.score is not None for factor in pack.factors):
        yield "profile", _profile(pack, translate)
    if _places(pack):
        yield "references", _references(pack, translate)
    if any(row.rank_low for row in pack.peers):
        yield "ranks", _ranks(pack, translate)
    if pack.cover.framework_kind == "programme" and pack.initiatives:
        yield "helix", _helix(pack, translate)
    for factor in pack.factors:
        rows = [one for one in pack.figures if one.factor_id == factor.factor_id and one.score is not None]
        if rows:
            scores = [_bar(one.indicator, one.score, one.peer_median_score, one.peer_best_score) for one in rows]
            shades = [PALE if one.is_proxy else BLUE for one in rows]
            yield f"factor_{factor.factor_id}", _scores(pack, translate, factor.factor, scores, shades)


def _bar(name: str, score: float | None, median: float | None, best: float | None) -> dict[str, Any]:
    return {"name": name, "score": score, "median": median, "best": best}


def _named(pack: Pack, translate: Translator, chart: Any, title: str, key: str) -> alt.TopLevelMixin:
    """The chart in the common frame, with whose scores these are."""
    _ = translate
    caption = _("This project's scores, not the framework's. Release {release}.", release=pack.cover.release_id)
    return framed(chart, title, key, caption, FONTS.get(_.code, FONT))


def _profile(pack: Pack, translate: Translator) -> alt.TopLevelMixin:
    rows = [
        _bar(factor.factor, factor.score, factor.peer_median, factor.peer_best)
        for factor in pack.factors
        if factor.is_scored
    ]
    _ = translate
    title = _("Profile of {community} by factor", community=pack.cover.community)
    return _scores(pack, translate, title, rows, [BLUE] * len(rows))


def _scores(
    pack: Pack, translate: Translator, title: str, rows: Sequence[dict[str, Any]], shades: Sequence[str]
) -> alt.TopLevelMixin:
    """Bars of scores with the peers' median and best; pale where a wider area stands in."""
    _ = translate
    values = [
        row
        | {
            "shade": shade,
            "shown": row["score"] if row["score"] is not None else 0.0,
            "label": _("not assessed") if row["score"] is None else _.number(row["score"], 1),
        }
        for row, shade in zip(rows, shades, strict=True)
    ]
    order = [row["name"] for row in rows]
    base = alt.Chart(alt.Data(values=values)).encode(alt.Y("name:N", sort=order, title=None))
    scale = alt.Scale(domain=[0, 100])
    axis = alt.Axis(values=[0, 25, 50, 75, 100], title=_("Score, 0 to 100"))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    bar = base.mark_bar(height=13, cornerRadiusEnd=2).encode(x("shown"), color=alt.Color("shade:N", scale=None))
    median = base.mark_tick(thickness=2.5, size=20, color=BLACK, opacity=1).encode(x("median"))
    best = base.mark_point(size=55, color=ORANGE, strokeWidth=2, opacity=1).encode(x("best"))
    text = base.mark_text(align="left", fontSize=11, color="#333333").encode(x=alt.value(WIDTH + 10), text="label:N")
    chart = (bar + median + best).properties(width=WIDTH, height=alt.Step(24)) + text
    key = [_("Bar: {community}. Line: median of the peers. Ring: the best peer.", community=pack.cover.community)]
    if PALE in shades:
        key.append(_("Pale bar: a figure of a wider area stands in."))
    return _named(pack, translate, chart, title, " ".join(key))


def _places(pack: Pack) -> list[str]:
    """Reference regions beside the community, as many as there are shapes for."""
    rows = [row for row in pack.peers if row.level == "factor" and not (row.is_ranked or row.is_own)]
    return list(dict.fromkeys(row.community for row in rows if row.score is not None))[: len(_SHAPES)]


def _references(pack: Pack, translate: Translator) -> alt.TopLevelMixin:
    """Factor scores of the community as bars, of the reference regions as shapes."""
    _ = translate
    own = [row for row in pack.peers if row.level == "factor" and row.is_own]
    bars = [{"name": row.name, "score": row.score} for row in own]
    order = [row.name for row in own]
    scale = alt.Scale(domain=[0, 100])
    axis = alt.Axis(values=[0, 25, 50, 75, 100], title=_("Score, 0 to 100"))
    y = alt.Y("name:N", sort=order, title=None)
    chart: Any = alt.Chart(alt.Data(values=bars)).mark_bar(height=13, cornerRadiusEnd=2, color=BLUE)
    chart = chart.encode(y, alt.X("score:Q", scale=scale, axis=axis))
    key = [_("Bar: {community}.", community=pack.cover.community)]
    for place, (shape, told) in zip(_places(pack), _SHAPES.items(), strict=False):
        points = [{"name": row.name, "score": row.score} for row in pack.peers if row.community == place]
        points = [point for point in points if point["name"] in order]
        marks = alt.Chart(alt.Data(values=points)).mark_point(
            shape=shape, size=70, filled=True, color=ORANGE if shape == "triangle-up" else BLACK, opacity=1
        )
        chart += marks.encode(y, alt.X("score:Q", scale=scale, axis=axis))
        key.append(_(told, place=place))
    chart = chart.properties(width=WIDTH, height=alt.Step(24))
    title = _("{community} and the reference regions", community=pack.cover.community)
    return _named(pack, translate, chart, title, " ".join(key))


def _ranks(pack: Pack, translate: Translator) -> alt.TopLevelMixin:
    _ = translate
    ranked = [row for row in pack.peers if row.level == "total" and row.rank and row.rank_low and row.rank_high]
    ranked.sort(key=lambda row: (row.rank or 0, row.community))
    values = [
        {
            "name": row.community,
            "rank": row.rank,
            "low": row.rank_low,
            "high": row.rank_high,
            "shade": BLUE if row.is_own else PALE,
        }
        for row in ranked
    ]
    last = max(int(row.rank_high or 0) for row in ranked)
    axis = alt.Axis(values=[1, *range(5, last + 1, 5)], format="d", title=_("Rank (1 is best)"))
    scale = alt.Scale(domain=[0.5, last + 0.5], nice=False, zero=False)
    own = f"datum.value === {_quoted(pack.cover.community)}"
    weight = {"condition": {"test": own, "value": "bold"}, "value": "normal"}
    names = alt.Axis(labelFontWeight=weight, title=None)
    base = alt.Chart(alt.Data(values=values)).encode(
        alt.Y("name:N", sort=[row.community for row in ranked], axis=names)
    )
    bar = base.mark_bar(height=10, cornerRadius=3).encode(
        alt.X("low:Q", scale=scale, axis=axis), alt.X2("high:Q"), color=alt.Color("shade:N", scale=None)
    )
    dot = base.mark_point(filled=True, size=42, color=BLACK, opacity=1).encode(alt.X("rank:Q", scale=scale, axis=axis))
    chart = (bar + dot).properties(width=WIDTH, height=alt.Step(16))
    title = _("Ranks of the Smart21 of {edition}", edition=pack.cover.edition_id)
    key = _("Dot: the rank. Bar: where nine of ten draws of the assumptions put it.")
    return _named(pack, translate, chart, title, key)


def _coverage(pack: Pack, translate: Translator) -> alt.TopLevelMixin:
    _ = translate
    shades = {"answered": BLUE, "partial": PALE, "missing": FAINT}
    shown = [factor for factor in pack.factors if factor.data_points]
    values = [
        {"name": factor.factor, "shade": shade, "place": place, "count": getattr(factor, kind)}
        for factor in shown
        for place, (kind, shade) in enumerate(shades.items())
        if getattr(factor, kind)
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        alt.Y("name:N", sort=[factor.factor for factor in shown], title=None)
    )
    colour = alt.Color("shade:N", scale=None)
    axis = alt.Axis(format="d", tickMinStep=1, title=None)
    stacked = alt.X("count:Q", stack="zero", axis=axis)
    bar = base.mark_bar(height=14).encode(stacked, colour, order="place:Q")
    dark = alt.datum.place == 0
    text = base.mark_text(fontSize=11, dx=-9).encode(
        alt.X("count:Q", stack="zero"),
        alt.Text("count:Q"),
        order="place:Q",
        color=alt.condition(dark, alt.value("white"), alt.value(BLACK)),
    )
    chart = (bar + text).properties(width=WIDTH, height=alt.Step(24))
    title = _("Evidence by factor")
    key = _("Data points. Dark: answered. Pale: in part. Grey: no evidence.")
    return _named(pack, translate, chart, title, key)


def _helix(pack: Pack, translate: Translator) -> alt.TopLevelMixin:
    """Initiatives of each scope in which each house of the Triple Helix has a named partner."""
    _ = translate
    houses = {
        "government": _("Government"),
        "business": _("Business"),
        "school": _("Schools"),
        "community": _("Community"),
    }
    scopes = [factor for factor in pack.factors if factor.initiatives]
    values: list[dict[str, Any]] = [
        {
            "scope": scope.factor,
            "house": name,
            "count": sum(bool(getattr(one, house)) for one in pack.initiatives if one.scope_id == scope.factor_id),
        }
        for scope in scopes
        for house, name in houses.items()
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        alt.X("house:N", sort=list(houses.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        alt.Y("scope:N", sort=[scope.factor for scope in scopes], title=None),
    )
    top = max((value["count"] for value in values), default=1) or 1
    shade = alt.Color("count:Q", scale=alt.Scale(domain=[0, top], range=["#F4F6F8", BLUE]), legend=None)
    cell = base.mark_rect(stroke="white", strokeWidth=3).encode(shade)
    is_dark = alt.datum.count > top / 2
    text = base.mark_text(fontSize=12).encode(
        alt.Text("count:Q"), color=alt.condition(is_dark, alt.value("white"), alt.value(BLACK))
    )
    chart = (cell + text).properties(width=WIDTH, height=alt.Step(30))
    key = _("Initiatives in which each house of the Triple Helix has a named partner.")
    return _named(pack, translate, chart, _("Partners by scope"), key)


def _quoted(text: str) -> str:
    """A text as a literal of the picture's expressions."""
    return json.dumps(text)
