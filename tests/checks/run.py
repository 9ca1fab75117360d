#!/usr/bin/env python3
"""Runs the checks of this folder and writes their results as JUnit XML: run.py --junit FILE."""
import argparse
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

folder = pathlib.Path(__file__).resolve().parent
CHECKS = ("format.sh", "includes.py", "file_size.py", "names.py", "constraints.py", "type_names.py", "namespaces.py", "prose.py")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--junit", required=True, type=pathlib.Path)
    arguments = arguments.parse_args()

    suite = xml.Element("testsuite", name="checks")
    failures = 0
    for check in CHECKS:
        command = ["bash" if check.endswith(".sh") else sys.executable, folder / check]
        done = subprocess.run(command, capture_output=True, text=True)
        text = (done.stdout + done.stderr).strip()
        case = xml.SubElement(suite, "testcase", classname="checks", name=check)
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {check}" + "".join(f"\n       {line}" for line in text.splitlines()))
        if done.returncode:
            failures += 1
            xml.SubElement(case, "failure", message=text)
    suite.attrib.update(tests=str(len(CHECKS)), failures=str(failures), errors="0", skipped="0")
    arguments.junit.write_bytes(xml.tostring(suite))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
