"""The sealed chain: what decides honour and money cannot be changed, removed or slipped in unnoticed.

Actions `seal` what they settled, inside their transaction and as the last thing they hold. `verify` compares the rows that
stand with what was sealed and walks the chain; `anchor_of` is the 校验码 for paper. Apps register their tables in `ready()`.
"""

from pithead.kernel.sealing.anchors import anchor, anchor_of, check_anchor
from pithead.kernel.sealing.chain import Altered, altered, begin, erase, seal
from pithead.kernel.sealing.salts import seeded_salts
from pithead.kernel.sealing.tables import Content, SealedTable, register
from pithead.kernel.sealing.verifying import Fault, Report, verify

__all__ = [
    "Altered",
    "Content",
    "Fault",
    "Report",
    "SealedTable",
    "altered",
    "anchor",
    "anchor_of",
    "begin",
    "check_anchor",
    "erase",
    "register",
    "seal",
    "seeded_salts",
    "verify",
]
