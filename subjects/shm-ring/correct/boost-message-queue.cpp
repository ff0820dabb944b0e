// A sender and a receiver over a boost::interprocess::message_queue, used as its documentation says.
//
//     boost-message-queue sender|receiver --name /NAME
//
// The sender makes the queue, tells its process id by the first message, and sends three more. The receiver
// never waits without a limit: every 50 ms it looks whether the sender still lives. Exit status: 0 done,
// 2 wrong usage or no queue, 3 the sender has died.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include <boost/date_time/posix_time/posix_time.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>

#include "../../common/memory/liveness.h"
#include "probe/probe.h"

namespace bip = boost::interprocess;

namespace {

constexpr int64_t kItems = 3;
constexpr size_t kRoom = 8;
constexpr int kPatienceMs = 50;

int send_all(const char* name) {
  bip::message_queue queue(bip::create_only, name, kRoom, sizeof(int64_t));
  const int64_t own = getpid();
  queue.send(&own, sizeof(own), 0);
  HARNESS_PROBE("queue.ready");
  for (int64_t item = 1; item <= kItems; ++item) {
    harness_invoke("send", item);
    HARNESS_PROBE("send.begin");
    queue.send(&item, sizeof(item), 0);
    HARNESS_PROBE("send.end");
    harness_ok("send", item, sizeof(item));
  }
  HARNESS_PROBE("all.sent");
  return 0;
}

bool receive_one(bip::message_queue& queue, int64_t& item) {
  const auto until =
      boost::posix_time::microsec_clock::universal_time() + boost::posix_time::milliseconds(kPatienceMs);
  bip::message_queue::size_type size = 0;
  unsigned priority = 0;
  return queue.timed_receive(&item, sizeof(item), size, priority, until);
}

int receive_all(const char* name) {
  bip::message_queue queue(bip::open_only, name);
  bip::message_queue::remove(name);
  int64_t sender = 0;
  if (!receive_one(queue, sender)) return 2;
  HARNESS_PROBE("item.wanted");
  for (int64_t received = 0; received < kItems;) {
    int64_t item = 0;
    const bool has_died = shared_memory::has_ended(static_cast<pid_t>(sender));
    if (receive_one(queue, item)) {
      harness_ok("receive", item, sizeof(item));
      ++received;
    } else if (has_died) {
      return 3;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--name") != 0) {
    fprintf(stderr, "usage: %s sender|receiver --name /NAME\n", argv[0]);
    return 2;
  }
  try {
    return strcmp(argv[1], "sender") == 0 ? send_all(argv[3]) : receive_all(argv[3]);
  } catch (const bip::interprocess_exception& error) {
    fprintf(stderr, "boost-message-queue: %s\n", error.what());
    return 2;
  }
}
