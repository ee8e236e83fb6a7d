#!/bin/sh
# Counts the words in the given files.
set -e
echo "counting on $(hostname)"
cat "$@" | tr -s ' \n' '\n' | sort | uniq -c | sort -rn > counts.txt
