#!/bin/sh
echo before
kill -KILL $$
