"""Lines of what decides — actions, access, scoring — that no test ran, on either database. `uncovered FOLDER` of coverage data."""

import sys
from pathlib import Path

import coverage

DECIDING = ("*/actions.py", "*/actions/*.py", "org/access.py", "assess/scoring.py")
SOURCE = Path("src/pithead")

measured = coverage.Coverage(data_file=f"{sys.argv[1]}/coverage")
measured.combine([sys.argv[1]])
found = [path for pattern in DECIDING for path in sorted(SOURCE.glob(pattern))]
missing = {path: measured.analysis2(str(path))[3] for path in found}
for path, lines in missing.items():
    if lines:
        print(f"{path}: {measured.analysis2(str(path))[4]}")
print(f"{len(found)} files, {sum(map(len, missing.values()))} uncovered lines")
sys.exit(any(missing.values()) or not found)
