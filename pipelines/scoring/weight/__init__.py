"""Ways to weigh indicators: arrays in, shares that sum to 1 out. One module a family.

Aggregation with these weights does not belong here: see `pipelines.scoring.aggregate`.
"""

from pipelines.scoring.weight.ahp import analytic_hierarchy, joint_judgements
from pipelines.scoring.weight.balance import balanced, most_correlated
from pipelines.scoring.weight.factors import component_weights, factor_weights
from pipelines.scoring.weight.frontier import benefit_of_doubt
from pipelines.scoring.weight.simple import budget_allocation, entropy, equal, given

__all__ = [
    "analytic_hierarchy",
    "balanced",
    "benefit_of_doubt",
    "budget_allocation",
    "component_weights",
    "entropy",
    "equal",
    "factor_weights",
    "given",
    "joint_judgements",
    "most_correlated",
]
