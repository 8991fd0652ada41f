"""The facts of one release, named in the language of the pack and with their sources at hand.

Put here: names of places, criteria and indicators, and the one object that the makers of rows share.
Not here: making rows (`content.py`, `register.py`, `peers.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.citations import Citations

Row = dict[str, Any]


class Facts:
    """Rows of one release by the name of their question.

    Args:
        tables: what `questions.collect` gives.
        translate: language of names and sentences.

    Raises:
        LookupError: the release knows no such community, framework or edition.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], translate: Translator) -> None:
        self.rows: dict[str, list[Row]] = {
            name: [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False)]
            for name, table in tables.items()
        }
        if not self.rows["cover"]:
            raise LookupError("The release knows no such community, framework or edition.")
        self.translate = translate
        self.cover = self.rows["cover"][0]
        self.framework: str = self.cover["framework_id"]
        self.criterion = {row["criterion_id"]: row for row in self.rows["criterion"]}
        self.indicator = {row["indicator_id"]: row for row in self.rows["indicator"]}
        self._place = {row["community_id"]: self._local(row) for row in self.rows["community"]}
        self.cite = Citations(
            {row["observation_id"]: row for row in self.rows["observation"]},
            {row["document_id"]: row for row in self.rows["document"]},
        )

    def place(self, community_id: str | None) -> str:
        """Name of a community; nothing for none."""
        return self._place[community_id] if community_id else ""

    def name(self, row: Mapping[str, Any]) -> str:
        """Name of what a row is about; in English where the registry has no other."""
        return str((row.get("name_vi") if self.translate.code == "vi" else None) or row["name"])

    def indicator_name(self, indicator_id: str | None) -> str:
        """Name of an indicator; nothing for none."""
        return self.name(self.indicator[indicator_id]) if indicator_id else ""

    def words(self, row: Mapping[str, Any], column: str) -> str:
        """A text that the release holds in both languages."""
        return row[f"{column}_vi" if self.translate.code == "vi" else column] or ""

    def factor(self, criterion_id: str) -> dict[str, str]:
        """Code and name of the factor above a criterion; the framework itself where it belongs to none."""
        row = self.criterion[criterion_id]
        while row["level"] > 1:
            row = self.criterion[row["parent_id"]]
        name = self.name(row) if row["level"] else self.translate("The community as a whole")
        return {"factor_id": row["criterion_id"], "factor": name}

    def scope(self, criterion_id: str | None) -> dict[str, str]:
        """Code and name of a scope of the community's own programme framework; empty for none."""
        if not criterion_id:
            return {"scope_id": "", "scope": ""}
        return {"scope_id": criterion_id, "scope": self.name(self.criterion[criterion_id])}

    def _local(self, row: Mapping[str, Any]) -> str:
        is_local = self.translate.code == "vi" and row["country_id"] == "VNM"
        return (row["local_name"] if is_local else None) or row["name"]


def grouped(rows: Iterable[Mapping[str, Any]], key: str, value: str) -> dict[str, list[Any]]:
    """Values of the rows of each key, in their order; an empty list for another key."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row[value])
    return found


def picked(row: Mapping[str, Any], *names: str) -> Row:
    """Some of the columns as they are."""
    return {name: row[name] for name in names}


def texts(row: Mapping[str, Any], *names: str) -> Row:
    """Some of the columns as text; empty for missing."""
    return {name: row[name] or "" for name in names}
