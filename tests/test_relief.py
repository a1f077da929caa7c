"""Rules of domain 10.4 over the whole product. B2, B10: no table and no field keeps who came, how often or how long. B11: a
complaint is one press away on every page.
"""

import pytest
from django.test import Client

from pithead.practices.queries.self_check import forbidden_names, words_of_models
from tests.sample import Sample
from tests.site import pages


def test_no_table_and_no_field_counts_who_came() -> None:
    names = words_of_models()
    assert "org.User.last_login" in names
    assert "practices.Record" in names
    assert forbidden_names(names) == []


@pytest.mark.parametrize(
    "name",
    [
        "org.Person.streak",
        "org.DailyCheckin",
        "org.Person.check_in_days",
        "org.User.online_seconds",
        "org.User.login_count",
        "org.Login",
        "org.User.logins",
        "practices.Badge",
        "practices.Record.likes",
        "practices.Record.view_count",
        "org.Person.study_minutes",
        "org.Person.reading_time",
        "org.Person.points_total",
        "org.Leaderboard",
        "org.User.install_date",
    ],
)
def test_such_a_name_is_found(name: str) -> None:
    assert forbidden_names([name]) == [name]


@pytest.mark.parametrize("name", ["org.User.sign_in", "practices.BurdenCap.minutes", "assess.Result.rank"])
def test_others_are_left_alone(name: str) -> None:
    assert forbidden_names([name]) == []


def test_every_page_takes_a_complaint(sample: Sample) -> None:
    without = []
    for page in pages(sample):
        client = Client()
        client.force_login(sample.cast.account(page.member))
        shown = client.get(page.path).content.decode()
        if "?kind=complaint" not in shown:
            without.append(page.name)
    assert without == ["web:screen", "web:activate"]  # on the wall, where nobody types; where nobody is signed in yet
