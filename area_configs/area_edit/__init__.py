"""Editing an area file: only the characters of what changes change; comments and order stay."""

from area_configs.area_edit.area_files import ChangedMeanwhile, read_text, write_text
from area_configs.area_edit.area_text import AreaText
from area_configs.area_edit.changes import remove_part, rename, uses
from area_configs.area_edit.pieces import append, remove, set_value
from area_configs.area_edit.toml_edit import CannotEdit

__all__ = [
    "AreaText",
    "CannotEdit",
    "ChangedMeanwhile",
    "append",
    "read_text",
    "remove",
    "remove_part",
    "rename",
    "set_value",
    "uses",
    "write_text",
]
