"""What a card brought: whatever is damaged in it ends in a sentence that says what to do."""

from __future__ import annotations

import pytest

from edge_agent.configuration.claim_window import BadClaimFile, ClaimFile, read_claim_file


def test_a_whole_card_is_read(tmp_path):
    file = tmp_path / "claim.toml"
    file.write_text('gateway = "gw-a"\ncode = "01234567"\nhub_ca = ""\n')
    assert read_claim_file(file) == ClaimFile("gw-a", "01234567")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file"),
        (b"", "must say a gateway and a code"),
        (b"hello", "it is no TOML"),
        (b"\xff\xfe", "it is no text in UTF-8 (byte 1)"),
        (b'gateway = "gw-a"\ncode = 1234567\n', "must say a gateway and a code"),
        (b'gateway = ""\ncode = "01234567"\n', "names no gateway and code"),
        (b'gateway = "gw-a"\ncode = "01234567"\nmore = 1\n', "and nothing else"),
    ],
)
def test_a_damaged_card_is_told_in_plain_words(tmp_path, content, words):
    file = tmp_path / "claim.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadClaimFile) as bad:
        read_claim_file(file)
    assert words in str(bad.value)
    assert str(bad.value).endswith("write the card again")
    assert "Errno" not in str(bad.value)
