"""Answers of the statistical services in their true shapes, for the replay server.

Put here: what each service's answer looks like, and where its figures come from.
Not here: serving (`server.py`), breaking (`faults.py`).

    python tests/support/replay/make_replies.py      writes tests/replies anew

The questions are those that the sources' files ask. A figure is one of the registry's own curated figures of the same
publisher, or it is printed the way the service prints a missing one. Where a service cannot print "missing", the
figure is the trial value below; its entry in the index says `figures: trial`.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pipelines.readers import reader_of
from pipelines.readers.base import Request
from pipelines.tile_grid import column_at, quadkeys, row_at
from warehouse.registry import Registry, load_registry
from warehouse.registry.entry import AREA_LEVELS
from warehouse.registry.sources import Source

REPLIES = Path(__file__).parents[2] / "replies"
TRIAL = 1111
"""No figure of any place: what is printed where a service has no way to print that it knows none."""
YEARS = range(2015, 2022)
"""The window of the edition of 2019."""

Known = Callable[[str, str, int], str | None]


def known(root: Path, file: str, publisher: str) -> Known:
    """Look up a curated figure of a publisher by series, area and year; one of the area itself before a wider one."""
    found: dict[tuple[str, str, int], str] = {}
    with (root / "curated" / file).open(encoding="utf-8", newline="") as rows:
        own_first = sorted(
            csv.DictReader(rows), key=lambda row: (row["is_proxy"], AREA_LEVELS.index(row["area_level"]))
        )
        for row in own_first:
            if publisher in row["publisher"]:
                found.setdefault((row["series"], row["area"], int(row["year"][:4])), row["value"])
    return lambda series, area, year: found.get((series, area, year))


class Replies:
    """The answers, one method a source: bytes of an answer, and whether its figures are real."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def local(self, publisher: str) -> Known:
        """Curated figures of communities."""
        return known(self.registry.root, "community_statistics.csv", publisher)

    def world_bank(self, source: Source, request: Request) -> tuple[bytes, str]:
        code = request.names["indicator"]
        figure = known(self.registry.root, "national_series.csv", "World Bank")
        unit = next(item.unit for item in source.series if item.code == code)
        rows = [
            {
                "indicator": {"id": code, "value": unit},
                "country": {"id": area.code[:2], "value": area.name},
                "countryiso3code": area.code,
                "date": str(year),
                "value": number(figure(code, area.code, year)),
                "unit": "",
                "obs_status": "",
                "decimal": 0,
            }
            for area in source.areas
            for year in reversed(YEARS)
            if figure(code, area.code, year) or year == YEARS[-1]
        ]
        about = {"page": 1, "pages": 1, "per_page": 1000, "total": len(rows), "sourceid": "2"}
        return compact([about | {"lastupdated": "2026-07-13"}, rows]), "real"

    def us_census_acs(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure = self.local("ACS")
        series = {
            "S0101_C01_001E": "population",
            "S0101_C01_032E": "median_age",
            "S1501_C02_014E": "secondary_completed_pct",
            "S1501_C02_015E": "bachelor_degree_or_higher_pct",
            "S1701_C03_001E": "poverty_rate",
            "S1901_C01_012E": "median_household_income",
        }
        names = request.parameters["get"].split(",")
        state = request.parameters["in"].removeprefix("state:")
        year = int(request.names["year"])
        rows: list[list[str | None]] = [[*names, "state", "place"]]
        for place in request.parameters["for"].removeprefix("place:").split(","):
            area = next(area for area in source.areas if area.code == state + place)
            cells = [figure(series.get(name, ""), area.area, year) for name in names[1:]]
            rows.append([area.name, *(plain(cell) for cell in cells), state, place])
        return json.dumps(rows).encode(), "real"

    def us_bls_laus(self, source: Source, request: Request) -> tuple[bytes, str]:
        area = next(area for area in source.areas if area.code == request.names["area"])
        figure = None if area.area == "chicago" else self.local("BLS")("unemployment_rate", area.area, 2019)
        rows = [{"year": "2019", "period": "M13", "periodName": "Annual", "value": figure or "-", "footnotes": [{}]}]
        rows += [{"year": "2019", "period": "M12", "periodName": "December", "value": "-", "footnotes": [{}]}]
        series = [{"seriesID": f"LAU{area.code}03", "data": rows}]
        about = {"status": "REQUEST_SUCCEEDED", "responseTime": 114, "message": []}
        return compact(about | {"Results": {"series": series}}), "real"

    def statcan_census_profile(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure = self.local("Statistics Canada")
        series = {
            "1": "population",
            "6": "population_density",
            "7": "land_area_km2",
            "229": "median_household_income",
            "230": "median_household_income_after_tax",
            "238": "average_household_income",
            "2228": "labour_force_participation_rate",
            "2229": "employment_rate",
            "2230": "unemployment_rate",
        }
        header = "DATAFLOW,FREQ,TIME_PERIOD,REF_AREA,GENDER,CHARACTERISTIC,STATISTIC,OBS_VALUE,DECIMALS,FLAG"
        lines = [header]
        for area in source.areas:
            if area.code not in request.url:
                continue
            for code in request.names["characteristics"].split("+"):
                year = 2020 if code in ("229", "230", "238") else 2021
                value = figure(series.get(code, ""), area.area, year)
                lines.append(f"STC_CP:DF(1.3),A5,2021,{area.code},1,{code},1,{value or ''},1,{'' if value else '1'}")
        return "\n".join(lines).encode("latin-1"), "real"

    def abs_census(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure = self.local("ERP")
        measure = request.names["measure"]
        lines = ["DATAFLOW,MEDAVG,REGION,REGION_TYPE,STATE,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS,OBS_COMMENT"]
        for area in source.areas:
            for year in (2019,) if measure == "ERP" else (2021,):
                value = figure("population", area.area, year) if measure == "ERP" else None
                lines.append(f"ABS:F(1.0.0),{measure},{area.code},LGA2021,4,{year},{value or ''},,,")
        return "\n".join(lines).encode(), "real"

    def ibge_aggregates(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure = self.local("IBGE")
        asked = {
            "6579": [("9324", "População residente estimada", "Pessoas", "population", range(2015, 2022))],
            "5938": [("37", "Produto Interno Bruto a preços correntes", "Mil Reais", "gdp_total", (2021,))],
            "4714": [
                ("93", "População residente", "Pessoas", "population", (2022,)),
                ("6318", "Área da unidade territorial", "Quilômetros quadrados", "land_area_km2", (2018,)),
                ("614", "Densidade demográfica", "Habitante por quilômetro quadrado", "population_density", (2022,)),
            ],
        }
        place = {"id": "4106902", "nivel": {"id": "N6", "nome": "Município"}, "nome": "Curitiba (PR)"}
        table = request.url.split("/agregados/")[1].split("/")[0]
        found = []
        for code, name, unit, series, years in asked[table]:
            values = {str(year): figure(series, "curitiba", year) or "..." for year in years}
            rows = [{"classificacoes": [], "series": [{"localidade": place, "serie": values}]}]
            found.append({"id": code, "variavel": name, "unidade": unit, "resultados": rows})
        return json.dumps(found, ensure_ascii=False).encode(), "real"

    def insee_melodi(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure, measure = self.local("INSEE"), request.names["measure"]
        series, dimension, year = {
            "PMUN": ("population", "POPREF_MEASURE", 2022),
            "MED_SL": ("household_income_median", "FILOSOFI_MEASURE", 2021),
            "PR_MD60": ("poverty_rate", "FILOSOFI_MEASURE", 2021),
        }[measure]
        value = {"OBS_VALUE_NIVEAU": {"value": number(figure(series, "issy", year))}}
        dimensions = {"GEO": "2025-COM-92040", "FREQ": "A", "TIME_PERIOD": str(year), dimension: measure}
        rows = [{"dimensions": dimensions, "measures": value}]
        about = {"identifier": request.url.rsplit("/", 1)[1], "observations": rows, "paging": {"first": request.url}}
        return json.dumps(about).encode(), "real"

    def eurostat_cities(self, source: Source, request: Request) -> tuple[bytes, str]:
        names = {"indic_ur": request.names["indicator"], "cities": request.names["city"]}
        return jsonstat({"freq": "A", **names}, {"2019": TRIAL}), "trial"

    def eurostat_regions(self, source: Source, request: Request) -> tuple[bytes, str]:
        series = {"MIO_EUR": "gdp_total", "EUR_HAB": "gdp_per_capita", "NR": "population", "PC": "tertiary_education"}
        area = next(area for area in source.areas if area.code == request.names["region"])
        figure = self.local("Eurostat")
        values = {str(year): figure(series[request.names["measure"]], area.area, year) for year in range(2015, 2020)}
        figures = "real" if any(values.values()) else "trial"
        if figures == "trial":
            values = {"2019": str(TRIAL)}
        return jsonstat({"freq": "A", "unit": request.names["measure"], "geo": area.code}, values), figures

    def nso_viet_nam(self, source: Source, request: Request) -> tuple[bytes, str]:
        return FORM.encode(), "real"

    def nso_viet_nam_file(self) -> bytes:
        """What the form answers: JSON-stat of the older kind, with a zero byte at its end."""
        figure = self.local("GSO")
        items = {
            "Area (Km2(*)": "land_area_km2",
            "Average population (Thous. pers.)": "population",
            "Population density (Person/km2)": "population_density",
        }
        years = [str(year) for year in YEARS]
        cells = [figure(series, "binh_duong", int(year)) for year in years for series in items.values()]
        axes = {"Cities, provincies": [" WHOLE COUNTRY", "Binh  Duong"], "Year": years, "Items": list(items)}
        dimension: dict[str, Any] = {"id": list(axes), "size": [len(labels) for labels in axes.values()], "role": {}}
        for name, labels in axes.items():
            index = {str(place): place for place in range(len(labels))}
            label = dict(zip(index, labels, strict=True))
            dimension[name] = {"label": name, "category": {"index": index, "label": label}}
        value = [None] * len(cells) + [number(cell) for cell in cells]
        about = {"label": "Area, population and population density by province", "updated": "9999-12-31T16:59:59Z"}
        return json.dumps({"dataset": {"dimension": dimension, **about, "value": value}}).encode() + b"\0"

    def taiwan_ris(self, source: Source, request: Request) -> tuple[bytes, str]:
        year = request.names["roc_year"]
        figure = self.local("MOI household registration")
        header = {"statistic_yyy": "統計年", "site_id": "區域別", "people_total": "年底人口數", "area": "土地面積"}
        rows = [header]
        for area in source.areas:
            people = figure("population", area.area, int(year) + 1911)
            for part, share in (("東區", people or ""), ("西區", "0" if people else "")):
                cells = {"statistic_yyy": year, "site_id": area.code + part, "people_total": share, "area": ""}
                rows.append(cells)
        about = {"responseCode": "OD-0101-S", "responseMessage": "處理完成", "totalPage": "1", "page": "1"}
        document = about | {"totalDataSize": str(len(rows)), "responseData": rows}
        return "\N{BOM}".encode() + json.dumps(document, ensure_ascii=False).encode(), "real"

    def statcan_wds(self, source: Source, request: Request) -> tuple[bytes, str]:
        rows = ["REF_DATE,GEO,DGUID,UOM,UOM_ID,SCALAR_FACTOR,SCALAR_ID,VECTOR,COORDINATE,VALUE,STATUS,SYMBOL"]
        rows += [f'2019,"{area.code}",,Dollars,81,millions,6,v1,1.1,,..,' for area in source.areas]
        return zipped("36100468.csv", "\ufeff" + "\r\n".join(rows)), "real"

    def cbs_netherlands(self, source: Source, request: Request) -> tuple[bytes, str]:
        cell = {"Id": 1, "Measure": "M000352", "ValueAttribute": "None", "Value": None, "StringValue": None}
        where = {"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019", "RegioS": "GM0772"}
        rows = [cell | where | {"Id": year, "Perioden": f"{year}JJ00"} for year in YEARS]
        return compact({"@odata.context": "$metadata#Observations", "value": rows}), "real"

    def oecd_fua(self, source: Source, request: Request) -> tuple[bytes, str]:
        measure = "POP_DEN" if "DENSITY" in request.url else "GDP"
        lines = ["DATAFLOW,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,DECIMALS"]
        lines += [f"OECD.CFE.EDS:F(1.1),{area.code},A,{measure},,2019,{TRIAL},A,0,2" for area in source.areas]
        return "\n".join(lines).encode(), "trial"

    def who_air_quality(self, source: Source, request: Request) -> tuple[bytes, str]:
        figure, workbook = self.local("WHO"), openpyxl.Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet.title = "Update 2024 (V6.1)"
        measures = ("pm25", "pm10", "no2")
        sheet.append(
            ["who_region", "iso3", "country_name", "city", "year", *(f"{name}_concentration" for name in measures)]
        )
        for area in source.areas:
            for year in YEARS:
                cells = [number(figure(f"{name}_annual_mean", area.area, year)) for name in measures]
                sheet.append(["", area.code[-3:], "", area.code, year, *cells])
        made = io.BytesIO()
        workbook.save(made)
        return made.getvalue(), "real"

    def unesco_uis(self, source: Source, request: Request) -> tuple[bytes, str]:
        same = {"GER.5T8": "SE.TER.ENRR", "EXPGDP.TOT": "GB.XPD.RSDV.GD.ZS", "RESDEN.INHAB.TFTE": "SP.POP.SCIE.RD.P6"}
        figure = known(self.registry.root, "national_series.csv", "World Bank")
        code = request.names["indicator"]
        rows = [
            {
                "indicatorId": code,
                "geoUnit": area.code,
                "year": year,
                "value": value,
                "magnitude": None,
                "qualifier": None,
            }
            for area in source.areas
            for year in YEARS
            if (value := number(figure(same.get(code, ""), area.code, year))) is not None or year == YEARS[-1]
        ]
        return compact({"hints": [], "records": rows, "indicatorMetadata": []}), "real"

    def openalex(self, source: Source, request: Request) -> tuple[bytes, str]:
        count = TRIAL + [area.code for area in source.areas].index(request.names["country"])
        rows = [{"key": str(year), "key_display_name": str(year), "count": count} for year in (2019, 2018)]
        return compact({"meta": {"count": 2 * count, "groups_count": 2}, "results": [], "group_by": rows}), "trial"

    def wikidata(self, source: Source, request: Request) -> tuple[bytes, str]:
        rows = [
            {name: {"type": "literal", "value": text} for name, text in cells.items()}
            for area in source.areas
            for cells in ({"code": area.code, "km2": str(TRIAL), "year": "2026"},)
        ]
        return compact({"head": {"vars": ["code", "km2", "year"]}, "results": {"bindings": rows}}), "trial"

    def kosis(self, source: Source, request: Request) -> tuple[bytes, str]:
        about = {"ORG_ID": "101", "TBL_ID": "DT_1B040A3", "C1": "30", "C1_NM": "대전광역시", "ITM_ID": "T20"}
        rows = [about | {"PRD_SE": "A", "PRD_DE": str(year), "DT": "-", "UNIT_NM": "명"} for year in YEARS]
        return json.dumps(rows, ensure_ascii=False).encode(), "real"

    def data_gov_in(self, source: Source, request: Request) -> tuple[bytes, str]:
        place = {"country": "India", "state": "Gujarat", "city": "Surat", "station": "Science Center, Surat - SMC"}
        when = {"last_update": "21-11-2026 10:00:00", "pollutant_id": "PM2.5"}
        rows = [place | when | {"min_value": "NA", "max_value": "NA", "avg_value": "NA"}]
        return compact({"status": "ok", "total": 1, "count": 1, "limit": "100", "offset": "0", "records": rows}), "real"

    def ghs_ucdb(self, source: Source, request: Request) -> tuple[bytes, str]:
        lines = ["ID_HDC_G0,UC_NM_MN,CTR_MN_NM,AREA,P15,E_CPM2_T14"]
        lines += [f'{area.code},"{area.name}",,,NAN,NAN' for area in source.areas]
        return zipped("GHS_STAT_UCDB2015MT_GLOBE_R2019A_V1_2.csv", "\n".join(lines)), "real"

    def geoboundaries(self, source: Source, request: Request) -> tuple[bytes, str]:
        features = []
        for name, iso, country, level, longitude, latitude in OUTLINES:
            if f"{country}-{level}_" in request.url:
                ring = [
                    [longitude + dx, latitude + dy] for dx, dy in ((0, 0), (0.02, 0), (0.02, 0.02), (0, 0.02), (0, 0))
                ]
                about = {"shapeName": name, "shapeISO": iso, "shapeGroup": country, "shapeType": level}
                about["shapeID"] = f"trial-{name}"
                features.append(
                    {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}
                )
        return compact({"type": "FeatureCollection", "features": features}), "trial"

    def ookla(self, source: Source, request: Request) -> tuple[bytes, str]:
        middle = pd.DataFrame([(x + 0.01, y + 0.01) for *_, x, y in OUTLINES], columns=["tile_x", "tile_y"])
        columns, rows = column_at(middle["tile_x"].to_numpy()), row_at(middle["tile_y"].to_numpy())
        tiles = middle.assign(
            quadkey=quadkeys(columns.astype("int64"), rows.astype("int64")), avg_d_kbps=100 * TRIAL, avg_u_kbps=TRIAL,
            avg_lat_ms=int(request.names["year"]), tests=1, devices=1, tile=request.names["type"],
        )  # fmt: skip
        made = io.BytesIO()
        table = pa.Table.from_pandas(tiles, preserve_index=False).replace_schema_metadata(None)
        pq.write_table(table, made, compression="zstd", write_statistics=False)
        return made.getvalue(), "trial"


OUTLINES = [
    ("Abbotsford", "", "CAN", "ADM3", -122.30, 49.04),
    ("Winnipeg", "", "CAN", "ADM3", -97.14, 49.88),
    ("Adelaide", "", "AUS", "ADM2", 138.59, -34.94),
    ("Prospect", "", "AUS", "ADM2", 138.59, -34.89),
    ("Sunshine Coast", "", "AUS", "ADM2", 153.05, -26.66),
    ("Curitiba", "", "BRA", "ADM2", -49.28, -25.44),
    ("Surat", "", "IND", "ADM2", 72.82, 21.18),
    ("Eindhoven", "", "NLD", "ADM2", 5.47, 51.43),
    ("Nairobi", "KE-30", "KEN", "ADM1", 36.81, -1.30),
    ("Daejeon", "KR-30", "KOR", "ADM1", 127.38, 36.34),
    ("Moscow", "RU-MOW", "RUS", "ADM1", 37.61, 55.74),
    ("Binh Duong", "VN-57", "VNM", "ADM1", 106.65, 11.16),
]
"""Squares of 0.02 degrees in our communities, not their outlines: name, ISO code, country, level, south-west corner."""

FORM = """<!DOCTYPE html>
<html><head><title>E02.01</title></head><body>
<form method="post" action="./">
<input type="hidden" name="__VIEWSTATE" value="c3RhdGU=" /><input type="hidden" name="__EVENTVALIDATION" value="dmFs" />
<select name="ctl00$ValuesListBox1" multiple="multiple"><option value="0"> WHOLE COUNTRY</option>
<option value="1">Binh  Duong</option></select>
<select name="ctl00$ValuesListBox2" multiple="multiple"><option value="0">2015</option></select>
<select name="ctl00$ValuesListBox3" multiple="multiple"><option value="0">Area (Km2(*)</option></select>
<select name="ctl00$OutputFormats"><option value="FileTypePX">PX</option>
<option value="FileTypeJsonStat">JSON-stat</option></select>
<input type="submit" name="ctl00$ButtonViewTable" value="Continue" />
</form></body></html>
"""


def compact(document: object) -> bytes:
    """JSON without blanks."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def number(text: str | None) -> float | int | None:
    """A printed figure as the number that JSON carries."""
    if text is None:
        return None
    return int(text) if text.isdecimal() else float(text)


def plain(text: str | None) -> str | None:
    """A figure as the Census Bureau prints it: text, whole numbers without a fraction."""
    return None if text is None else f"{float(text):.10g}"


def zipped(name: str, text: str) -> bytes:
    """A ZIP file with one file in it, the same bytes each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
    return made.getvalue()


def jsonstat(dimensions: dict[str, str], values: dict[str, Any]) -> bytes:
    """JSON-stat 2.0 with one value in each dimension but time; values are sparse."""
    axes = {name: [code] for name, code in dimensions.items()} | {"time": list(values)}
    category = {
        name: {
            "label": name,
            "category": {
                "index": {code: place for place, code in enumerate(codes)},
                "label": {code: code for code in codes},
            },
        }
        for name, codes in axes.items()
    }
    cells = {str(place): number(str(text)) for place, text in enumerate(values.values()) if text is not None}
    about = {"version": "2.0", "class": "dataset", "source": "ESTAT", "updated": "2026-10-01T11:00:00+0200"}
    return compact(
        about
        | {"value": cells, "id": list(axes), "size": [len(codes) for codes in axes.values()], "dimension": category}
    )


def entries(source: Source, replies: Replies) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What the index says of each answer, and its bytes."""
    endings = {"json_records": "json", "jsonstat": "json", "sdmx_csv": "csv", "pxweb_form": "html", "tiles": "parquet"}
    ending = endings.get(source.reader.kind) or ("xlsx" if getattr(source.reader, "format", "") == "xlsx" else "zip")
    make = getattr(replies, source.id)
    for place, request in enumerate(reader_of(source).plan(source), start=1):
        body, figures = make(source, request)
        about: dict[str, Any] = {
            "url": request.url.replace("|", "%7C"),
            "file": f"{place:02}.{ending}",
            "figures": figures,
        }
        yield about | ({"parameters": dict(request.parameters)} if request.parameters else {}), body
        if source.id == "nso_viet_nam":
            yield (
                {"url": request.url, "method": "POST", "file": "file.json", "figures": "real"},
                replies.nso_viet_nam_file(),
            )


def write(folder: Path) -> None:
    """Write all answers and their indexes."""
    registry = load_registry()
    replies = Replies(registry)
    for source in registry.sources:
        if source.calls:
            _write(source, replies, folder / source.id)


def _write(source: Source, replies: Replies, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    index, files = [], {}
    for about, body in entries(source, replies):
        about["file"] = files.setdefault(body, about["file"])  # equal answers are stored once
        index.append(about)
    for body, name in files.items():
        (folder / name).write_bytes(body)
    text = yaml.safe_dump(index, sort_keys=False, allow_unicode=True, width=120)
    (folder / "index.yml").write_text("# Written by tests/support/replay/make_replies.py\n" + text, "utf-8")


if __name__ == "__main__":
    write(REPLIES)
