#!/bin/sh
# Counts the words of the files that are named.
set -e
echo "counting on $(hostname)"
cat "$@" | tr -s ' \n' '\n' | sort | uniq -c | sort -rn > counts.txt
