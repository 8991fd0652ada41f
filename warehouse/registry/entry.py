"""What all registry entries share.

Put here: the base of the models and the types of their fields.
Not here: any particular entry (`models.py`, `uncertainty.py`).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower-case words joined by _")]
Text = Annotated[str, Field(min_length=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
AreaLevel = Literal["local", "county", "metro", "region", "national"]
Quality = Literal["official", "compiled", "modelled", "press", "unconfirmed"]

AREA_LEVELS: tuple[str, ...] = ("local", "county", "metro", "region", "national")
"""From the finest area to the widest."""

QUALITIES: tuple[str, ...] = ("official", "compiled", "modelled", "press", "unconfirmed")
"""From the source trusted most to the one trusted least."""


class Entry(BaseModel):
    """Base of every registry entry: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
