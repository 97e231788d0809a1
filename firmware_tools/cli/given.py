"""What people name on the command line: files and programs, read whole or refused with the place and the reason."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from firmware_tools.cli.shell import STANDARD_INPUT, typed

if TYPE_CHECKING:
    from pathlib import Path


def text(file: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        Refused: it cannot be read.
    """
    from area_configs.domain.file_faults import file_fault
    from firmware_tools.sentences import Refused

    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_table", source=file, why=file_fault(error)) from error


def secret(file: Path) -> str:
    """Return the one line of a file, or of standard input where it is named `-`.

    Raises:
        Refused: it cannot be read, is empty, or has more than one line.
    """
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    from_standard_input = str(file) == STANDARD_INPUT
    found = typed() if from_standard_input else text(file).strip()
    if not found:
        source = Name(en="standard input", ja="標準入力") if from_standard_input else file
        raise Refused("bad_table", source=source, why=Name(en="it is empty", ja="空です"))
    if len(found.splitlines()) > 1:
        why = Name(en="one line is expected", ja="1 行だけにしてください")
        raise Refused("bad_table", source=file, why=why)
    return found


def certificate(file: Path) -> str:
    """Return a certificate in PEM.

    Raises:
        Refused: the file holds none.
    """
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused
    from platform_hub.wire import claiming

    found = text(file)
    try:
        claiming.authority_hash(found)
    except claiming.BadExchange as error:
        why = Name(
            en="it holds no certificate (PEM): take the hub's ca.pem",
            ja="証明書(PEM)がありません。ハブの ca.pem を指定してください",
        )
        raise Refused("bad_table", source=file, why=why) from error
    return found


def program(words: str, option: str) -> list[str]:
    """Return a program and its first arguments, as a shell would split them.

    Raises:
        Refused: nothing is named, or a quotation does not end.
    """
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    try:
        found = shlex.split(words)
    except ValueError:
        found = []
    if not found:
        why = Name(en="it names no program", ja="プログラムが指定されていません")
        raise Refused("bad_table", source=f"{option} {words!r}", why=why)
    return found
