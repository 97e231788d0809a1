"""Named views of the map."""

from __future__ import annotations

from dataclasses import asdict

from desktop.bridge.view_file import ViewFile
from desktop.models.saved_views import SavedViews, ViewPoint

HERE = ViewPoint(35.65, 139.78, 3.0, -20.0, 43.0, 800.0)
ABOVE = ViewPoint(35.66, 139.79, 3.0, 0.0, 43.0, 400.0, plan=True)


def test_views_are_kept_in_the_users_settings(tmp_path, qtbot):
    views = SavedViews(ViewFile("harumi", tmp_path))
    with qtbot.waitSignal(views.changed):
        views.save(" 駅前 ", HERE)
    views.save("plan", ABOVE)
    views.save("   ", HERE)
    again = SavedViews(ViewFile("harumi", tmp_path))
    assert again.names == ("駅前", "plan")
    assert again.get("plan") == ABOVE
    again.drop("plan")
    assert SavedViews(ViewFile("harumi", tmp_path)).names == ("駅前",)
    assert SavedViews(ViewFile("../harumi", tmp_path)).names == ()


def test_a_damaged_file_costs_the_views_only(tmp_path):
    file = ViewFile("a", tmp_path)
    file.keep({"good": asdict(HERE), "bad": {"latitude": "north"}, "worse": []})
    assert SavedViews(file).names == ("good",)
    (tmp_path / "views" / "a.json").write_text("[1, 2")
    assert SavedViews(file).names == ()
