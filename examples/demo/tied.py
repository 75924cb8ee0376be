"""
`python tied.py PROGRAM [ARGUMENTS]`: runs a program that ends when its input closes, which happens however the one
that started it ends. What it forks (RQ's work-horse and scheduler) ends with it.
"""

import os
import runpy
import sys
import threading

# A copy: multiprocessing closes the input of what it forks.
INPUT = os.dup(0)


def wait_for_the_end():
    while os.read(INPUT, 1):
        pass
    os._exit(0)


def tie():
    threading.Thread(target=wait_for_the_end, daemon=True).start()


tie()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=tie)
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
