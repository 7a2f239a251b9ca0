"""Runs the agent's tests, a process for each file, and tells of them in one last line. Nothing found is a failure.

run.py [-v] [-k NAME]... [FILE]...
"""

import argparse
import io
import json
import logging
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", action="append", dest="names", default=[], help="the whole name of a test")
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("--one", action="store_true", help="run the one file here, and say the counts in JSON")
    parser.add_argument("files", nargs="*", type=Path, default=[])
    asked = parser.parse_args()
    if asked.one:
        return run(asked.files[0].stem, asked.names, asked.verbose)
    began = time.monotonic()
    files = asked.files or sorted(HERE.glob("test_*.py"))
    options = [option for name in asked.names for option in ("-k", name)] + ["-v"] * asked.verbose
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = list(pool.map(lambda file: start(file, options), files))
    total = {"ran": 0, "failed": 0, "skipped": 0}
    for file, ended in zip(files, runs):
        *text, last = ended.stdout.splitlines() or [""]
        try:
            counts = json.loads(last)
        except ValueError:  # it did not get as far as its counts
            text, counts = [*text, last], {"ran": 1, "failed": 1, "skipped": 0}
        if counts["failed"] or asked.verbose:
            print("── %s ──\n%s\n%s" % (file.name, "\n".join(text), ended.stderr))
        total = {name: total[name] + counts[name] for name in total}
    passed = total["ran"] - total["failed"] - total["skipped"]
    counts = (len(files), total["ran"], passed, total["failed"], total["skipped"])
    print("agent: %d files, %d tests, %d passed, %d failed, %d skipped, %.1f s" % (*counts, time.monotonic() - began))
    return 1 if total["failed"] or total["ran"] == 0 else 0


def start(file, options):
    command = [sys.executable, __file__, "--one", *options, str(file)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def run(module, names, verbose):
    """Runs one file in this process."""
    logging.disable()  # botocore's
    loader = unittest.TestLoader()
    loader.testNamePatterns = ["*." + name for name in names] or None
    text = io.StringIO()
    runner = unittest.TextTestRunner(stream=text, verbosity=2 if verbose else 1, buffer=True)
    result = runner.run(loader.loadTestsFromName(module))
    print(text.getvalue())
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(json.dumps({"ran": result.testsRun, "failed": failed, "skipped": len(result.skipped)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
