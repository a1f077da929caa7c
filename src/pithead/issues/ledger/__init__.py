"""The hazard ledgers 隐患台账 mines already keep: from a sheet kept by hand to matters with their whole life.

`columns` says what headings and words mean, `dates` reads days and hours however they are written, `rows` cleans, `outcomes`
says how far a row has come, `names` finds units, places and people, `plan` compares with what is known, `writing` lays out
what is to be inserted, `report` tells. `issues.actions.import_hazards` puts them together.
"""
