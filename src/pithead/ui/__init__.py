"""Base page, components, styles, scripts, gallery; and the registries that faces read."""
