"""The table of rights as a document. `bin/access-table` writes it to docs/access.md; a test compares."""

from pathlib import Path

from pithead.org.access import ROLES, Capability, Reach

DOCUMENT = Path(__file__).parent.parent / "docs" / "access.md"
HEAD = """# Who may do what

Written by `bin/access-table` out of `pithead.org.access`; do not edit. Every person is a 职工 (worker); a post held on the
day adds its role. Pages outside a person's rights do not exist for that person (404).

How far a right reaches: {reaches}.

"""


def access_table() -> str:
    used = [reach for reach in Reach if any(reach in role.grants.values() for role in ROLES.values())]
    lines = [HEAD.format(reaches=" · ".join(f"`{reach.value}` {reach.label}" for reach in used))]
    lines.append("| | " + " | ".join(role.label for role in ROLES.values()) + " |\n")
    lines.append("|---|" + "---|" * len(ROLES) + "\n")
    for capability in Capability:
        reaches = (role.grants.get(capability) for role in ROLES.values())
        cells = " | ".join(f"`{reach.value}`" if reach else "" for reach in reaches)
        lines.append(f"| {capability.label} `{capability.value}` | {cells} |\n")
    lines.append("\n## Roles\n\n")
    lines += [f"- **{role.label}** `{code.value}`: {role.description}\n" for code, role in ROLES.items()]
    return "".join(lines)
