"""The command that tells what the ranks depend on.

Put here: asking for the indices and printing them.
Not here: working them out (`pipelines/uncertainty`).
"""

from pathlib import Path
from typing import Annotated

import typer

from assets.cli.ask import Edition, Framework, Json, OwnArea, community_id, edition_id, framework_id, question, reading
from assets.cli.picture import draw_sensitivity
from assets.cli.show import Stop, out, print_json, print_table


def sensitivity(
    community: Annotated[str | None, typer.Argument(help="Community; without it, the mean shift of all ranks.")] = None,
    edition: Edition = "2019",
    framework: Framework = "icf",
    own_area: OwnArea = False,
    chart: Annotated[Path | None, typer.Option(help="Also draw it: a file ending in .svg or .png.")] = None,
    json: Json = False,
) -> None:
    """Tell how much of a rank's variance each assumption accounts for, alone and together with others.

    Example: smart21 sensitivity binh_duong --chart sensitivity.svg
    """
    output = community_id(community) if community else "mean_rank_shift"
    key = (edition_id(edition), framework_id(framework), reading(own_area))
    rows = question(
        "SELECT assumption, first_order, first_low, first_high, total, total_low, total_high, base_draws, used "
        "FROM mart.sensitivity WHERE edition_id = ? AND framework_id = ? AND basis = ? AND output = ? "
        "ORDER BY total DESC NULLS LAST",
        *key, output,
    )  # fmt: skip
    if rows.empty:
        raise Stop(f"There is no sensitivity of {output} in {key[1]} {key[0]}: it has no rank in this reading.")
    if json:
        print_json(rows)
    else:
        shown = rows.drop(columns=["base_draws", "used"]).round(2)
        print_table(
            shown, f"{key[1].upper()} {key[0]}: what {output.replace('_', ' ')} depends on (shares of variance)"
        )
        out.print(
            f"Low and high: 95 % bootstrap bounds over {rows['base_draws'].iloc[0]} base draws; wide bounds mean that "
            "more draws are needed (frameworks/*.yml, sensitivity_draws).",
            style="dim",
        )
    if chart:
        draw_sensitivity(*key, output, chart)
