"""The locator finds the line of every value that tomllib finds."""

import itertools
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from area_configs.loader.locator import Locator

DOCUMENT = '''\
# a comment with [brackets] and key = 1
id = "x"  # line 2
name = { ja = "a # ] }", en = 'b' }
"quoted.key" = 4
dotted . "key" = 5
numbers = [
  7, # seven
  8, { deep = 8, more = [8] },
  9,
]
text = """
one "quote" and \\""" three
""""
raw = \'\'\'
it's raw\'\'\'
after = 16

[table.inner]
key = 19
[[list]]
id = 21
[[list.nested]]
id = 23
[[list.nested]]
id = 25
  [list.nested.sub]
  id = 27
[[list]]
[[list.nested]]
id = 30
date = 1979-05-27 07:32:00
[ "odd name" . 'b' ]
last = [[33], [
34]]
'''


def leaves(value, path=()):
    """Give path and value of every number in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from leaves(item, (*path, key))
        elif isinstance(item, int):
            yield (*path, key), item


def test_every_number_of_a_thorny_document_stands_on_its_own_line():
    locator = Locator(DOCUMENT)
    found = {path: (number, locator.line(path)) for path, number in leaves(tomllib.loads(DOCUMENT))}
    assert len(found) == 16
    assert all(number == line for number, line in found.values()), found


def test_tables_and_arrays_have_lines_too():
    locator = Locator(DOCUMENT)
    assert locator.line(("table", "inner")) == 18
    assert locator.line(("list", 0)) == 20
    assert locator.line(("list", 0, "nested", 1)) == 24
    assert locator.line(("list", 1, "nested", 0, "date")) == 31
    assert locator.line(("numbers",)) == 6


def test_what_is_missing_is_shown_at_the_nearest_table():
    locator = Locator(DOCUMENT)
    assert locator.line(("list", 1, "nested", 0, "missing")) == 29
    assert locator.line(("name", "fr")) == 3
    assert locator.line(("nothing",)) == 0


def test_windows_line_ends_count_once():
    assert Locator("a = 1\r\n\r\n[t]\r\nb = 4\r\n").line(("t", "b")) == 4


_names = st.sampled_from(["a", "b-1", "c_2", '"d e"', "'f.g'", '"h\\u0041#"', "1"])
_space = st.sampled_from(["", " ", "  # x = [1]"])


@st.composite
def documents(draw):
    """Draw valid TOML whose numbers are all different, one per line at most."""
    numbers = itertools.count(1000)
    lines = []
    for index in range(draw(st.integers(1, 4))):
        kind = draw(
            st.sampled_from(["", "[t{i}]", "[t{i}.x]", "[[l]]", "[[l]]\n[[l.m]]", "[[q.r]]"])
        )
        if index == 0 or kind:
            lines.append((kind or "").format(i=index) + draw(_space))
            keys = draw(st.lists(_names, unique=True, max_size=4))
            lines += [draw(_pairs(key, numbers)) for key in keys]
    return "\n".join(lines)


def _pairs(key, numbers):
    number = st.builds(lambda: str(next(numbers)))
    text = st.sampled_from(['"]}#\\""', "'}]#'", '"""\n]\n"""', "'''\n}'''", '""', "1.5", "true"])
    many = st.builds(
        lambda a, b, c: f"[\n{a}, # ]\n{b},\n\n{{ in.x = {c}, y = [] }}\n]", number, text, number
    )
    inline = st.builds(lambda a, b: f"{{ k = {a}, 'l' = {b} }}", text, number)
    return st.builds(lambda v, s: f"{key} = {v}{s}", st.one_of(number, text, many, inline), _space)


@given(documents())
def test_numbers_stand_where_the_locator_says(document):
    locator, lines = Locator(document), document.split("\n")
    for path, number in leaves(tomllib.loads(document)):
        if number is not True:
            assert str(number) in lines[locator.line(path) - 1]
