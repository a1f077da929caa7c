"""The roster 花名册 as mines have it: from a sheet somebody kept by hand to people, memberships and posts.

`columns` says what headings and words mean, `rows` cleans, `finder` finds units by any of their names, `plan` compares
with what is known, `report` tells. `org.actions.import_roster` puts them together and writes.
"""
