"""The method as YAML: any subset, defaults filled in, one digest for every spelling."""

import pytest

from pipelines.scoring.errors import MethodError
from pipelines.scoring.method import Aggregation, Method
from pipelines.scoring.tree import Tree

GRAMMAR = """
denominate: true                                    # by META's Denominator column
impute: {method: mean, group: EurAsia_group}
screen: {min_availability: 0.9}
treat: {max_winsorised: 5, skewness: 2, kurtosis: 3.5, fallback: log_shifted}
normalise: {method: minmax, lower: 0, upper: 100}
aggregate: [{method: arithmetic}]
"""
TREE = Tree.build(["a", "b", "P", "Q", "Top"], ["P", "Q", "Top", "Top", None])


def test_the_grammar_reads_as_written_and_comes_back_complete():
    method = Method.from_yaml(GRAMMAR)
    assert method.impute.group == "EurAsia_group"
    assert method.treat.max_winsorised == 5
    assert Method.from_yaml(method.to_yaml()) == method
    assert "min_share: 0.0" in method.to_yaml()


@pytest.mark.parametrize("line", [line for line in GRAMMAR.strip().splitlines()])
def test_every_step_stands_alone(line):
    method = Method.from_yaml(line)
    done = [name for name in Method.model_fields if getattr(method, name) not in (None, ())]
    assert done == [line.split(":")[0]]


@pytest.mark.parametrize(
    "scale",
    [
        "{method: goalposts}",
        "{method: zscore, mean: 100, sd: 10}",
        "{method: scaled, lower: 5, upper: 50}",
        "{method: rank}",
        "{method: borda}",
        "{method: percentile_rank}",
        "{method: fraction_of_max}",
        "{method: distance_to_reference, unit: AUT, cap: true}",
        "{method: distance_to_max}",
        "{method: distance_to_target}",
    ],
)
def test_every_scale_reads(scale):
    assert Method.from_yaml(f"normalise: {scale}").normalise.method in scale


@pytest.mark.parametrize(
    "rule",
    [
        "geometric",
        "harmonic",
        "power, p: 2",
        "median, min_share: 0.5",
        "copeland",
        "noncompensatory",
        "mazziotta_pareto",
        "owa, order_weights: [1, 0]",
    ],
)
def test_every_aggregation_reads(rule):
    assert Method.from_yaml(f"aggregate: [{{method: {rule}}}]").aggregate[0].method in rule


def test_row_imputation_reads():
    assert Method.from_yaml("impute: {method: mean, by: row, level: 2}").impute.level == 2


def test_one_digest_for_every_spelling_and_another_for_another_method():
    short = Method.from_yaml("aggregate: {method: arithmetic}")
    full = Method.from_yaml(short.to_yaml())
    other = Method.from_yaml("aggregate: {method: geometric}")
    assert short.digest == full.digest != other.digest
    assert len(short.digest) == 64


def test_denominate_false_and_nothing_at_all():
    assert Method.from_yaml("denominate: false") == Method.from_yaml("") == Method()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("normalize: {method: minmax}", "normalize: Extra inputs"),
        ("treat: {winmax: 3}", "treat.winmax"),
        ("normalise: {method: best}", "normalise.method"),
        ("normalise: {method: minmax, lower: 5, upper: 5}", "not below"),
        ("normalise: {method: minmax, upper: .inf}", "finite"),
        ("normalise: {method: distance_to_reference}", "needs unit"),
        ("screen: {min_availability: 90}", "less than or equal to 1"),
        ("screen: {include: [A], exclude: [A]}", "A: in include and in exclude"),
        ("impute: {method: regression, by: row}", "by: row"),
        ("impute: {method: mean, level: 2}", "level"),
        ("impute: {method: mean, max_age: 2}", "max_age"),
        ("impute: {method: linear, group: G}", "group"),
        ("aggregate: [{method: power}]", "p goes with power"),
        ("aggregate: [{method: arithmetic, p: 2}]", "p goes with power"),
        ("aggregate: [{method: owa}]", "order_weights"),
        ("[1, 2]", "the whole"),
        ("a: [", "not YAML"),
        ("!!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_what_is_no_method_is_refused_with_its_place(text, words):
    with pytest.raises(MethodError, match=words.replace("(", r"\(")):
        Method.from_yaml(text)


def test_one_rule_serves_all_levels_or_each_level_has_its_own():
    everywhere = Method.from_yaml("aggregate: {method: geometric}").rules(TREE)
    assert [rule.method for rule in everywhere] == ["geometric"] * 3
    by_level = Method.from_yaml("aggregate: [{method: geometric}, {method: harmonic}]").rules(TREE)
    assert [rule.method for rule in by_level] == ["geometric", "geometric", "harmonic"]


def test_branches_of_one_level_may_differ():
    text = "aggregate: {method: arithmetic, branches: {Q: {method: geometric, min_share: 0.5}}}"
    rules = Method.from_yaml(text).rules(TREE)
    assert [rule.method for rule in rules] == ["arithmetic", "geometric", "arithmetic"]
    assert rules[1] == Aggregation(method="geometric", min_share=0.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aggregate: [{}, {}, {}]", "3 aggregations for 2 levels"),
        ("aggregate: {branches: {X: {}}}", "no such branch"),
        ("aggregate: [{branches: {Top: {}}}, {}]", "stands at level 3"),
    ],
)
def test_rules_that_do_not_fit_the_tree(text, words):
    with pytest.raises(MethodError, match=words):
        Method.from_yaml(text).rules(TREE)
