// The counters behind a boost::interprocess::named_mutex, which every process opens by its name.
#include <string>

#include <boost/interprocess/sync/named_mutex.hpp>

#include "../boost_counters.h"

namespace {

class Lock {
 public:
  Lock(Shared&, const char* name) : mutex_(bip::open_or_create, name_of_mutex(name).c_str()) {}
  bip::named_mutex& mutex() { return mutex_; }
  static void remove(const char* name) { bip::named_mutex::remove(name_of_mutex(name).c_str()); }

 private:
  static std::string name_of_mutex(const char* name) { return std::string(name + 1) + "-mutex"; }

  bip::named_mutex mutex_;
};

}  // namespace

int main(int argc, char** argv) { return run_counters<Lock>(argc, argv); }
