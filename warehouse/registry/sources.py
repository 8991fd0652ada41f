"""Models of a source: who publishes, under which licence, how it is asked, how its answers are read, what they mean.

Put here: what one file of `sources/` must look like by itself.
Not here: asking (`pipelines/fetch.py`), reading (`pipelines/readers`), links to other entries (`check.py`).
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from warehouse.registry.entry import AreaLevel, Entry, Id, Quality, Text

Template = Annotated[
    Text,
    Field(description="text in which {name} stands for a column of the answer's table or a name in the call's `each`"),
]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", description="name of an environment variable")]


class Series(Entry):
    """One series of a source, in one printed unit, and what it is to us."""

    code: Text
    unit: str = Field(description="printed unit; part of the key, since one name often hides several measures")
    indicator: Id
    comparability: Id = Field(description="comparability class of the indicator")


class Declined(Entry):
    """A series that is staged but becomes no observation, with the reason."""

    code: Text
    unit: str | None = Field(None, description="a single printed unit; all units of the series when left out")
    reason: Text


class SourceArea(Entry):
    """An area as the source writes it, and the community or country it speaks for."""

    code: Text = Field(description="the source's code; its label where codes are positional")
    area: Text = Field(description="id of the community, or of the country")
    name: Text = Field(description="the area's own name")
    level: AreaLevel
    is_proxy: bool = Field(False, description="a wider or other area than the community's own")


class Key(Entry):
    """A secret that the service asks for; it lives in the environment only."""

    variable: Variable
    parameter: Text | None = Field(None, description="query parameter that carries it")
    header: Text | None = Field(None, description="header that carries it")
    is_required: bool = True
    sign_up: Text = Field(description="where a key is to be had")

    @model_validator(mode="after")
    def _carried(self) -> Self:
        if (self.parameter is None) == (self.header is None):
            raise ValueError("a key travels in a parameter or in a header: name one of the two")
        return self


class Pace(Entry):
    """How often the host may be asked."""

    calls: int = Field(ge=1)
    seconds: float = Field(gt=0)
    reason: Text = Field(description="the publisher's rule, or why we keep this one")
    final: tuple[int, ...] = Field(
        (), description="statuses by which this host answers wrong questions though others mean trouble: 500 at some"
    )


class Call(Entry):
    """A request, or one for each combination of the lists in `each`."""

    url: Text = Field(description="may hold {names} of `each`")
    method: Literal["GET", "POST"] = "GET"
    parameters: dict[str, str] = Field(default_factory=dict, description="may hold {names} too")
    body: dict[str, object] | None = Field(None, description="JSON of a POST")
    each: dict[Id, tuple[Text, ...]] = Field(
        default_factory=dict,
        description="values by name; the word `areas` stands for the codes of `areas`, `series` for those of `series`, "
        "`years` for the source's years",
    )


class Years(Entry):
    """Years that the service can be asked for one by one; each is a partition of the source."""

    first: int = Field(ge=1990)
    last: int = Field(le=2100)


class Numbers(Entry):
    """How the source writes numbers."""

    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " "] = ""
    zero: tuple[Text, ...] = Field((), description="marks by which the source means nothing at all, a true 0")
    missing: dict[str, Text] = Field(
        default_factory=dict, description='marks instead of a figure, and what they mean; "" for an empty field'
    )


class Calendar(Entry):
    """How the source writes years."""

    pattern: Text = Field(r"(?P<year>\d{4})", description="regular expression with a group `year`, matched in full")
    offset: int = Field(0, description="added to the year: 1911 for the calendar of the Republic of China")


class Fields(Entry):
    """Which columns of the answer's table make a figure.

    Blanks at both ends of series, area and unit are dropped, and runs of blanks within them count as one.
    """

    split: dict[Text, Text] = Field(
        default_factory=dict,
        description="column -> regular expression that it is matched against in full; its named groups become columns "
        "(a code inside a longer one, a unit in brackets), empty where it does not match",
    )
    keep: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict, description="column -> values; other rows stay in the stored answer only"
    )
    add_up: bool = Field(
        False,
        description="rows of the same series, unit, area and year are parts of one figure (townships of a city) and "
        "are added up; where one part is missing, so is the figure",
    )
    series: Template
    area: Template
    year: Template
    value: Template
    unit: Template | None = Field(
        None, description="left out where the source prints none: the unit that `series` states for the code"
    )
    area_name: Template | None = Field(None, description="the name in `areas` when left out")
    note: Template | None = Field(None, description="flags and remarks of the source")


class FiguresCsv(Entry):
    """A file of the registry in the benchmark's own columns: one row a figure."""

    kind: Literal["figures_csv"]
    path: Text = Field(description="file, relative to the registry")


class DropFolder(Entry):
    """Files that the province's own staff put into a folder."""

    kind: Literal["drop_folder"]
    folder: Text = Field(description="relative to the home folder")
    variable: Variable | None = Field(None, description="environment variable that may name another folder")


