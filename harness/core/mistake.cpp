#include "core/mistake.h"

namespace harness {

const std::vector<MistakeClass>& mistake_classes() {
  static const std::vector<MistakeClass> classes = {
      {"relaxed-order", "plain data behind a flag without release and acquire"},
      {"relaxed-order-between-mappings", "the same flag between two mappings or two processes"},
      {"all-atomic-order", "all is atomic, and in the wrong order"},
      {"missing-fence", "a store and the load after it change places for want of a full fence"},
      {"one-fence-missing", "relaxed atomics hand data over by fences, and one of the two is missing"},
      {"store-order", "counts on the order of relaxed stores to two words (2+2W)"},
      {"load-buffering", "counts on a relaxed load to be made before the store after it"},
      {"data-race", "a lock is missing"},
      {"torn-state", "a death between two stores leaves half of a change"},
      {"compiler-order",
       "the same, made by a compiler that may move or drop stores that nothing keeps in order"},
      {"unrepaired-owner-death", "the heir of a robust mutex does not repair, or does not say so"},
      {"stuck-behind-the-dead", "waits for what only a dead one could give"},
      {"lost-wake-up", "sleeps through its wake-up, or wakes nobody"},
      {"lock-order-inversion", "takes two locks in two orders"},
      {"unsafe-in-handler", "a signal's handler does what is not safe there"},
      {"heap-overflow", "goes beyond a block of the heap"},
      {"use-after-free", "uses memory that it has freed"},
      {"segment-overflow", "goes beyond its part, inside a shared segment"},
      {"use-of-gone-memory", "touches mapped memory that has gone, or never came (SIGBUS)"},
      {"undefined-behaviour", "shifts too far, misaligns or overflows"},
      {"memory-leak", "does not free what it took"},
      {"untrusted-input", "trusts what a peer says, or reads it twice"},
      {"partial-transfer", "takes a part of a read, write or message for the whole"},
      {"broken-pipe", "is not ready for EPIPE or SIGPIPE"},
      {"eof-missed", "misses the end of a stream, or sees one that is not there"},
      {"interrupted-call", "is wrong about EINTR"},
      {"full-queue", "is wrong about a link or queue that is full"},
      {"check-then-act", "does in two steps what another can come between"},
      {"lost-or-repeated-work", "takes for done what was only sent, received or asked for, or does it twice"},
      {"message-boundaries", "is wrong about where a message or a name ends, or how long it may be"},
      {"message-order", "counts on another order than that of priorities or types"},
      {"coalesced-events", "counts on a notice for each event, where one stands for several or none comes"},
      {"unchecked-error", "does not look what a call came to, or takes an error for another"},
      {"stale-identity", "trusts a number, a name or a peer that may be another's by now"},
      {"wrong-owner", "gives back, takes or makes anew what another holds"},
      {"inherited-state", "is wrong about what fork, exec or sharing hands on"},
      {"passed-descriptor", "loses a descriptor that came beside bytes, or one too many"},
      {"residue", "leaves an object or a descriptor behind"},
  };
  return classes;
}

std::vector<std::string> mistake_class_ids() {
  std::vector<std::string> ids;
  for (const MistakeClass& one : mistake_classes()) ids.push_back(one.id);
  return ids;
}

std::string mistake_words(const std::string& id) {
  for (const MistakeClass& one : mistake_classes()) {
    if (one.id == id) return one.words;
  }
  return id;
}

}  // namespace harness
