"""Measured against the plainest code that does the same work. Each module of this folder is one benchmark."""
