#!/bin/sh
cat data.txt
echo made >made.txt
