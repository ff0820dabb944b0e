# Mistake: has no trap, so that the signal ends it.
cd "$1" || exit 2
echo $$ >pid
sort -n <&3 >part.last &
last=$!
seq 1 100 >part.1 &
first=$!

finish() {
  noted=
  wait "$1"
  status=$?
  while [ $status -gt 128 ] && [ -n "$noted" ]; do
    noted=
    wait "$1"
    status=$?
  done
  [ $status -eq 0 ] || exit 1
}

finish $first
finish $last
cat part.1 part.last
