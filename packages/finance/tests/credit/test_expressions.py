"""The language of covenants: what it computes, what it refuses and where, and that nothing reaches Python."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.credit import InvalidFigure
from realinsights_finance.credit.expressions import (
    CircularDefinition,
    Definitions,
    DivisionByZero,
    Expression,
    ExpressionError,
    ExpressionTooDeep,
    ExpressionTooLong,
    ResultTooLarge,
    UnexpectedText,
    UnknownFunction,
    UnknownMeasure,
    WrongKind,
)
from realinsights_finance.explain import explain

LOAN = {
    "noi": Decimal(1_250_000),
    "debt_service": Decimal(1_000_000),
    "ltv": Decimal("0.66"),
    "occupancy": Decimal("0.9"),
    "zero": Decimal(0),
    "missing": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("16 / 4 / 2", 2),
        ("-2 * -3 + - 1", 5),
        ("65%", Decimal("0.65")),
        ("1.25x + 0.05", Decimal("1.3")),
        ("noi / debt_service", Decimal("1.25")),
        ("min(3, 1, 2) + max(4, noi - noi)", 5),
        ("round(1.245, 2)", Decimal("1.25")),
        ("round(-1.245, 2)", Decimal("-1.25")),
        ("truncate(1.2499, 2)", Decimal("1.24")),
        ("truncate(-1.2499, 2)", Decimal("-1.24")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("missing + 1", None),
        ("min(missing, 1)", None),
        ("\t noi\n- noi ", 0),
    ],
)
def test_numbers_are_exact(text, value):
    assert Expression.of(text).value(LOAN) == value


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("noi / debt_service >= 1.25x", True),
        ("noi / debt_service > 1.25x", False),
        ("noi / debt_service = 1.25 and ltv != 65%", True),
        ("noi / debt_service == 1.25 and ltv <= 65%", False),
        ("ltv <= 65% or occupancy >= 90%", True),
        ("not ltv <= 65%", True),
        ("not not ltv < 1", True),
        ("ltv > 1 or ltv < 1 and occupancy < 0.5", False),
        ("(ltv > 1 or ltv < 1) and occupancy > 0.5", True),
        ("missing > 1", None),
        ("missing > 1 or ltv < 1", True),
        ("missing > 1 and ltv > 1", False),
        ("ltv > 1 or missing > 1", None),
        ("not missing > 1", None),
        ("zero > 0 and noi / zero >= 9%", False),
        ("zero = 0 or noi / zero >= 9%", True),
    ],
)
def test_conditions_hold_or_not_or_are_not_known(text, holds):
    assert Expression.of(text).holds(LOAN) is holds


@given(
    numbers=st.lists(st.decimals("-1000", "1000", places=3), min_size=2, max_size=8),
    signs=st.lists(st.sampled_from("+-*"), min_size=7, max_size=7),
)
def test_arithmetic_is_that_of_fractions(numbers, signs):
    measures = {f"m{position}": number for position, number in enumerate(numbers)}
    text = "m0" + "".join(f" {sign} {name}" for sign, name in zip(signs, list(measures)[1:], strict=False))
    terms, joints = [Fraction(numbers[0])], []
    for sign, number in zip(signs, numbers[1:], strict=False):
        if sign == "*":
            terms[-1] *= Fraction(number)
        else:
            joints.append(sign)
            terms.append(Fraction(number))
    result = terms[0]
    for sign, term in zip(joints, terms[1:], strict=True):
        result = operator.add(result, term) if sign == "+" else operator.sub(result, term)
    assert Expression.of(text).exact(measures) == result


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        ("", UnexpectedText, 1),
        ("noi >=", UnexpectedText, 7),
        ("noi >= and", UnexpectedText, 8),
        ("1 < 2 < 3", UnexpectedText, 7),
        ("(1 + 2", UnexpectedText, 7),
        ("1 + 2)", UnexpectedText, 6),
        ("min(1)", UnexpectedText, 1),
        ("min(1,)", UnexpectedText, 7),
        ("round(noi, ltv)", UnexpectedText, 1),
        ("round(noi, 13)", UnexpectedText, 1),
        ("round(noi, 1.5)", UnexpectedText, 1),
        ("truncate(noi)", UnexpectedText, 1),
        ("noi ltv", UnexpectedText, 5),
        ("1.25xy", UnexpectedText, 1),
        ("1.", UnexpectedText, 1),
        ("0x10", UnexpectedText, 1),
        ("1e9", UnexpectedText, 1),
        ("1_000", UnexpectedText, 1),
        ("noi and ltv < 1", WrongKind, 1),
        ("not noi", WrongKind, 5),
        ("(noi > 1) + 2", WrongKind, 2),
        ("-(noi > 1)", WrongKind, 3),
        ("min(noi > 1, 2)", WrongKind, 5),
        ("(noi > 1) = (ltv < 1)", WrongKind, 14),
        ("noi > 1 > 2", UnexpectedText, 9),
    ],
)
def test_what_is_no_expression_is_refused_and_where_is_said(text, kind, position):
    with pytest.raises(kind) as refused:
        Expression.of(text)
    assert refused.value.position == position
    assert f"at character {position} " in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "noi.__class__",
        "noi.real",
        "eval(1)",
        "exec(1)",
        "open(1)",
        "print(noi)",
        "getattr(noi, 1)",
        "[x for x in noi]",
        "lambda: 1",
        "noi if ltv else 1",
        "noi := 1",
        "noi ** 1000000",
        "9 // 2",
        "noi; ltv",
        "f'{noi}'",
        "'text'",
        "noi # comment",
        "noi\x00",
        "noi\\",
        "ｎｏｉ",
        "nоi",  # a Cyrillic letter
        "１ + 1",
        "True or False",
        "{noi}",
        "@noi",
        "noi & ltv",
    ],
)
def test_nothing_reaches_python(text):
    with pytest.raises(ExpressionError):
        Expression.of(text, {"noi", "ltv"})


@pytest.mark.parametrize("name", ["__class__", "_noi", "lambda", "None", "self", "globals"])
def test_names_are_only_looked_up_among_the_measures(name):
    with pytest.raises((UnknownMeasure, UnexpectedText)):
        Expression.of(f"{name} > 1").holds(LOAN)


def refusal(text):
    """Return the error that reading and evaluating a text raises, or None."""
    try:
        expression = Expression.of(text)
        (expression.holds if expression.is_condition else expression.value)({"noi": Decimal(3)})
    except ExpressionError as refused:
        return refused
    return None


WORDS = [*"()+-*/<>=,", "noi", "1", "65%", "1.25x", "and", "or", "not", "min", " "]


@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)))
def test_any_text_is_evaluated_or_refused_with_the_place(text):
    refused = refusal(text)
    assert refused is None or 1 <= refused.position <= len(text) + 1


class TestLimits:
    def test_of_length(self):
        assert Expression.of("1" + "+1" * 249).value({}) == 250
        with pytest.raises(ExpressionTooLong):
            Expression.of("1" + "+1" * 250)
        with pytest.raises(ExpressionTooLong):
            Expression.of("1" * 31)

    @pytest.mark.parametrize("opening", ["(", "-", "not ", "min(1,"])
    def test_of_depth(self, opening):
        with pytest.raises(ExpressionTooDeep):
            Expression.of(opening * 21 + "1")

    def test_of_depth_are_not_used_up_side_by_side(self):
        assert Expression.of("+".join(["(1)"] * 100)).value({}) == 100

    def test_of_values(self):
        text = "*".join(["noi"] * 100)
        with pytest.raises(ResultTooLarge):
            Expression.of(text).value({"noi": Decimal("999999999999.99")})

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "1e99999999", "1e-99999999"])
    def test_of_measures(self, value):
        with pytest.raises(InvalidFigure, match="noi"):
            Expression.of("noi").value({"noi": Decimal(value)})

    def test_of_definitions_that_square_each_other(self):
        formulas = {f"m{number}": f"m{number - 1} * m{number - 1}" for number in range(1, 50)}
        with pytest.raises(ResultTooLarge):
            Definitions.of(formulas).complete({"m0": Decimal("1.5")})

    def test_of_definitions(self):
        with pytest.raises(InvalidFigure, match="definitions"):
            Definitions.of({f"m{number}": "1" for number in range(51)})


class TestErrorsOfEvaluation:
    def test_name_the_divisor_that_is_zero_and_where(self):
        with pytest.raises(DivisionByZero, match=r"at character 5 of .*'zero \* 2' is zero") as refused:
            Expression.of("noi / (zero * 2) > 1").holds(LOAN)
        assert refused.value.position == 5

    def test_name_the_measure_that_is_not_there(self):
        with pytest.raises(UnknownMeasure, match="'ncf' is not a measure"):
            Expression.of("1 + ncf").value(LOAN)
        with pytest.raises(UnknownMeasure, match="did you mean 'debt_service'") as refused:
            Expression.of("noi / debt_servce > 1", LOAN)
        assert refused.value.position == 7

    def test_name_the_function_that_is_not_there(self):
        with pytest.raises(UnknownFunction, match="there are min, max, round, truncate"):
            Expression.of("average(1, 2)")

    def test_tell_numbers_from_conditions(self):
        with pytest.raises(WrongKind):
            Expression.of("noi").holds(LOAN)
        with pytest.raises(WrongKind):
            Expression.of("noi > 1").value(LOAN)
        with pytest.raises(WrongKind):
            Expression.condition("noi")
        with pytest.raises(WrongKind):
            Expression.number("noi > 1")

    def test_want_text(self):
        with pytest.raises(TypeError):
            Expression.of(12)


class TestDefinitions:
    def test_are_computed_in_the_order_that_they_need(self):
        definitions = Definitions.of({"dscr": "ncf / debt_service", "ncf": "noi - 10%*noi"})
        assert definitions.complete(LOAN)["dscr"] == Fraction(9, 8)
        assert [name for name, _ in definitions.formulas] == ["ncf", "dscr"]

    def test_stand_before_a_measure_of_the_same_name(self):
        assert Definitions.of({"noi": "debt_service * 2"}).complete(LOAN)["noi"] == 2_000_000

    def test_of_what_is_not_known_are_not_known(self):
        assert Definitions.of({"ncf": "noi - missing"}).complete(LOAN)["ncf"] is None

    @pytest.mark.parametrize(
        ("formulas", "names"),
        [
            ({"a": "a + 1"}, ("a", "a")),
            ({"a": "b + 1", "b": "c * 2", "c": "a"}, ("a", "b", "c", "a")),
            ({"x": "a", "a": "b", "b": "a"}, ("a", "b", "a")),
        ],
    )
    def test_that_go_round_are_refused_with_the_circle(self, formulas, names):
        with pytest.raises(CircularDefinition) as refused:
            Definitions.of(formulas)
        assert refused.value.names == names

    def test_are_numbers(self):
        with pytest.raises(WrongKind):
            Definitions.of({"a": "noi > 1"})


def test_names_are_those_that_are_needed():
    assert Expression.of("min(noi, -ltv) / debt_service > 1 and not (noi < ltv)").names == (
        "debt_service",
        "ltv",
        "noi",
    )


def test_a_condition_says_both_sides_of_each_comparison():
    explained = explain(Expression.of("noi / debt_service >= 1.25x and missing < 1").holds, LOAN)
    assert explained.value is None
    steps = [(step.name, step.value) for step in explained.steps]
    assert ("noi / debt_service", "1.25") in steps
    assert ("noi / debt_service against 1.25x", "holds") in steps
    assert ("missing against 1", "not known") in steps
