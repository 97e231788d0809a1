"""Cards from a table: one gateway a line, what became of each in a result table, resumable."""

from __future__ import annotations

import csv
import io
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.image import boot_partition, first_boot, labels
from firmware_tools.image.entries import NO_GATEWAY, is_gateway, wifi_fault
from firmware_tools.image.first_boot import Card, Wifi
from firmware_tools.image.package import read_package
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from firmware_tools.image.first_boot import Generation

COLUMNS = ("gateway", "wifi_ssid", "wifi_password", "wifi_country")
_COLUMNS = Name(en=f"columns are {', '.join(COLUMNS)}", ja=f"列は {', '.join(COLUMNS)} です")
_SURPLUS = ""  # stands for a column's name where a line has more values than there are columns
RESULT = ("gateway", "code", "image", "label", "state", "words")


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
    content = read_package(package)
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
    found: list[dict[str, str]] = []
    seen: set[str] = set()
    for number, row in enumerate(_rows(file), 2):
        if fault := _surplus(row) or _fault(row, seen):
            why = Name(en=f"line {number}: {fault.en}", ja=f"{number} 行目:{fault.ja}")
            raise Refused("bad_table", source=file, why=why)
        found.append(row)
        seen.add(row["gateway"])
    if not found:
        why = Name(en=f"it has no lines; {_COLUMNS.en}", ja=f"行がありません。{_COLUMNS.ja}")
        raise Refused("bad_table", source=file, why=why)
    return found


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        for row in csv.DictReader(io.StringIO(text), restkey=_SURPLUS):
            yield {key: str(value or "").strip() for key, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused("bad_table", source=file, why=file_fault(error)) from error


def _surplus(row: dict[str, str]) -> Name | None:
    """Return which column nobody knows; what a spelling mistake leaves out is missed on site only."""
    unknown = next((key for key in row if key not in COLUMNS), None)
    if unknown is None:
        return None
    if unknown == _SURPLUS:
        return Name(
            en=f"more values than columns; {_COLUMNS.en}",
            ja=f"値が列より多くあります。{_COLUMNS.ja}",
        )
    return Name(
        en=f"no column {unknown!r} is known; {_COLUMNS.en}",
        ja=f"列 {unknown!r} はありません。{_COLUMNS.ja}",
    )


def _fault(row: dict[str, str], seen: set[str]) -> Name | None:
    gateway = row.get("gateway", "")
    if not is_gateway(gateway):
        return Name(en=f"{gateway!r} is {NO_GATEWAY.en}", ja=f"{gateway!r}:{NO_GATEWAY.ja}")
    if gateway in seen:
        return Name(en=f"{gateway} stands there twice", ja=f"{gateway} が 2 回あります")
    if not row.get("wifi_ssid"):
        return None
    country = row.get("wifi_country") or "JP"
    return wifi_fault(row["wifi_ssid"], row.get("wifi_password", ""), country)


class Batch:
    """A table's cards in one folder: an image and a label each, and `result.csv`."""

    def __init__(self, folder: Path, base: Plan, below: Callable[[int], int]) -> None:
        """Set it up; `base.target` is the image that every card begins as."""
        self._folder = folder
        self._base = base
        self._below = below
        self._file = folder / "result.csv"

    def run(self, rows: list[dict[str, str]], model: Card) -> Iterator[dict[str, str]]:
        """Make what is not made yet; yields what became of each, which is on the disk by then.

        Raises:
            Refused: the image is none, or what was made before cannot be told.
        """
        self._require_image()
        done = self._results()
        self._make_folder()
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
            image.touch(mode=0o600)  # it holds the code
            shutil.copyfile(self._base.target, image)
            write_card(card, self._base._replace(target=image))
            write_private(self._label(card), labels.label(card))
        except OSError as error:
            image.unlink(missing_ok=True)
            return _row(card, "failed", file_fault(error).en)
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

    def _require_image(self) -> None:
        """Refuse an image that no card could be made of, before a file is written for any."""
        if self._base.target.is_dir():
            why = Name(
                en="cards of a table need an image file", ja="表にはイメージファイルが必要です"
            )
            raise Refused("bad_table", source=self._base.target, why=why)
        partition = boot_partition.partition_of(self._base.target)
        if self._base.generation is None:
            boot_partition.generation_of(partition)
        if self._base.package:
            read_package(self._base.package)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused("bad_table", source=self._folder, why=file_fault(error)) from error

    def _results(self) -> dict[str, dict[str, str]]:
        """Return what was made before: the codes of labels that may be on boxes by now."""
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("bad_table", source=self._file, why=file_fault(error)) from error
        table = csv.DictReader(io.StringIO(text))
        rows = list(table)
        if tuple(table.fieldnames or ()) != RESULT or not all(
            row["words"] is not None for row in rows
        ):
            why = Name(
                en="it is no record of cards: restore it, or choose another --output",
                ja="カードの記録ではありません。復元するか、別の --output を指定してください",
            )
            raise Refused("bad_table", source=self._file, why=why)
        return {row["gateway"]: row for row in rows}

    def _save(self, done: dict[str, dict[str, str]]) -> None:
        """Write the table whole; it holds codes."""
        made = io.StringIO(newline="")
        table = csv.DictWriter(made, RESULT)
        table.writeheader()
        table.writerows(done.values())
        try:
            write_private(self._file, made.getvalue().encode())
        except OSError as error:
            raise Refused("file", source=self._file, why=file_fault(error)) from error


def write_private(file: Path, content: bytes) -> None:
    """Write a file whole that only this user may read: whoever reads a code may claim its gateway.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    new = file.with_name(f"{file.name}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _row(card: Card, state: str, words: str) -> dict[str, str]:
    names = (f"{card.gateway}.img", f"{card.gateway}.pdf")
    return dict(zip(RESULT, (card.gateway, card.code, *names, state, words), strict=True))


def _wifi(row: dict[str, str]) -> Wifi | None:
    if not row.get("wifi_ssid"):
        return None
    return Wifi(row["wifi_ssid"], row.get("wifi_password", ""), row.get("wifi_country") or "JP")
