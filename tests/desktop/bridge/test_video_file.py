"""Videos through ffmpeg, or as numbered pictures."""

from __future__ import annotations

import io
import sys

import PIL.Image
import pytest

from desktop.bridge.video_file import VideoFailed, VideoFile, ffmpeg


def picture(shade):
    out = io.BytesIO()
    PIL.Image.new("RGB", (65, 48), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def test_without_an_encoder_there_are_pictures(tmp_path):
    video = VideoFile(tmp_path / "v", None)
    for shade in (0, 100):
        video.add(picture(shade))
    video.finish()
    assert [path.name for path in sorted((tmp_path / "v").iterdir())] == ["00001.png", "00002.png"]


def test_what_is_cancelled_leaves_nothing(tmp_path):
    video = VideoFile(tmp_path / "v", None)
    video.add(picture(0))
    video.abort()
    assert not list((tmp_path / "v").iterdir())


def test_an_encoder_that_fails_is_named(tmp_path):
    encoder = tmp_path / "ffmpeg"
    encoder.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\n"
                       "sys.exit('no room on the disk')\n")  # fmt: skip
    encoder.chmod(0o755)
    video = VideoFile(tmp_path / "v.mp4", str(encoder))
    video.add(picture(0))
    with pytest.raises(VideoFailed, match="no room on the disk"):
        video.finish()


def test_ffmpeg_writes_an_mp4(tmp_path):
    if (encoder := ffmpeg()) is None:
        pytest.skip("no ffmpeg on this machine")
    video = VideoFile(tmp_path / "v.mp4", encoder)
    for shade in range(0, 200, 20):
        video.add(picture(shade))
    video.finish()
    assert (tmp_path / "v.mp4").read_bytes()[4:8] == b"ftyp"
