"""What moved between two releases, and why.

Put here: the comparison of two published files in SQL.
Not here: the list of releases (`releases.py`), the comparison of two answers of a source (`pipelines/revisions.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pandas as pd

from warehouse.home import Home
from warehouse.releases import ReleaseError, locate

_FIGURES = """
CREATE TEMP TABLE figure AS
SELECT coalesce(b.edition_id, a.edition_id) AS edition_id, coalesce(b.framework_id, a.framework_id) AS framework_id,
    coalesce(b.basis, a.basis) AS basis, coalesce(b.community_id, a.community_id) AS community_id,
    coalesce(b.criterion_id, a.criterion_id) AS criterion_id, coalesce(b.indicator_id, a.indicator_id) AS indicator_id,
    CASE WHEN a.value IS NULL THEN 'added' WHEN b.value IS NULL THEN 'removed' ELSE 'revised' END AS change,
    a.value AS old_value, b.value AS new_value, a.score AS old_score, b.score AS new_score
FROM old.mart.indicator_score AS a
FULL JOIN new.mart.indicator_score AS b
    USING (edition_id, framework_id, basis, community_id, indicator_id)
WHERE a.value IS DISTINCT FROM b.value
"""

_MOVED = """
WITH RECURSIVE above AS (
    SELECT framework_id, criterion_id, criterion_id AS ancestor_id FROM new.core.criterion
    UNION
    SELECT above.framework_id, above.criterion_id, c.parent_id
    FROM above JOIN new.core.criterion AS c
        ON c.framework_id = above.framework_id AND c.criterion_id = above.ancestor_id
    WHERE c.parent_id IS NOT NULL
),
figures AS (
    SELECT f.edition_id, f.framework_id, f.basis, f.community_id, above.ancestor_id AS criterion_id,
        string_agg(DISTINCT 'figure ' || f.change || ': ' || f.indicator_id, '; ' ORDER BY 'figure ' || f.change || ': '
            || f.indicator_id) AS causes
    FROM figure AS f JOIN above USING (framework_id, criterion_id)
    GROUP BY ALL
),
screened AS (
    SELECT DISTINCT b.edition_id, b.framework_id, b.basis
    FROM old.mart.screening AS a JOIN new.mart.screening AS b
        USING (edition_id, framework_id, basis, indicator_id)
    WHERE a.is_compared <> b.is_compared
),
pairs AS (
    SELECT b.edition_id, b.framework_id, b.basis, b.criterion_id, b.community_id,
        a.score AS old_score, b.score AS new_score, a.rank AS old_rank, b.rank AS new_rank,
        old_score.method_hash <> new_score.method_hash AS is_method
    FROM old.mart.benchmark AS a
    JOIN new.mart.benchmark AS b USING (edition_id, framework_id, basis, criterion_id, community_id)
    JOIN old.mart.score AS old_score USING (edition_id, framework_id, basis, criterion_id, community_id)
    JOIN new.mart.score AS new_score USING (edition_id, framework_id, basis, criterion_id, community_id)
    WHERE a.rank IS DISTINCT FROM b.rank OR (a.score IS NULL) <> (b.score IS NULL) OR abs(a.score - b.score) > 1e-9
)
SELECT pairs.* EXCLUDE (is_method),
    coalesce(nullif(concat_ws('; ', figures.causes, CASE WHEN is_method THEN 'method' END,
        CASE WHEN screened.edition_id IS NOT NULL AND old_score IS DISTINCT FROM new_score
            THEN 'peers: an indicator is compared now, or no more' END), ''),
        CASE WHEN old_score IS NOT DISTINCT FROM new_score THEN 'peers' WHEN ? THEN 'registry' ELSE 'program' END
    ) AS cause
FROM pairs
LEFT JOIN figures USING (edition_id, framework_id, basis, criterion_id, community_id)
LEFT JOIN screened USING (edition_id, framework_id, basis)
ORDER BY edition_id, framework_id, basis, criterion_id, new_rank NULLS LAST, community_id
"""

_CHANGED = """
SELECT a.registry_sha256 <> b.registry_sha256 AS registry, a.method_sha256 <> b.method_sha256 AS method,
    a.code_version <> b.code_version AS program
FROM old.audit.run AS a, new.audit.run AS b
"""


@dataclass(frozen=True)
class Difference:
    """What differs between two releases.

    Attributes:
        moved: a row for each score or rank that moved, with its cause.
        figures: a row for each scored figure that was added, removed or revised.
        changed: whether registry, method and program are others.
    """

    moved: pd.DataFrame
    figures: pd.DataFrame
    changed: dict[str, bool]


def difference(home: Home, old: str, new: str) -> Difference:
    """Compare two releases.

    Args:
        home: where they lie.
        old: number of the one to compare with.
        new: number of the one that is compared.

    Raises:
        ReleaseError: one is not there, or is too old to have the tables that are compared.
    """
    with _both(home, old, new) as connection:
        changed = {str(name): bool(value) for name, value in connection.execute(_CHANGED).df().iloc[0].items()}
        connection.execute(_FIGURES)
        figures = connection.execute(
            "FROM figure ORDER BY edition_id, framework_id, basis, community_id, indicator_id"
        ).df()
        moved = connection.execute(_MOVED, [changed["registry"]]).df()
    return Difference(moved, figures, changed)


@contextmanager
def _both(home: Home, old: str, new: str) -> Iterator[duckdb.DuckDBPyConnection]:
    paths = {"old": locate(home, old), "new": locate(home, new)}
    with duckdb.connect(":memory:") as connection:
        try:
            for name, path in paths.items():
                quoted = str(path).replace("'", "''")
                connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise ReleaseError(
                f"{old} and {new} cannot be compared: one was written by another version and lacks a table ({error})"
            ) from error
        except duckdb.Error as error:
            raise ReleaseError(f"{old} and {new} cannot be compared: {error}") from error
