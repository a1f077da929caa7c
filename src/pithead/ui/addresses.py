"""What stands in an address."""


def number(text: str, otherwise: int = 1) -> int:
    """Anything that is none counts as not given."""
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise
