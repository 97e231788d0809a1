"""Tables that compare what stands with what is planned: unknown is not zero, every figure its source."""

from __future__ import annotations

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.loader import load_area
from desktop.twin.analysis.comparisons import read_comparison

HEAD = "building,measure,scenario,scenario_en,year,value,source,source_en\n"


def read(*lines, head=HEAD, encoding="utf-8"):
    return read_comparison((head + "\n".join(lines)).encode(encoding), "table.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_difference_is_planned_minus_present(encoding):
    found = read(
        "b1,floor_area,,,2026,100,台帳,register",
        "b1,floor_area,再開発案,Redevelopment,2035,140.5,計画,plan",
        encoding=encoding,
    )
    (line,) = found.by_measure["floor_area"]
    assert line.difference("再開発案") == 40.5
    assert line.now.source.en == "register"
    assert line.planned["再開発案"].year == 2035
    assert found.scenarios["再開発案"].en == "Redevelopment"


def test_blank_is_unknown_and_so_is_its_difference():
    found = read(
        "b1,residents,,,2026,,,",
        "b1,residents,A,,2035,0,,",
        "b2,residents,,,2026,0,,",
        "b2,residents,A,,2035,12,,",
        "b3,residents,,,2026,7,,",
    )
    first, second, third = found.by_measure["residents"]
    assert first.now.value is None
    assert first.difference("A") is None
    assert second.difference("A") == 12
    assert third.difference("A") is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",floor_area,,,2026,1,,", "names no building"),
        ("b,colour,,,2026,1,,", "knows no such measure"),
        ("b,height,,,soon,1,,", "its year is no number"),
        ("b,height,,,20261,1,,", "its year is no number"),
        ("b,height,,,2026,tall,,", "its value is no number"),
        ("b,height,,,2026,nan,,", "its value is no number"),
        ("b,height", "too few columns"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(line, why):
    found = read("b0,height,,,2026,1,,", line)
    assert len(found.by_measure["height"]) == 1
    (said,) = found.left_out
    assert said.en.startswith("line 3: ")
    assert why in said.en
    assert said.ja.startswith("3行目: ")


def test_of_a_figure_given_twice_the_first_one_stays():
    found = read("b,height,,,2026,1,,", "b,height,,,2027,2,,")
    assert found.by_measure["height"][0].now.value == 1
    assert "given twice" in found.left_out[0].en


def test_another_file_is_refused():
    with pytest.raises(AreaFileError, match="table of land prices"):
        read("x", head="a,b\n")


def test_the_model_districts_table_is_whole_and_knows_some_unknowns():
    (path,) = load_area("harumi").comparisons
    found = read_comparison(path.read_bytes(), path.name)
    assert found.left_out == ()
    assert len(found.by_measure) == 5
    assert any(line.now.value is None for line in found.by_measure["land_price"])
