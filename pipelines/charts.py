"""Pictures of ranks and what moves them, as SVG or PNG files made without a browser.

Put here: a chart a function, of plain rows, each with a caption that says whose scores they are.
Not here: computing what is shown, and finding it in the results of an analysis (`pipelines.index.pictures`).
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import vl_convert
from numpy.typing import ArrayLike

from pipelines.scoring.errors import TableError

# Told apart with every common colour vision. Source: Okabe and Ito (2008), Color Universal Design.
BLUE, ORANGE, GREY, BLACK = "#0072B2", "#D55E00", "#8C8C8C", "#1A1A1A"
_PALE_BLUE = "#9CC7E4"
FONT = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif"
_LABELLED = 16  # units of a heat map up to which each cell has its number
_WIDTH = 520
Rows = Sequence[Mapping[str, Any]]


def save(chart: alt.TopLevelMixin, path: Path, scale: float = 2.0) -> Path:
    """Write a chart to a file, by the ending of its name.

    Args:
        chart: made here.
        path: ends in .svg or .png.
        scale: of PNG, points to a pixel of the design.

    Raises:
        TableError: another ending, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise TableError("chart", f"{path.name} is neither .svg nor .png", "Choose one of these endings.")
    spec = chart.to_dict()
    if ending == ".svg":
        content = _renumbered(vl_convert.vegalite_to_svg(spec)).encode()
    else:
        content = vl_convert.vegalite_to_png(spec, scale=scale)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}"
        raise TableError("chart", problem, "Choose another file.") from error
    return path


def rank_intervals(rows: Rows, *, title: str, caption: str) -> alt.TopLevelMixin:
    """A bar from the low to the high rank of each unit, with its median and its nominal rank.

    Args:
        rows: `unit` (its name), `nominal`, `median`, `low`, `high`: ranks; in the order from top to bottom.
        title: of the picture.
        caption: whose scores these are, and from how many draws.
    """
    data = alt.Data(values=[dict(row) for row in rows])
    last = max((float(row[key]) for row in rows for key in ("high", "nominal")), default=1.0)
    order = [row["unit"] for row in rows]
    rank = alt.Scale(domain=[0.5, last + 0.5], nice=False, zero=False)
    axis = alt.Axis(values=_rank_ticks(last), format="d", grid=True)
    y = alt.Y("unit:N", sort=order, title=None)
    base = alt.Chart(data).encode(y=y)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=rank, axis=axis, title="Rank (1 is best)")

    bar = base.mark_bar(height=10, color=_PALE_BLUE, cornerRadius=3).encode(x("low"), alt.X2("high:Q"))
    tick = base.mark_tick(thickness=2.5, size=14, color=BLUE).encode(x("median"))
    dot = base.mark_point(filled=True, size=46, color=BLACK, opacity=1).encode(x("nominal"))
    chart = (bar + tick + dot).properties(width=_WIDTH, height=alt.Step(18))
    key = "Bar: 5 % to 95 % of the draws. Line: their median. Dot: the rank with nothing changed."
    return framed(chart, title, key, caption)


def pairwise(units: Sequence[str], ahead: ArrayLike, *, title: str, caption: str) -> alt.TopLevelMixin:
    """A heat map of how probably the unit of the row is ahead of that of the column.

    Args:
        units: names, in their order.
        ahead: [units, units] probabilities; NaN is left empty.
        title: of the picture.
        caption: whose scores these are, and from how many draws.
    """
    share = np.asarray(ahead, dtype=float)
    cells = [
        {"unit": units[i], "other": units[j], "share": float(share[i, j])}
        for i in range(len(units))
        for j in range(len(units))
        if not np.isnan(share[i, j])
    ]
    base = alt.Chart(alt.Data(values=cells)).encode(
        alt.X("other:N", sort=list(units), title="… is ahead of this one", axis=alt.Axis(labelAngle=-60)),
        alt.Y("unit:N", sort=list(units), title="How probably this unit …"),
    )
    scale = alt.Scale(domain=[0, 0.5, 1], range=[ORANGE, "#F7F7F7", BLUE], interpolate="lab")
    legend = alt.Legend(format=".0%", title="Probability", gradientLength=160)
    chart: alt.Chart | alt.LayerChart = base.mark_rect().encode(alt.Color("share:Q", scale=scale, legend=legend))
    size = 44 if len(units) <= _LABELLED else 14
    if len(units) <= _LABELLED:
        dark = alt.expr.abs(alt.datum.share - 0.5) > 0.35
        text = base.mark_text(fontSize=12).encode(
            alt.Text("share:Q", format=".0%"),
            color=alt.condition(dark, alt.value("white"), alt.value(BLACK)),
        )
        chart = chart + text
    chart = chart.properties(width=alt.Step(size), height=alt.Step(size))
    return framed(chart, title, "Blue: the unit of the row is ahead. Orange: that of the column is.", caption)


