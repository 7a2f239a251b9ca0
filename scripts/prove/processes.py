"""Starting programs, waiting for what they bring about, and namespaces that end with them."""

import os
import signal
import subprocess
import sys
import time


def isolate():
    """Runs this script again in namespaces of its own: what it starts dies with it, its addresses are nobody else's."""
    if os.environ.get("SLIPWAY_BENCH") == "isolated":
        # The first process of a namespace takes no signal that it does not handle.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
        return
    os.environ["SLIPWAY_BENCH"] = "isolated"
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    own = [*user, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    try:
        os.execvp("unshare", ["unshare", *own, sys.executable, *sys.argv])
    except OSError as error:
        sys.exit("the proofs need Linux and its namespaces (unshare, of util-linux): %s" % error)


def run(*command, check=True, **options):
    """A program's stdout. Error: RuntimeError with the end of what it said."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip()[-800:]
        raise RuntimeError("%s exited %d: %s" % (" ".join(command)[:200], done.returncode, said))
    return done.stdout


def until(what, check, within_s=120):
    """Waits until check() gives something; what raises is not there yet. Out: that, and after how many seconds.

    Error: AssertionError with what was seen last.
    """
    began, last = time.monotonic(), None
    while time.monotonic() - began < within_s:
        try:
            last = check()
            if last:
                return last, time.monotonic() - began
        except Exception as error:
            last = "%s: %s" % (type(error).__name__, error)
        time.sleep(0.3)
    raise AssertionError("not within %d s: %s; last seen: %s" % (within_s, what, str(last)[:500]))
