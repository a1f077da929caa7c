"""Numbers of people in the database: cipher text that can still be looked up."""

from django.db import connection

from pithead.org.models import Person
from pithead.org.testing import Cast

NUMBER = "640121198801010017"


def test_the_database_never_sees_the_number_and_still_finds_it(cast: Cast) -> None:
    person = cast.people["worker"]
    person.id_number = NUMBER
    person.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM org_person WHERE id = %s", [person.pk])
        stored, empty = cursor.fetchone()
    assert NUMBER not in stored
    assert empty == ""
    assert Person.objects.get(id_number=NUMBER) == person
    assert Person.objects.get(pk=person.pk).id_number == NUMBER
