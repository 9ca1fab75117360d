"""Entries of a generated C++ table, as many in a line as 120 columns hold. Used by the scripts that generate tables."""


def table_lines(entries: list[str]) -> str:
    lines, line = [], "   "
    for entry in entries:
        if len(line) + len(entry) + 2 > 120:
            lines.append(line)
            line = "   "
        line += f" {entry},"
    return "\n".join([*lines, line])
