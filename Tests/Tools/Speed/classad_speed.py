#!/usr/bin/env python3
"""How fast HTCondor's own library parses and evaluates the ad in a file; Python's share is one call each."""

import os
import sys
import time

os.environ["TZ"] = "UTC"
os.environ["CONDOR_CONFIG"] = "/dev/null"

import classad2  # noqa: E402
import htcondor2  # noqa: E402,F401  registers the functions of the daemons


def best(runs, body):
    shortest = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        body()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


text = open(sys.argv[1], encoding="utf-8").read()
ad = classad2.ClassAd(text)
print(f"HTCondor parse {best(20, lambda: classad2.ClassAd(text)) * 1e3:.3f} ms")
print(f"HTCondor evaluate {best(20, lambda: ad.eval('All')) * 1e3:.3f} ms {ad.eval('All')}")
