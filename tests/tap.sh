#!/bin/sh
# Runs a test program and passes its TAP on. cmocka 1.1 prints a skipped test as "not ok N # SKIP name", which every
# reader of TAP counts as a failure: "ok N # SKIP name" is what is meant.
out=$("$@")
rc=$?
printf '%s\n' "$out" | sed 's/^not ok \([0-9]* # SKIP\)/ok \1/'
exit $rc
