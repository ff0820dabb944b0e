// Tokens: a counter with EFD_SEMAPHORE, of which each read takes one, and workers that share the jobs. A
// token only says that there is something to do. Whose a job is stands in its lease, in DIRECTORY/leases,
// mapped by every worker: so another can see that its worker died, and does it.
#pragma once

#include "../common/message/acknowledged.h"
#include "transport.h"

namespace bell_link {

using messages::Transport;

constexpr int kJobsMax = 64;

struct Lease {
  std::atomic<pid_t> worker;  // 0: nobody's
  std::atomic<int> is_done;
};

inline Lease* map_leases(const messages::Options& options) {
  const int fd = open_file(options, "leases", O_RDWR);
  if (fd < 0 || ftruncate(fd, sizeof(Lease) * kJobsMax) != 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(Lease) * kJobsMax, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<Lease*>(memory);
}

inline Lease*& leases() {
  static Lease* all = nullptr;
  return all;
}

inline int open_to_work(Run& run) {
  leases() = map_leases(run.options);
  run.queue = open_file(run.options, "jobs", O_RDONLY);
  return leases() != nullptr && run.queue >= 0 && never_block() ? 0 : errno;
}

// --- tokens

inline bool take_token() {
  uint64_t count = 0;
  if (read(kBell, &count, sizeof(count)) < 0) return false;
  const auto taken = static_cast<int64_t>(count);
  harness_observe("token", 1, &taken);
  HARNESS_PROBE("token.taken");
  return true;
}

// --- leases

inline bool has_ended(pid_t worker) {
  messages::Peer peer = messages::watch(worker);
  if (messages::is_gone(peer)) return true;
  pollfd waiting{.fd = peer.fd, .events = POLLIN, .revents = 0};
  const timespec at_once{};
  const bool is_readable = ppoll(&waiting, 1, &at_once, nullptr) == 1;
  messages::let_go(peer);
  return is_readable;
}

// True when the job is this worker's now: it was nobody's, or that of a dead worker who has not done it.
inline bool lease(Lease& job) {
  pid_t holder = job.worker.load();
  const bool is_free = holder == 0 || (job.is_done.load() == 0 && holder != getpid() && has_ended(holder));
  return is_free && job.worker.compare_exchange_strong(holder, getpid());
}

inline ssize_t read_job_at(Run& run, int place, Incoming& incoming) {
  const size_t size = messages::bytes_of(run.options);
  const auto at = static_cast<off_t>(place) * static_cast<off_t>(size);
  return pread(run.queue, incoming.bytes, size, at) == static_cast<ssize_t>(size) ? static_cast<ssize_t>(size)
                                                                                  : -EAGAIN;
}

inline int& place_of_job() {
  static int place = -1;
  return place;
}

inline ssize_t lease_any(Run& run, Incoming& incoming) {
  for (int place = 0; place < kJobsMax; ++place) {
    const ssize_t count = read_job_at(run, place, incoming);
    if (count < 0) return count;
    if (!lease(leases()[place])) continue;
    place_of_job() = place;
    return count;
  }
  return -EAGAIN;
}

// Without a token there may still be a job: that of a worker who died with one.
inline ssize_t receive_by_lease(Run& run, Incoming& incoming) {
  take_token();
  return lease_any(run, incoming);
}

inline bool take_and_finish(Run& run, const Incoming& incoming, size_t count) {
  const bool goes_on = messages::take(run, incoming, count);
  leases()[place_of_job()].is_done.store(1);
  return goes_on;
}

// --- the program

inline Transport token_transport() {
  Transport tokens = transport();
  tokens.open_to_receive = open_to_work;
  tokens.receive = receive_by_lease;
  return tokens;
}

inline messages::Program token_program() {
  messages::Program program = messages::nonblocking_program();
  program.begin = messages::stand_by;
  program.take = take_and_finish;
  return program;
}

inline messages::Program edge_triggered_token_program() {
  messages::Program program = messages::edge_triggered_program();
  program.begin = messages::stand_by;
  program.take = take_and_finish;
  return program;
}

// --- mistake: a token is the right to a job, and nobody knows who has it

inline ssize_t receive_for_token(Run& run, Incoming& incoming) {
  return take_token() ? lease_any(run, incoming) : -EAGAIN;
}

inline Transport leaseless_transport() {
  Transport trusting = token_transport();
  trusting.receive = receive_for_token;
  return trusting;
}

// --- mistake: takes one token for each wake-up, though an edge is for all that came before it

inline ssize_t receive_one_an_edge(Run& run, Incoming& incoming) {
  static bool has_woken = true;
  has_woken = !has_woken;
  if (has_woken) return -EAGAIN;
  return take_token() ? lease_any(run, incoming) : -EAGAIN;
}

inline Transport one_an_edge_transport() {
  Transport hasty = token_transport();
  hasty.receive = receive_one_an_edge;
  return hasty;
}

}  // namespace bell_link
