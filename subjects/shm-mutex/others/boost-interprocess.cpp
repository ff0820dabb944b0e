// The counters behind a boost::interprocess::interprocess_mutex, which lies beside them in the segment.
#include "../boost_counters.h"

namespace {

class Lock {
 public:
  Lock(Shared& shared, const char*) : mutex_(shared.mutex) {}
  bip::interprocess_mutex& mutex() { return mutex_; }
  static void remove(const char*) {}

 private:
  bip::interprocess_mutex& mutex_;
};

}  // namespace

int main(int argc, char** argv) { return run_counters<Lock>(argc, argv); }
