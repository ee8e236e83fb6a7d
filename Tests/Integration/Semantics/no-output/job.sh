#!/bin/sh
echo x >x.txt
