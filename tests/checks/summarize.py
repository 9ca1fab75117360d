#!/usr/bin/env python3
"""Adds up JUnit XML: summarize.py FOLDER prints a line for each group of tests and, last, 'N passed, N failed, N skipped'.

checks.xml, lit.xml, python.xml, wheel.xml and builds.xml stand for themselves. A GoogleTest program writes unit/NAME.xml, or sanitizers/NAME.xml; unit.ctest.xml
and sanitizers.ctest.xml tell of programs that died first.
Exit code 1 if anything failed or nothing ran.
"""
import collections
import pathlib
import sys
import xml.etree.ElementTree as xml

Count = collections.namedtuple("Count", "passed failed skipped")


def count(file):
    """Outcomes of the test cases in one file."""
    passed = failed = skipped = 0
    for case in xml.parse(file).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return Count(passed, failed, skipped)


def add(counts):
    return Count(*map(sum, zip(*counts, strict=True))) if counts else Count(0, 0, 0)


def unit_tests(results, group):
    """Cases of all programs, and those programs that failed without saying which case."""
    files = sorted((results / group).glob("*.xml"))
    total = add([count(file) for file in files])
    programs = count(results / f"{group}.ctest.xml").failed
    told = sum(1 for file in files if count(file).failed)
    return Count(total.passed, total.failed + max(0, programs - told), total.skipped)


def main():
    results = pathlib.Path(sys.argv[1])
    groups = {}
    for name in ("checks", "unit", "lit", "python", "wheel", "builds", "sanitizers"):
        if (results / f"{name}.ctest.xml").is_file():
            groups[name] = unit_tests(results, name)
        elif (results / f"{name}.xml").is_file():
            groups[name] = count(results / f"{name}.xml")
    for name, outcome in groups.items():
        print(f"{name:10}{outcome.passed:6} passed{outcome.failed:6} failed{outcome.skipped:6} skipped")
    total = add(list(groups.values()))
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
