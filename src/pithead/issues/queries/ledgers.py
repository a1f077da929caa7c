"""Ledgers that were uploaded and wait for their importer."""

from pithead.kernel.uploads import Uploads

LEDGERS = Uploads("issues", "ledger")
