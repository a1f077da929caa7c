"""Importing what a superior's system holds already: all of it or, if asked, the good rows; again and again without doubling any."""
