"""Cards from a table: one gateway a line, what became of each in a result table, resumable."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from firmware_tools.image import boot_partition, first_boot, labels
from firmware_tools.image.first_boot import Card, Wifi
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from firmware_tools.image.first_boot import Generation

COLUMNS = ("gateway", "wifi_ssid", "wifi_password", "wifi_country")
RESULT = ("gateway", "code", "image", "label", "state", "words")
_GATEWAY = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Plan(NamedTuple):
    """What a card is made from.

    Attributes:
        target: the image or mounted folder that is written.
        generation: None where it is to be found out.
        package: the agent's package to put beside.
    """

    target: Path
    generation: Generation | None = None
    package: Path | None = None


def checked_gateway(text: str) -> str:
    """Return a gateway's id; it is a host name too (RFC 1123).

    Raises:
        Refused: it is none.
    """
    if not _GATEWAY.fullmatch(text):
        raise Refused("bad_table", source=repr(text), why="no gateway id: a-z, 0-9 and -")
    return text


def write_card(card: Card, plan: Plan) -> dict[str, bytes]:
    """Write one card and return its files.

    Raises:
        Refused: the card is as before then.
    """
    partition = boot_partition.partition_of(plan.target)
    generation = plan.generation or boot_partition.generation_of(partition)
    line = (partition.read(boot_partition.CMDLINE) or b"").decode(errors="replace")
    files = _files(card, generation, plan.package)
    boot_partition.put(partition, files, first_boot.command_line(line, card, generation))
    return files


def verify_card(card: Card, plan: Plan) -> list[str]:
    """Return the files of a card that are not there as they should be."""
    partition = boot_partition.partition_of(plan.target)
    generation = plan.generation or boot_partition.generation_of(partition)
    return boot_partition.missing(partition, _files(card, generation, plan.package))


def _files(card: Card, generation: Generation, package: Path | None) -> dict[str, bytes]:
    if package is None:
        return first_boot.files(card, generation)
    content = package.read_bytes()
    import hashlib  # noqa: PLC0415 - beside its only use

    named = replace(card, package=package.name, package_sha256=hashlib.sha256(content).hexdigest())
    return {
        f"{first_boot.FOLDER}/{package.name}": content,
        **first_boot.files(named, generation),
    }


def read_table(file: Path) -> list[dict[str, str]]:
    """Return the lines of a table of gateways.

    Raises:
        Refused: it cannot be read or a line is wrong; the line is named.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_table", source=file, why=str(error)) from error
    rows = list(csv.DictReader(io.StringIO(text)))
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        gateway = (row.get("gateway") or "").strip()
        if not _GATEWAY.fullmatch(gateway) or gateway in seen or None in row:
            why = f"line {number}: a gateway id that stands there once is expected, not {gateway!r}"
            raise Refused("bad_table", source=file, why=why)
        seen.add(gateway)
    if not rows:
        raise Refused("bad_table", source=file, why=f"no lines; columns are {', '.join(COLUMNS)}")
    return [{key: (value or "").strip() for key, value in row.items()} for row in rows]


class Batch:
    """A table's cards in one folder: an image and a label each, and `result.csv`."""

    def __init__(self, folder: Path, base: Plan, below: Callable[[int], int]) -> None:
        """Set it up; `base.target` is the image that every card begins as."""
        self._folder = folder
        self._base = base
        self._below = below
        self._file = folder / "result.csv"

    def run(self, rows: list[dict[str, str]], model: Card) -> Iterator[dict[str, str]]:
        """Make what is not made yet; yields what became of each, which is on the disk by then."""
        self._folder.mkdir(parents=True, exist_ok=True)
        done = self._results()
        for row in rows:
            known = done.get(row["gateway"])
            code = known["code"] if known else labels.new_code(self._below)
            card = replace(model, gateway=row["gateway"], code=code, seed=code, wifi=_wifi(row))
            if known is None or known["state"] != "done" or self._is_damaged(card):
                done[card.gateway] = _row(card, "begun", "")
                self._save(done)
                done[card.gateway] = self._make(card)
                self._save(done)
            yield done[card.gateway]

    def _make(self, card: Card) -> dict[str, str]:
        image = self._image(card)
        try:
            shutil.copyfile(self._base.target, image)
            write_card(card, self._base._replace(target=image))
            self._label(card).write_bytes(labels.label(card))
        except OSError as error:
            image.unlink(missing_ok=True)
            return _row(card, "failed", error.strerror or str(error))
        except Refused as error:
            image.unlink(missing_ok=True)
            return _row(card, "failed", str(error))
        return _row(card, "done", "")

    def _is_damaged(self, card: Card) -> bool:
        try:
            return bool(verify_card(card, self._base._replace(target=self._image(card))))
        except Refused:
            return True

    def _image(self, card: Card) -> Path:
        return self._folder / f"{card.gateway}.img"

    def _label(self, card: Card) -> Path:
        return self._folder / f"{card.gateway}.pdf"

    def _results(self) -> dict[str, dict[str, str]]:
        try:
            with self._file.open(encoding="utf-8", newline="") as stream:
                return {row["gateway"]: row for row in csv.DictReader(stream)}
        except FileNotFoundError:
            return {}

    def _save(self, done: dict[str, dict[str, str]]) -> None:
        """Write the table whole; it holds codes, so only this user may read it."""
        new = self._file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            table = csv.DictWriter(stream, RESULT)
            table.writeheader()
            table.writerows(done.values())
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._file)


def _row(card: Card, state: str, words: str) -> dict[str, str]:
    names = (f"{card.gateway}.img", f"{card.gateway}.pdf")
    return dict(zip(RESULT, (card.gateway, card.code, *names, state, words), strict=True))


def _wifi(row: dict[str, str]) -> Wifi | None:
    if not row.get("wifi_ssid"):
        return None
    return Wifi(row["wifi_ssid"], row.get("wifi_password", ""), row.get("wifi_country") or "JP")
