#!/usr/bin/env python3
"""Tries to compute what a public report hides: report_attack.py REPORT.html REPORT.csv LEAST

Every number of every table is an unknown or shown; rows and columns add up to their sums; sums that are one number in two
tables (SAME) are one unknown. All equations together are solved by elimination with fractions. Prints the
hidden numbers that follow, and shown ones that are too small; the exit code is 1 when there are any."""
import csv
import html.parser
import sys
from fractions import Fraction


# Each decision has a deadline, and each machine's word a dialect: these sums are the same numbers.
SAME = {("deadlines", "decisions"): 1, ("errors_by_category", "errors_by_dialect"): 2}


class Tables(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tables, self.cell = {}, None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows = self.tables.setdefault(dict(attrs)["aria-labelledby"], [])
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self.cell.strip())
            self.cell = None


def read(page):
    parser = Tables()
    parser.feed(page)
    return {name: rows for name, rows in parser.tables.items() if name not in ("times", "referral_times")}


def main(page, table, least):
    tables, numbers, equations, faults = read(page), {}, [], []
    listed = {(t, r, c): v for t, r, c, v in list(csv.reader(table.splitlines()))[1:]}
    for t, rows in tables.items():
        head, body = rows[0][1:], rows[1:]
        sums_right = len(head) > 1
        sums_below = len(body) > 2
        names = [row[0] for row in body]
        for i, row in enumerate(body):
            for k, value in enumerate(row[1:]):
                if value == "":
                    continue
                right, below = sums_right and k == len(head) - 1, sums_below and i == len(body) - 1
                place = (t, "sum" if below else names[i], "sum" if right else head[k])
                numbers[place] = None if value == "·" else int(value)
                if not right and not below and (listed[place] or "·") != value:
                    faults.append("%s: the list says otherwise" % (place,))
        rows_of = [n for i, n in enumerate(names) if not (sums_below and i == len(names) - 1)]
        columns_of = head[:-1] if sums_right else head
        if sums_right:
            equations += [([(t, r, c) for c in columns_of], (t, r, "sum")) for r in rows_of]
        if sums_below:
            equations += [([(t, r, c) for r in rows_of], (t, "sum", c)) for c in columns_of]
    for place, value in numbers.items():
        if value is not None and 0 < value < least:
            faults.append("%s: %d is shown" % (place, value))
    same = [(a, b) for a in numbers for b in numbers if (a[0], b[0]) in SAME and a[1:] == b[1:]
            and a[3 - SAME[a[0], b[0]]] == "sum" and None in (numbers[a], numbers[b])]
    wrong = [(a, b) for a in numbers for b in numbers if (a[0], b[0]) in SAME and a[1:] == b[1:]
             and a[3 - SAME[a[0], b[0]]] == "sum" and (numbers[a] is None) != (numbers[b] is None)]
    faults += ["%s: shown there, hidden here: %s" % pair for pair in wrong]
    hidden = sorted(p for p, v in numbers.items() if v is None)
    at = {p: i for i, p in enumerate(hidden)}
    matrix = []
    for parts, total in equations + [([a], b) for a, b in same]:
        row = [Fraction(0)] * len(hidden)
        for sign, p in [(1, p) for p in parts] + [(-1, total)]:
            if p in at:
                row[at[p]] += sign
        matrix.append(row)
    rank = 0
    for c in range(len(hidden)):
        pivot = next((r for r in range(rank, len(matrix)) if matrix[r][c]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        matrix[rank] = [x / matrix[rank][c] for x in matrix[rank]]
        for r in range(len(matrix)):
            if r != rank and matrix[r][c]:
                by = matrix[r][c]
                matrix[r] = [x - by * y for x, y in zip(matrix[r], matrix[rank])]
        rank += 1
    for row in matrix[:rank]:
        alone = [i for i, x in enumerate(row) if x]
        if len(alone) == 1:
            faults.append("%s: follows from the rest" % (hidden[alone[0]],))
    print("%d hidden of %d numbers" % (len(hidden), len(numbers)), *faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f, open(sys.argv[2], encoding="utf-8") as g:
        sys.exit(main(f.read(), g.read(), int(sys.argv[3])))
