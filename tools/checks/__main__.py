"""Run every check of the house: `python -m tools.checks`."""

from __future__ import annotations

import sys

from tools.checks import rules, size, tree, web_rules, words
from tools.checks.findings import ROOT, Finding


def main() -> None:
    """Print all findings and exit with 1 if there are any."""
    findings: list[Finding] = []
    for check in (size, tree, rules, web_rules, words):
        findings += check.findings(ROOT)
    for finding in sorted(findings):
        print(finding)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
