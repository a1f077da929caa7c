"""The packs that come with the product."""

from pithead.kernel import packs
from pithead.practices.content import MethodSpec
from pithead.practices.pack import read_method


def shipped_pack(code: str) -> MethodSpec:
    """`packs/practices/<code>.yaml`, read as any other is."""
    file = packs.PACKS / "practices" / f"{code}.yaml"
    return read_method(file.read_text(encoding="utf-8"), file.name)
