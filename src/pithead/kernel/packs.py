"""Packs: policy as data. YAML files under `pithead/packs/`, grouped by what they hold (standards, policies, …)."""

from pathlib import Path
from typing import Any

import yaml

PACKS = Path(__file__).resolve().parent.parent / "packs"


def load(kind: str, code: str) -> dict[str, Any]:
    """The pack `packs/<kind>/<code>.yaml`."""
    with (PACKS / kind / f"{code}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def codes(kind: str) -> list[str]:
    """Which packs of a kind there are."""
    return sorted(path.stem for path in (PACKS / kind).glob("*.yaml"))
