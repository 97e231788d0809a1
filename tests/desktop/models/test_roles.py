"""Which pages each role is offered, and in which role a person acts."""

from __future__ import annotations

import pytest

from desktop.models.person import CAREGIVER, MANAGER, NOBODY, Entry, Person
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


@pytest.mark.parametrize(
    ("role", "entry", "may"),
    [
        (CAREGIVER, Entry.PERSON, True),
        (MANAGER, Entry.PERSON, False),
        (MANAGER, Entry.OPEN, True),  # the hub asks nobody who they are
        (NOBODY, Entry.NONE, False),
    ],
)
def test_a_person_acts_in_their_role_or_in_any_where_nobody_is_asked(role, entry, may):
    person = Person()
    person.become("hana", role, entry)
    assert person.acts_as(CAREGIVER) is may
