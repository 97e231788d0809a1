"""Which pages each role is offered."""

from __future__ import annotations

import pytest

from desktop.models.roles import PAGES_OF, pages_of


@pytest.mark.parametrize("role", sorted(PAGES_OF))
def test_every_role_has_pages_and_each_once(role):
    pages = PAGES_OF[role]
    assert pages
    assert len(set(pages)) == len(pages)


def test_pages_that_do_not_exist_are_not_offered():
    assert pages_of("manager", ("values", "overview")) == ("overview", "values")


def test_a_caregiver_is_offered_no_page_of_the_area():
    assert set(PAGES_OF["caregiver"]) <= {"care", "settings"}
