"""Pure decoding: bytes of a protocol become numbers and readings; no input, no output."""
