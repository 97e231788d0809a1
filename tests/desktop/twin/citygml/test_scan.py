"""The scan reads nothing that is not well-formed, and nothing otherwise than the XML parser."""

from __future__ import annotations

import random

import pytest

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml.header import is_well_formed, read_header
from desktop.twin.citygml.keys import NotPlain
from desktop.twin.citygml.scan import scan
from desktop.twin.citygml.tolerant import parse
from tests.desktop.twin.sample_city import block, building, city, town

TEXT = city(block("one", 0, 0), block("two", 50, 0)).encode()
LONG = [f"gen:attribute{'OfSomeLength' * n}{end}" for n in range(7) for end in "ab"]
PIECES = [
    *(b'"', b"'", b"/", b"=", b" ", b"\n", b"7", b"x", b"&amp;", b"<a/>", b"<a>", b"</a>"),
    *(b"\x01", b"\xff", b"\xe3\x81\x82", b"\xef\xbf\xbf", b' b="1"', b' gml:id="q"', b"<!-- -->"),
    *(b"<gml:name>n</gml:name>", b"<bldg:usage/>", b"<gml:pos>1 2 3</gml:pos>", b"<?x y?>"),
]


def told(outline):
    return (
        [(o.kind, o.id, o.name, o.height, o.usage) for o in outline.objects],
        outline.owners.tolist(),
        outline.lods.tolist(),
        outline.holes.tolist(),
        [text.split() for text in outline.texts],
    )


def scanned(data):
    return told(scan(data, read_header("", data)))


def changed(chance, data):
    """Return a text with a piece put in, bytes left out, or a tag somewhere else."""
    text = bytearray(data)
    at = chance.randrange(data.index(b"<core:cityObjectMember>"), len(data) - 20)
    what = chance.randrange(3)
    if what == 0:
        text[at:at] = chance.choice(PIECES)
    elif what == 1:
        del text[at : at + chance.choice((1, 2, 5, 20))]
    else:
        begin = data.index(b"<", at)
        end = data.index(b">", begin) + 1
        other = data.index(b"<", chance.randrange(data.index(b"<core:cityObjectMember>"), at))
        text[other:other] = data[begin:end]
    return bytes(text)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_scanned_is_well_formed_and_read_as_the_parser_reads_it(seed):
    chance = random.Random(seed)
    read = 0
    for _ in range(150):
        data = changed(chance, chance.choice((TEXT, town(2).encode())))
        try:
            found = scanned(data)
        except (NotPlain, CityFileError):
            continue
        read += 1
        assert is_well_formed(data), data
        if b"amp;" not in b"".join(b"".join(words) for words in found[4]):
            assert found == told(parse("", data)), data
    assert read > 5


@pytest.mark.parametrize(
    "odd",
    [
        '<gen:a b="1"c="2"/>',
        '<gen:a b="1" b="2"/>',
        '<gen:a b="<"/>',
        '<gen:a b="&nbsp;"/>',
        "<gen:a b=1/>",
        "<gen:a b/>",
        '<gen:a "b"/>',
        '<gen:a></gen:a b="1">',
        "<gen:a></gen:b>",
        "<gen:a><gen:b></gen:a></gen:b>",
        "<1a/>",
        "< gen:a/>",
        "</gen:a>",
        "<gen:a>",
        "a & b",
        "]]>",
        "\x02",
        "\ufffe",
    ],
)
def test_what_is_not_well_formed_is_not_scanned(odd):
    with pytest.raises(NotPlain):
        scanned(city(building("b", "", extra=odd), block("one", 0, 0)).encode())


@pytest.mark.parametrize(
    "odd",
    [
        "<gen:a b='1'/>",
        "<gen:a b = \"1\" c='2'/>",
        '<gen:a b="1"   />',
        "<gen:a ></gen:a >",
        '<gen:a>"so" &amp; &#8220;so&#8221;</gen:a>',
        '<gen:a b="a &lt; b"/>',
        "<gen:a>一号館</gen:a>",
    ],
)
def test_what_is_well_formed_is_scanned_however_it_is_written(odd):
    data = city(block("one", 0, 0), building("b", "", extra=odd)).encode()
    assert scanned(data) == told(parse("", data))


def test_long_names_are_told_apart():
    parts = "".join(f"<{name}>1</{name}>" for name in LONG[:6])
    data = city(block("one", 0, 0), building("b", "", extra=parts)).encode()
    assert scanned(data) == told(parse("", data))
    for one, other in zip(LONG[::2], LONG[1::2], strict=True):
        wrong = city(building("b", "", extra=f"<{one}>1</{other}>"), block("one", 0, 0))
        with pytest.raises(NotPlain):
            scanned(wrong.encode())


def test_names_of_files_before_do_not_fill_the_room_for_more():
    for turn in range(4):
        parts = "".join(f"<gen:n{turn}a{n}/>" for n in range(900))
        data = city(block("one", 0, 0), building("b", "", extra=parts)).encode()
        assert scanned(data) == told(parse("", data))


def test_too_many_names_are_left_to_the_parser():
    parts = "".join(f"<gen:n{n}/>" for n in range(3000))
    with pytest.raises(NotPlain):
        scanned(city(block("one", 0, 0), building("b", "", extra=parts)).encode())
