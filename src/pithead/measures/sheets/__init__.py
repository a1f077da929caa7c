"""Tables of figures as mines have them: dispatch day sheets, heading and face sheets, monthly tables, and our own empty ones."""
