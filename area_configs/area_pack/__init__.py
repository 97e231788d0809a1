"""Areas on the move: packs that travel between applications, copies, imported buildings."""

from area_configs.area_pack.archive import (
    digest,
    files_of,
    hashes_of,
    pack,
    pack_files,
    put_files,
    unpack,
)
from area_configs.area_pack.copies import copy_area
from area_configs.area_pack.imports import Imported, import_buildings

__all__ = [
    "Imported",
    "copy_area",
    "digest",
    "files_of",
    "hashes_of",
    "import_buildings",
    "pack",
    "pack_files",
    "put_files",
    "unpack",
]
