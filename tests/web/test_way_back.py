"""Pages that were opened from another one lead back to it, and to nowhere else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from fuqi.web.people.way_back import LONGEST, way_back, with_way_back


def asked(back: str) -> str:
    found = way_back(RequestFactory().get("/people/1/", {"from": back}))
    return found.url if found else ""


def test_a_page_of_ours_is_a_way_back() -> None:
    assert asked("/people/?place=430611100&page=2") == "/people/?place=430611100&page=2"


@pytest.mark.parametrize(
    "back", ["https://example.com/people/", "//example.com/people/", "/\\example.com", "javascript:alert(1)", "/nowhere/", ""]
)
def test_nothing_else_is(back: str) -> None:
    assert asked(back) == ""


def test_a_link_keeps_the_page_with_its_own_way_back_until_it_grows_too_long() -> None:
    near = RequestFactory().get("/people/1/", {"from": "/people/"})
    assert with_way_back("/rows/x/", near) == "/rows/x/?from=%2Fpeople%2F1%2F%3Ffrom%3D%252Fpeople%252F"
    far = RequestFactory().get("/people/1/", {"from": "/" + "x" * LONGEST})
    assert with_way_back("/rows/x/", far) == "/rows/x/"
