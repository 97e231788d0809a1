"""Fuzzes one decoder with atheris: `python fuzz_decoder.py NAME [libFuzzer options] [corpus]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["edge_agent.decoding"]):
    from tests.edge_agent.decoding.decoders import DECODERS, survives

_DECODER = DECODERS[sys.argv[1]][0]


def _one(data: bytes) -> None:
    survives(_DECODER, data)


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], _one)
    atheris.Fuzz()
