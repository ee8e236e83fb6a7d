#!/bin/sh
echo A >a.txt
echo B >b.txt
echo "standard output"
