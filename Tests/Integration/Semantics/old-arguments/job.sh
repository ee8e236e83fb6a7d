#!/bin/sh
printf '%s arguments\n' $#
printf '[%s]\n' "$@"
