r"""The command line \`pithead\`: the same actions and queries as the desk."""
