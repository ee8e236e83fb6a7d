#!/bin/sh
mkdir -p results/deep/deeper
echo one >results/one.txt
echo two >results/deep/deeper/two.txt
: >results/deep/empty
echo single >single.txt
echo "not asked for" >other.txt
