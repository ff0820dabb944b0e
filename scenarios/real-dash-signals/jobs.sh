# Runs jobs in the background and waits for each. dash says more than 128 when a trap ended the wait early:
# then again. Whether the job still is there (kill -0) says nothing: dash may know its end already.
cd "$1" || exit 2
trap 'noted=1' USR1
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
