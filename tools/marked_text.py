"""Documents with parts that scripts write, between <!-- name --> and <!-- /name -->."""
import re


def between_markers(text, marker, rows, document):
    """`text` with `rows` as the part called `marker`."""
    pattern = re.compile(f"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)", re.DOTALL)
    body = "\n".join(rows) + "\n"
    text, count = pattern.subn(lambda match: match[1] + body + match[2], text)
    if count != 1:
        raise SystemExit(f"{document}: expected one '{marker}' section, found {count}")
    return text
