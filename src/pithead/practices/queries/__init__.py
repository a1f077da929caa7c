"""Questions others may ask of practices and records."""

from pithead.practices.sampling import drawn

__all__ = ["drawn"]
