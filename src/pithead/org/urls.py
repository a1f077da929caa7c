"""Addresses of the organisation: nouns, then what may be done to one."""

from django.urls import path

from pithead.org.views import calendar, people, places, responsibility, roster, units

app_name = "org"

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/new/", units.open_unit, name="open_unit"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("units/<str:code>/name/", units.rename_unit, name="rename_unit"),
    path("units/<str:code>/parent/", units.move_unit, name="move_unit"),
    path("units/<str:code>/close/", units.close_unit, name="close_unit"),
    path("units/<str:code>/reorganise/", units.reorganise_unit, name="reorganise_unit"),
    path("units/<str:code>/posts/new/", responsibility.appoint, name="appoint"),
    path("units/<str:code>/served-by/new/", responsibility.serve, name="serve"),
    path("units/<str:code>/shift/", responsibility.assign_shift, name="assign_shift"),
    path("posts/<int:pk>/end/", responsibility.relieve, name="relieve"),
    path("serves/<int:pk>/end/", responsibility.stop_serving, name="stop_serving"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add_person, name="add_person"),
    path("people/<str:staff_no>/", people.person, name="person"),
    path("people/<str:staff_no>/particulars/", people.amend_person, name="amend_person"),
    path("people/<str:staff_no>/unit/", people.move_person, name="move_person"),
    path("people/<str:staff_no>/release/", people.release_person, name="release_person"),
    path("people/<str:staff_no>/leaves/new/", people.record_leave, name="record_leave"),
    path("leaves/<int:pk>/end/", people.end_leave, name="end_leave"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/day/", calendar.set_day, name="set_day"),
    path("calendar/cutoff/", calendar.set_cutoff, name="set_cutoff"),
    path("calendar/seed/", calendar.seed, name="seed_calendar"),
    path("calendar/confirm/", calendar.confirm, name="confirm_calendar"),
    path("calendar/file/", calendar.fill, name="fill_calendar"),
    path("places/", places.places, name="places"),
    path("places/new/", places.add_place, name="add_place"),
    path("places/<str:code>/close/", places.close_place, name="close_place"),
    path("shifts/", places.shifts, name="shifts"),
    path("shifts/systems/", places.set_shift_system, name="set_shift_system"),
    path("roster/import/", roster.roster_import, name="roster_import"),
    path("roster/import/<uuid:pk>/", roster.roster, name="roster"),
    path("roster/import/<uuid:pk>/failed/", roster.roster_failed, name="roster_failed"),
    path("roster/template/", roster.roster_template, name="roster_template"),
]
