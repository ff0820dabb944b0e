# Mistake: takes a wait that a signal ended early for the end of the job.
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
  [ $status -eq 0 ] || [ $status -gt 128 ] || exit 1
}

finish $first
finish $last
cat part.1 part.last
