"""The papers of a product: licences of everything shipped, and its bill of materials (CycloneDX)."""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from installers.building.licences import common_texts
from installers.building.materials import OURS
from installers.building.products import ROOT, source_date, version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from installers.building.materials import Material

LICENCES, BILL = "licences", "sbom.cdx.json"
_HEAD = """\
{name} {version} is licensed under the Apache License 2.0 (LICENSE in this folder). It contains the
packages below, each under its own licence; the folder of its name holds the texts.

Packages marked * are under the GNU Lesser General Public License. They are files of their own in
the folder _internal and may be replaced by other versions of them: put the package's files there in
place of these (a .py file counts; a library, .so or .dll, must keep its name). Reverse engineering
for debugging such changes is permitted.
The source of each is what the last column names; for three years whoever distributes this package
also gives it on request, at cost.

"""


def write_papers(folder: Path, product: str, found: Sequence[Material]) -> None:
    """Put licences and bill of materials into a frozen folder."""
    _write_licences(folder / LICENCES, product, found)
    bill = json.dumps(bill_of_materials(product, found), indent=1, ensure_ascii=False)
    (folder / BILL).write_text(bill + "\n", encoding="utf-8")


def bill_of_materials(product: str, found: Sequence[Material]) -> dict[str, Any]:
    """Return a CycloneDX 1.6 document; the same materials give the same document."""
    components = [_component(one) for one in found]
    seed = json.dumps([product, version(), components], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, seed)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(source_date(), UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": product,
                "version": version(),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": product, "dependsOn": [one.purl for one in found]}],
    }


def _component(one: Material) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "licenses": [{"license": {"name": one.licence}}],
    }


def _write_licences(folder: Path, product: str, found: Sequence[Material]) -> None:
    folder.mkdir()
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    for one in found:
        _copy_texts(folder / f"{one.name}-{one.version}".replace(":", "_"), one)
    for text in common_texts(_words(one) for one in found):
        shutil.copyfile(text, folder / text.name)
    rows = [
        f"{'* ' if one.is_copyleft else '  '}{one.name:<28} {one.version:<26} {one.licence}; {one.source}"
        for one in found
    ]
    head = _HEAD.format(name=f"{OURS} ({product})", version=version())
    (folder / "README.txt").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def _words(one: Material) -> str:
    return "\n".join([one.licence, *(text.read_text("utf-8", "replace") for text in one.texts)])


def _copy_texts(folder: Path, one: Material) -> None:
    folder.mkdir()
    for number, text in enumerate(one.texts):
        # Two texts of one name come from folders for parts of the package.
        name = text.name if not (folder / text.name).exists() else f"{number}-{text.name}"
        shutil.copyfile(text, folder / name)
    if not one.texts:
        said = (
            f"{one.name} {one.version} brings no licence text; its metadata says: {one.licence}\n"
        )
        (folder / "LICENSE").write_text(said, encoding="utf-8")
