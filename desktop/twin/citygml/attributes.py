"""The attributes of one city object, read from its bytes when somebody asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree

from desktop.twin.citygml.tags import local, text_of

if TYPE_CHECKING:
    from desktop.twin.citygml.codelists import Codelists

# Geometry, and parts of an object that are objects of their own.
_LEFT_OUT = re.compile(
    r"lod\d\w*|boundedBy|boundary|tin|appearance|consistsOf\w+|buildingPart|opening|"
    r"(?:outer|interior)\w+|(?:auxiliaryT|t)raffic(?:Area|Space)|section|intersection"
)
# A tag and the text after it, with the tag that closes it where that follows at once.
_TAG = re.compile(rb"<(/?)((?:[\w.-]+:)?[\w.-]+)(/|\s[^<>]*)?>([^<]*)(</\2>)?")
_NAME = re.compile(rb"""\sname\s*=\s*["']([^"']*)["']""")
_SPACE = re.compile(rb"""\scodeSpace\s*=\s*["']([^"']*)["']""")
_DEEPEST = 40


@dataclass(slots=True)
class Node:
    """One element: its name, what its `name` and `codeSpace` say, its text, its children."""

    word: str
    name: str = ""
    space: str = ""
    text: str = ""
    children: list[Node] = field(default_factory=list)


def attributes_of(node: Node | None, owner: str, lists: Codelists | None = None) -> dict[str, str]:
    """Return attribute values by name; a name that comes twice carries its parent's too.

    Generic attributes go by their own name, key-value pairs by their key. Geometry and parts are
    left out. With code lists, codes are replaced by what they mean.
    """
    found: dict[str, str] = {"id": owner}
    for child in node.children if node else ():
        _collect(child, node.word if node else "", found, lists)
    return found


def node_of_bytes(data: bytes, start: int, end: int) -> Node | None:
    """Read the element at some bytes without an XML parser.

    None where they are not regular, or nested deeper than attributes go in any real file.
    """
    stack: list[Node] = [Node("")]
    names: list[bytes] = []
    at, search = start, _TAG.search
    while (match := search(data, at, end)) is not None:
        at = match.end()
        closes, name, inside, text, closed = match.groups()
        if closes:
            if not names or names.pop() != name:
                return None
            stack.pop()
            continue
        whole = closed or (inside or b"").endswith(b"/")
        if names and _word(name)[1] and not (inside or b"").endswith(b"/"):
            at = at if closed else _past(data, name, at, end)
            continue
        node = _node(name, inside, text)
        stack[-1].children.append(node)
        if not whole:
            stack.append(node)
            names.append(name)
            if len(names) > _DEEPEST:
                return None
    whole = not names and len(stack[0].children) == 1
    return stack[0].children[0] if whole else None


def node_of_element(element: etree._Element | None, depth: int = 0) -> Node | None:
    """Return an element as a node, as far down as attributes go in any real file."""
    if element is None:
        return None
    node = Node(
        local(element),
        str(element.get("name") or ""),
        str(element.get("codeSpace") or ""),
        text_of(element).strip(),
    )
    for child in element.iterchildren(etree.Element) if depth < _DEEPEST else ():
        if not _LEFT_OUT.fullmatch(local(child)):
            part = node_of_element(child, depth + 1)
            node.children.extend([part] if part else [])
    return node


def element_of(source: bytes) -> etree._Element | None:
    """Parse one city object's bytes; its prefixes are declared elsewhere, which is forgiven."""
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False, no_network=True)
    return etree.fromstring(source, parser) if source else None


@lru_cache(maxsize=4096)
def _word(name: bytes) -> tuple[str, bool]:
    """Return a name without its prefix, and whether such elements are left out."""
    word = name.rpartition(b":")[2].decode(errors="replace")
    return word, _LEFT_OUT.fullmatch(word) is not None


def _node(name: bytes, inside: bytes | None, text: bytes) -> Node:
    node = Node(_word(name)[0], text=_text(text))
    if inside and b"=" in inside:
        said, space = _NAME.search(inside), _SPACE.search(inside)
        node.name = _text(said[1]) if said else ""
        node.space = _text(space[1]) if space else ""
    return node


def _past(data: bytes, name: bytes, at: int, end: int) -> int:
    """Return where an element ends whose tag has been passed; it may hold others of its name."""
    depth, close, begin = 1, b"</" + name, b"<" + name
    while depth:
        stop = data.find(close, at, end)
        if stop < 0:
            return end
        depth += data.count(begin, at, stop) - 1
        at = stop + len(close)
    return data.find(b">", at, end) + 1


def _collect(node: Node, parent: str, found: dict[str, str], lists: Codelists | None) -> None:
    if not node.children:
        if node.text:
            found[_free_name(node.word, parent, found)] = _said(node, lists)
        return
    if pair := _named_value(node, lists):
        found[_free_name(pair[0], parent, found)] = pair[1]
        return
    for child in node.children:
        _collect(child, node.word, found, lists)


def _named_value(node: Node, lists: Codelists | None) -> tuple[str, str] | None:
    """Return name and value of a generic attribute or a key-value pair."""
    words = {child.word: child for child in node.children}
    if node.name and "value" in words:
        return node.name, words["value"].text
    if "key" not in words:
        return None
    key, value = words["key"], words.get("codeValue", words.get("value"))
    name = _said(key, lists)
    return f"key {name}" if name == key.text else name, _said(value, lists) if value else ""


def _said(node: Node, lists: Codelists | None) -> str:
    return lists.meaning(node.space, node.text) if lists and node.space else node.text


def _free_name(word: str, parent: str, found: dict[str, str]) -> str:
    name = word if word not in found or not parent else f"{parent}.{word}"
    number, free = 2, name
    while free in found:
        free, number = f"{name} ({number})", number + 1
    return free


def _text(raw: bytes) -> str:
    text = raw.decode(errors="replace").strip()
    return unescape(text) if "&" in text else text
