"""Runs the agent's tests in one process and tells of them in one last line. Nothing found is a failure.

run.py [-k NAME]... [FILE]...
"""

import argparse
import io
import logging
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", action="append", dest="names", default=[], help="the whole name of a test")
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("files", nargs="*", type=Path, default=[])
    asked = parser.parse_args()
    logging.disable()  # botocore's
    began, loader = time.monotonic(), unittest.TestLoader()
    loader.testNamePatterns = ["*." + name for name in asked.names] or None
    files = [path.stem for path in asked.files] or sorted(path.stem for path in HERE.glob("test_*.py"))
    suite = loader.loadTestsFromNames(files)
    text = io.StringIO()
    result = unittest.TextTestRunner(stream=text, verbosity=2 if asked.verbose else 1, buffer=True).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    if failed or asked.verbose:
        print(text.getvalue())
    skipped = len(result.skipped)
    counts = (len(files), result.testsRun, result.testsRun - failed - skipped, failed, skipped)
    print("agent: %d files, %d tests, %d passed, %d failed, %d skipped, %.1f s" % (*counts, time.monotonic() - began))
    return 1 if failed or result.testsRun == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
