"""What higher layers add to the command line: the demo's loader."""

from pithead.ui.registry import Registry

demo_loaders: Registry = Registry()