def sensitivity_bars(rows: Rows, *, title: str, caption: str) -> alt.TopLevelMixin:
    """The shares of variance of each assumption, alone and with others, with their intervals.

    Args:
        rows: `assumption`, `first`, `first_low`, `first_high`, `total`, `total_low`, `total_high`: shares,
            None where undefined; in the order from top to bottom.
        title: of the picture.
        caption: whose scores these are, of which output, and from how many draws.
    """
    kinds = {"Alone": "first", "With others": "total"}
    parts = [
        {
            "assumption": row["assumption"],
            "kind": kind,
            "value": row[key],
            "low": row[f"{key}_low"],
            "high": row[f"{key}_high"],
        }
        for row in rows
        for kind, key in kinds.items()
        if row[key] is not None
    ]
    base = alt.Chart(alt.Data(values=parts)).encode(
        alt.Y("assumption:N", sort=[row["assumption"] for row in rows], title=None),
        alt.YOffset("kind:N", sort=list(kinds)),
    )
    axis = alt.Axis(format=".0%", tickCount=6, title="Share of the variance")
    colour = alt.Color(
        "kind:N", sort=list(kinds), title=None, scale=alt.Scale(domain=list(kinds), range=[BLUE, _PALE_BLUE])
    )
    bar = base.mark_bar().encode(alt.X("value:Q", axis=axis), colour)
    line = base.mark_rule(color=BLACK, strokeWidth=1.5).encode(alt.X("low:Q", axis=axis), alt.X2("high:Q"))
    chart = (bar + line).properties(width=_WIDTH, height=alt.Step(16, **{"for": "offset"}))
    return framed(chart, title, "Bar: the estimate. Line: its 95 % interval.", caption)


def waterfall(
    start: tuple[str, float],
    steps: Sequence[tuple[str, float]],
    end: str,
    *,
    title: str,
    caption: str,
    measure: str = "Points",
) -> alt.TopLevelMixin:
    """How contributions lead from one score to another.

    Args:
        start: its name and value.
        steps: names and changes, in their order; no two names are the same.
        end: the name of what they lead to; its value is the start and all changes together.
        title: of the picture.
        caption: whose scores these are.
        measure: the title of the axis.
    """
    reached = list(accumulate((change for _, change in steps), initial=start[1]))
    bars: list[dict[str, Any]] = [
        {"part": start[0], "from": 0.0, "to": start[1], "kind": "Score", "label": f"{start[1]:.1f}"}
    ]
    bars += [
        {
            "part": name,
            "from": before,
            "to": before + change,
            "kind": "Adds" if change >= 0 else "Takes away",
            "label": f"{change:+.1f}".replace("-", "−"),
        }
        for (name, change), before in zip(steps, reached, strict=False)
    ]
    bars.append({"part": end, "from": 0.0, "to": reached[-1], "kind": "Score", "label": f"{reached[-1]:.1f}"})
    for bar in bars:
        bar["edge"] = max(bar["from"], bar["to"])
    base = alt.Chart(alt.Data(values=bars)).encode(alt.Y("part:N", sort=[bar["part"] for bar in bars], title=None))
    kinds = alt.Scale(domain=["Score", "Adds", "Takes away"], range=[GREY, BLUE, ORANGE])
    block = base.mark_bar(height=alt.RelativeBandSize(0.72)).encode(
        alt.X("from:Q", title=measure), alt.X2("to:Q"), alt.Color("kind:N", scale=kinds, title=None)
    )
    text = base.mark_text(align="left", dx=4, fontSize=11).encode(alt.X("edge:Q"), alt.Text("label:N"))
    chart = (block + text).properties(width=_WIDTH, height=alt.Step(22))
    return framed(chart, title, "", caption)


def _renumbered(svg: str) -> str:
    """The picture with its gradients and clips numbered from 0: the renderer counts on between pictures."""
    number: dict[str, int] = {}
    return re.sub(
        r"\b(gradient_|clip)(\d+)\b",
        lambda found: f"{found[1]}{number.setdefault(found[0], len(number))}",
        svg,
    )


def _rank_ticks(last: float) -> list[int]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**6) if last / step <= 14)
    return sorted({1, *range(step, int(last) + 1, step)})


def framed(chart: Any, title: str, key: str, caption: str, font: str = FONT) -> alt.TopLevelMixin:
    """The chart with its title and key above, its caption below, and one look."""
    headed = chart.properties(
        title=alt.Title(title, subtitle=textwrap.wrap(key, 96), anchor="start", frame="group", offset=12)
    )
    below = alt.Title(
        textwrap.wrap(caption, 110),
        orient="bottom",
        anchor="start",
        offset=14,
        fontSize=11,
        fontWeight="normal",
        color="#555555",
    )
    return (
        alt.vconcat(headed, title=below, padding=16)
        .configure(background="white", font=font)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=260, gridColor="#E6E6E6"
        )
        .configure_title(fontSize=16, subtitleFontSize=12, subtitleColor="#555555")
        .configure_legend(labelFontSize=12, titleFontSize=12, titleFontWeight="normal")
        .configure_view(stroke=None)
    )
