"""Names of people who do not exist, the same for the same random generator."""

import random

from pithead.kernel import packs


class Names:
    def __init__(self, chance: random.Random):
        self.chance = chance
        self.parts: dict[str, str] = packs.load("demo", "names")

    def next(self, *, woman: bool) -> str:
        first, second = ("women_first", "women_second") if woman else ("first", "second")
        return "".join(self.chance.choice(self.parts[part]) for part in ("surnames", first, second))
