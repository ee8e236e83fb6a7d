#!/usr/bin/env python3
"""Compares results on standard input (JSON Lines of ExpressionGenerator) with HTCondor's own (Python package htcondor).

The library is asked in a process of its own, which is started again where an expression brings it down.
"""

import json
import os
import subprocess
import sys

SHOWN = 20


def canonical(tree):
    """The text of an expression; str() would indent lists and ads."""
    import classad2

    holder = classad2.ClassAd()
    holder["X"] = tree
    return repr(holder)[len("[ X = ") : -len(" ]")]


def rendered(ad):
    return {"unparsed": repr(ad), "unparsedOld": ad.printOld()} if ad else None


def parsed(case):
    """Both renderings of a text, None if it is refused."""
    import classad2

    text = case["input"]
    if case["kind"] == "ad-new":
        ad = classad2.ClassAd(text)
        return {"unparsed": repr(ad), "unparsedOld": ad.printOld()}
    if case["kind"] == "ad-old":
        return rendered(next(iter(classad2.parseAds(text, classad2.ParserType.Old)), None))
    if case["kind"] == "expr-old":
        ad = next(iter(classad2.parseAds(f"X = {text}", classad2.ParserType.Old)), None)
        if not ad:
            return None
        return {"unparsed": repr(ad)[len("[ X = ") : -len(" ]")], "unparsedOld": ad.printOld()[len("X = ") : -1]}
    # A comment at the very end is not seen as one.
    tree = classad2.ExprTree(f"{text}\n")
    # The library does not look for the end of the text after a conditional.
    classad2.ExprTree(f"({text}\n)")
    holder = classad2.ClassAd()
    holder["X"] = tree
    return {"unparsed": canonical(tree), "unparsedOld": holder.printOld()[len("X = ") : -1]}


def answer(case):
    import classad2

    if "kind" in case:
        try:
            return parsed(case)
        except UnicodeDecodeError:
            return {"text": None}
        except Exception:
            return None
    try:
        tree = classad2.ExprTree(case["expr"])
    except Exception:
        return None
    holder = classad2.ClassAd()
    holder["X"] = tree
    old = holder.printOld()
    result = {"unparsed": canonical(tree), "unparsedOld": old[len("X = ") : -1]}
    my = classad2.ClassAd(case["ad"])
    target = classad2.ClassAd(case["target"]) if "target" in case else None
    try:
        result["text"] = canonical(tree.simplify(my, target))
    except UnicodeDecodeError:
        result["text"] = None
    except Exception:
        result["text"] = "error"
    return result


def serve():
    os.environ["TZ"] = "UTC"
    os.environ["CONDOR_CONFIG"] = "/dev/null"
    import htcondor2  # noqa: F401  registers the functions of the daemons

    for line in sys.stdin:
        try:
            print(json.dumps(answer(json.loads(line))), flush=True)
        except UnicodeDecodeError:
            print(json.dumps({"text": None}), flush=True)


class Library:
    def __init__(self):
        self.process = None

    def ask(self, line):
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
            reply = self.process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if reply:
            return json.loads(reply)
        self.process.wait()
        self.process = None
        raise ChildProcessError


def main():
    library = Library()
    compared = different = crashed = unreadable = 0
    for line in sys.stdin:
        case = json.loads(line)
        try:
            theirs = library.ask(line)
        except ChildProcessError:
            crashed += 1
            if "--crashes" in sys.argv:
                print(f"crash: {line.strip()}")
            continue
        # The calendar has no such years: HTCondor prints uninitialised memory.
        if "922337203685477580" in line and ("splitTime" in line or "formatTime" in line):
            continue
        if theirs is not None and theirs.get("text", "") is None:
            unreadable += 1
            continue
        keys = ("unparsed", "unparsedOld") if "kind" in case else ("text", "unparsed", "unparsedOld")
        ours = {key: case[key] for key in keys} if "unparsed" in case else None
        compared += 1
        if ours != theirs:
            different += 1
            if different <= SHOWN:
                print(f"{case['kind']} {case['input']!r}" if "kind" in case else f"{case['expr']}\n  ad {case['ad']}\n  target {case.get('target')}")
                for key in keys if ours and theirs else ():
                    if ours[key] != theirs[key]:
                        print(f"  {key}\n    HTCondor {theirs[key]}\n    ours     {ours[key]}")
                if not (ours and theirs):
                    print(f"  HTCondor {theirs}\n  ours     {ours}")
    print(f"classad: {compared} compared, {different} different, {crashed} crashed HTCondor's library, {unreadable} not UTF-8")
    return 1 if different or not compared else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        sys.exit(main())