class Paging(Entry):
    """How the next page is found."""

    rule: Literal["page", "offset", "next_link"]
    parameter: Text | None = Field(
        None, description="query parameter of the page number, the offset, or of a next link that is only a mark"
    )
    first: int = Field(1, description="number of the first page; offsets begin at 0")
    size: int | None = Field(None, ge=1, description="rows a page; a page with fewer is the last where no `total` is")
    total: Text | None = Field(None, description="path to the number of pages (`page`) or of rows (`offset`)")
    link: Text | None = Field(None, description="path to the address of the next page, for `next_link`")
    most: int = Field(200, ge=1, description="pages after which paging counts as endless")

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.rule == "next_link" and self.link is None:
            raise ValueError("the rule next_link needs `link`, the path to the next address")
        if self.rule != "next_link" and self.parameter is None:
            raise ValueError(f"the rule {self.rule} needs `parameter`, which carries the page number or offset")
        if self.rule == "page" and self.size is None and self.total is None:
            raise ValueError("the rule page needs `total` or `size`, to know the last page")
        if self.rule == "offset" and self.size is None:
            raise ValueError("the rule offset needs `size`, the rows a page")
        return self


class JsonRecords(Entry):
    """JSON with a list of rows somewhere.

    Paths are names and positions joined by dots; `*` goes through a list, or through an object, whose names and
    values are then `key` and `value`. Columns are paths too, counted from the first `*`: with the rows
    `Results.series.*.data` there are {seriesID} and {data.value}; with `*.results.*.serie.*` {results.serie.key}. A `*`
    within a column is the first that holds something: {measures.*.value}.
    """

    kind: Literal["json_records"]
    rows: str = Field(description="path to the rows; empty for the whole answer; more than one `*` unnests")
    header: bool = Field(False, description="rows are lists and the first of them names the columns")
    melt: dict[str, Text] = Field(
        default_factory=dict,
        description="columns that are series of their own -> the text of {variable}; the cell is {value}",
    )
    errors: tuple[Text, ...] = Field(
        (), description="paths whose presence means that the answer is an error; also path=text and path!=text"
    )
    paging: Paging | None = None
    fields: Fields


class JsonStat(Entry):
    """JSON-stat 1.x or 2.0: `{dimension}` is the code, `{dimension.label}` the label, then `{value}` and `{status}`.

    Where codes are mere positions, as in PX-Web's 1.x, they shift from table to table: name the label.
    """

    kind: Literal["jsonstat"]
    errors: tuple[Text, ...] = ()
    fields: Fields


class SdmxCsv(Entry):
    """SDMX-CSV; columns are those of the file."""

    kind: Literal["sdmx_csv"]
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    fields: Fields


class Table(Entry):
    """CSV, XLSX or Parquet, from a local folder or an address."""

    kind: Literal["table"]
    format: Literal["csv", "xlsx", "parquet"]
    member: Text | None = Field(None, description="file inside a ZIP")
    sheet: Text | None = None
    delimiter: Literal[",", ";", "\t"] = ","
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    skip: int = Field(0, ge=0, description="rows above the header")
    folder: Text | None = Field(None, description="local folder relative to the home, instead of requests")
    melt: dict[str, Text] = Field(
        default_factory=dict,
        description="columns that are series of their own -> the text of {variable}; the cell is {value}",
    )
    fields: Fields


class PxwebForm(Entry):
    """PX-Web's ASP.NET page: ask for the form, send it back with everything selected, read JSON-stat."""

    kind: Literal["pxweb_form"]
    fields: Fields


class Tiles(Entry):
    """Map tiles in Parquet, joined to the boundaries of communities; weighted means by area."""

    kind: Literal["tiles"]
    boundaries: Id = Field(description="source whose stored answers hold the boundaries as GeoJSON")
    value: dict[str, Text] = Field(description="column to be averaged -> series code")
    weight: Text = Field(description="column of weights")


Reader = Annotated[
    FiguresCsv | DropFolder | JsonRecords | JsonStat | SdmxCsv | Table | PxwebForm | Tiles,
    Field(discriminator="kind"),
]


class Source(Entry):
    """Where figures come from, complete before the first is read."""

    id: Id
    name: Text
    producer: Text
    citation: Text
    url_main: Text
    licence: Text
    licence_url: Text
    is_open: bool = Field(description="may be used commercially, with attribution")
    rank: int = Field(ge=1, description="1 is trusted first when two sources give the same figure")
    quality: Quality = Field("official", description="of figures that do not carry their own")
    rhythm_days: int | None = Field(None, ge=1, description="days between two publications; none: never refreshed")
    key: Key | None = None
    pace: Pace | None = None
    calls: tuple[Call, ...] = ()
    years: Years | None = None
    reader: Reader
    area_scheme: Id = Field(description="which codes the source names areas by")
    areas: tuple[SourceArea, ...] = Field((), description="empty where the source uses our own ids")
    numbers: Numbers = Numbers()
    calendar: Calendar = Calendar()
    series: tuple[Series, ...]
    declined: tuple[Declined, ...] = ()
    unconfirmed: tuple[Text, ...] = Field((), description="what was not seen confirmed: addresses, codes, licences")
    note: str = ""

    @property
    def is_local(self) -> bool:
        """Read from a disk, so that a refresh needs no network."""
        return not self.calls

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if self.calls and (self.pace is None or self.rhythm_days is None):
            raise ValueError("a source that is asked over the network states its pace and its rhythm_days")
        codes = [area.code for area in self.areas]
        if len(set(codes)) != len(codes):
            raise ValueError("an area code stands in `areas` twice")
        return self
