"""Importing what a superior's system holds already: upload, see what it would do, confirm."""
