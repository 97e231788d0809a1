"""Areas on the move: packs that travel between applications, copies, imported buildings."""

from area_configs.area_pack.archive import pack, unpack
from area_configs.area_pack.copies import copy_area
from area_configs.area_pack.imports import Imported, import_buildings

__all__ = ["Imported", "copy_area", "import_buildings", "pack", "unpack"]
