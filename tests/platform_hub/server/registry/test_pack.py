"""The area pack over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town

PACK = "/area/v1/pack"


def test_the_pack_is_a_zip_with_an_etag(hub: Town) -> None:
    answer = hub.get(PACK)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.content == b"PK-town"
    assert answer.headers["etag"] == hub.get(PACK).headers["etag"]


@pytest.mark.parametrize("form", ["{}", 'W/{}, "other"', '"other", {}', "*"])
def test_who_has_it_is_not_sent_it_again(hub: Town, form: str) -> None:
    etag = hub.get(PACK).headers["etag"]
    answer = hub.http.get(PACK, headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag


def test_who_has_another_is_sent_it(hub: Town) -> None:
    answer = hub.http.get(PACK, headers={"If-None-Match": '"older"'})
    assert answer.status_code == 200
