"""All that is uncertain about an index, written as YAML.

Put here: the list of assumptions and its checks. Not here: the kinds (`assumed_method`, `assumed_weights`,
`assumed_cells`), points (`sampling`), tables of draws (`draws`), running them (`index_model`, `uncertainty`).
"""

from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from pipelines.scoring.assumed_cells import CellAlternatives, MeasurementError
from pipelines.scoring.assumed_method import Alternatives
from pipelines.scoring.assumed_weights import DirichletWeights, Omission, WeightRange, WeightSets
from pipelines.scoring.assumption import AssumptionError, first_problem
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import MethodError
from pipelines.scoring.method import Method, Part

_STEP = "assumptions"

AnyAssumption = Annotated[
    Alternatives | DirichletWeights | WeightRange | WeightSets | Omission | CellAlternatives | MeasurementError,
    Field(discriminator="kind"),
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


class Assumptions(Part):
    """All that is uncertain, by name. They are independent of each other and applied in their order.

    Attributes:
        assumptions: may be empty: nothing is uncertain.
    """

    assumptions: dict[Name, AnyAssumption] = Field(default_factory=dict)

    @classmethod
    def from_yaml(cls, text: str) -> "Assumptions":
        """Read assumptions.

        Raises:
            AssumptionError: the text is not YAML or not assumptions; says where.
        """
        try:
            data = yaml.safe_load(text)
            return cls.model_validate({} if data is None else data)
        except yaml.YAMLError as error:
            problem = f"it is not YAML: {' '.join(str(error).split())}"
            raise AssumptionError(_STEP, problem, "Write it as in the documentation.") from error
        except ValidationError as error:
            raise AssumptionError(_STEP, first_problem(error), "Correct or remove it.") from error

    def to_yaml(self) -> str:
        """All assumptions, defaults filled in."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)

    def check(self, method: Method, data: IndexData) -> None:
        """Look whether every assumption fits an index.

        Raises:
            AssumptionError: names the assumption.
        """
        for name, assumption in self.assumptions.items():
            try:
                assumption.check(method, data)
            except (AssumptionError, MethodError) as error:
                problem = f"{name}: {error.problem}"
                raise AssumptionError(_STEP, problem, error.advice, code=error.code, unit=error.unit) from error
