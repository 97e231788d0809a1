"""Lists of facilities as Tokyo publishes them: encodings, both column sets, blanks, tombstones."""

from __future__ import annotations

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.loader import load_area
from desktop.twin.analysis.facilities import read_facilities

NEW = (
    "全国地方公共団体コード,ID,名称,所在地_連結表記,緯度,経度,バリアフリートイレ数,"
    "車椅子使用者用トイレ有無,乳幼児用設備設置トイレ有無,オストメイト設置トイレ有無\n"
)
OLD = (
    "NO,名称,住所,緯度,経度,多機能トイレ数,車椅子使用者用トイレ有無,"
    "乳幼児用設備設置トイレ有無,オストメイト設置トイレ有無\n"
)
STATION = (
    "管理者種別番号,鉄道駅通し番号,鉄道駅内トイレ通し番号,鉄道駅名,市区町村・番地,トイレ名,経度,緯度,"
    "車椅子が出入りできる（出入口の有効幅員80cm以上）,オストメイト用設備がある,"  # noqa: RUF001  # as published
    "乳幼児用おむつ交換台等を備えている,データの削除年月\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
def test_every_encoding_in_use_is_told(encoding):
    data = (NEW + "131024,7,広場,中央区1,35.65,139.77,1,有,無,\n").encode(encoding)
    found = read_facilities(data, "list.csv")
    assert [(f.id, f.name) for f in found.facilities] == [("7", "広場")]


def test_blank_is_unknown_and_not_no():
    found = read_facilities((NEW + ",1,学校,,35.65,139.77,,,無,有\n").encode(), "list.csv")
    school = found.facilities[0]
    assert (school.wheelchair, school.infant, school.ostomate) == (None, False, True)


def test_the_old_columns_are_read_and_blank_lines_are_nothing():
    rows = "54,公園,江東区2,35.64,139.80,0,有,無,有\n,,,,,,,,\n"
    found = read_facilities((OLD + rows).encode(), "list.csv")
    assert [f.address for f in found.facilities] == ["江東区2"]
    assert found.quarantined == ()
    (remark,) = found.remarks
    assert remark.en == "1 facilities name a number of toilets that contradicts their flag"
    assert remark.ja == "1施設でトイレ数と有無が矛盾"


def test_stations_have_signs_tombstones_and_longitude_first():
    rows = (
        "1,1,1,新宿,西新宿1,多目的トイレ,139.69,35.69,○個室前,×　※備考欄参照,△,\n"  # noqa: RUF001  # as published
        "1,4,1,,,,,,,,,201911\n"
        "1,5,1,町田,,トイレ,,,○,○,○,\n"
        "1,6,1,海,,トイレ,0,0,○,○,○,\n"
    )
    found = read_facilities((STATION + rows).encode("cp932"), "stations.csv")
    (shinjuku,) = found.facilities
    assert shinjuku.name == "新宿 多目的トイレ"
    assert shinjuku.id == "1-1-1"
    assert (shinjuku.latitude, shinjuku.longitude) == (35.69, 139.69)
    assert (shinjuku.wheelchair, shinjuku.ostomate, shinjuku.infant) == (True, False, None)
    assert [(row.line, row.why.en.split()[0]) for row in found.quarantined] == [
        (3, "deleted"),
        (4, "without"),
        (5, "its"),
    ]


def test_many_at_one_point_are_remarked():
    rows = "".join(f"{n},便所{n},,35.67,139.77,,,,\n" for n in range(5))
    assert "5 facilities share" in read_facilities((OLD + rows).encode(), "x.csv").remarks[0].en


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no columns"),
        ("名称,住所\na,b\n".encode(), "no columns"),
        ("緯度,経度\n35,139\n".encode(), "none of the columns"),
        (b"\x81\xff\xfd\xfe\x80\x80\x81", "neither UTF-8"),
        (b"x" * 20_000_001, "more than any list"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(data, why):
    with pytest.raises(AreaFileError, match=why) as caught:
        read_facilities(data, "list.csv")
    assert "list.csv" in str(caught.value)


def test_the_bundled_list_is_invented_and_readable():
    (path,) = load_area("harumi").facilities
    found = read_facilities(path.read_bytes(), path.name)
    assert len(found.facilities) == 7
    assert found.encoding == "utf-8-sig"
    assert found.quarantined == ()


def test_the_published_lists_read_as_they_are(shared_data):
    toilets = shared_data / "open_data" / "toilets"
    koto = read_facilities((toilets / "koto_public_toilet_32col.csv").read_bytes(), "koto")
    assert len(koto.facilities) == 191
    assert [remark.en[:14] for remark in koto.remarks] == ["31 facilities "]
    path = toilets / "tokyo_rail_station_accessible_toilet_44col_cp932.csv"
    stations = read_facilities(path.read_bytes(), "stations")
    assert stations.encoding == "cp932"
    assert len(stations.facilities) == 783
    assert len(stations.quarantined) == 13
    assert {row.why.en for row in stations.quarantined} == {"deleted by the publisher"}
