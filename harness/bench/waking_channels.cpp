// What wakes and carries nothing: semaphores, a futex, a signal.
#include <linux/futex.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "bench/mechanism.h"
#include "bench/shared_pages.h"

namespace harness {
namespace {

size_t index_of(Side side) { return static_cast<size_t>(side); }
size_t peer_of(Side side) { return 1 - index_of(side); }

class PosixSemaphores : public Channel {
 public:
  PosixSemaphores() {
    for (sem_t& semaphore : *semaphores_) ::sem_init(&semaphore, 1, 0);
  }
  bool send(Side side, unsigned char*, size_t) override {
    return ::sem_post(&semaphores_->at(peer_of(side))) == 0;
  }
  bool receive(Side side, unsigned char*, size_t) override {
    return ::sem_wait(&semaphores_->at(index_of(side))) == 0;
  }

 private:
  Shared<std::array<sem_t, 2>> semaphores_;
};

class SysvSemaphores : public Channel {
 public:
  explicit SysvSemaphores(int set) : set_(set) {}
  ~SysvSemaphores() override { ::semctl(set_, 0, IPC_RMID); }
  bool send(Side side, unsigned char*, size_t) override { return add(peer_of(side), 1); }
  bool receive(Side side, unsigned char*, size_t) override { return add(index_of(side), -1); }

 private:
  bool add(size_t number, short difference) const {
    sembuf operation{static_cast<unsigned short>(number), difference, 0};
    return ::semop(set_, &operation, 1) == 0;
  }

  int set_;
};

class Futexes : public Channel {
 public:
  bool send(Side side, unsigned char*, size_t) override {
    auto& word = words_->at(peer_of(side));
    word.store(1);
    return ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0) >= 0;
  }
  bool receive(Side side, unsigned char*, size_t) override {
    auto& word = words_->at(index_of(side));
    while (word.exchange(0) == 0) ::syscall(SYS_futex, &word, FUTEX_WAIT, 0, nullptr, nullptr, 0);
    return true;
  }

 private:
  Shared<std::array<std::atomic<uint32_t>, 2>> words_;
};

// A real-time signal that is waited for (sigwaitinfo(2)), so no handler runs.
class Signals : public Channel {
 public:
  Signals() {
    ::sigemptyset(&awaited_);
    ::sigaddset(&awaited_, SIGRTMIN);
    ::sigprocmask(SIG_BLOCK, &awaited_, nullptr);
  }
  void begin(Side side) override { pids_->at(index_of(side)).store(::getpid()); }
  bool send(Side side, unsigned char*, size_t) override {
    return ::sigqueue(pids_->at(peer_of(side)).load(), SIGRTMIN, {}) == 0;
  }
  bool receive(Side, unsigned char*, size_t) override {
    return ::sigwaitinfo(&awaited_, nullptr) == SIGRTMIN;
  }

 private:
  sigset_t awaited_{};
  Shared<std::array<std::atomic<pid_t>, 2>> pids_;
};

using Open = Result<std::unique_ptr<Channel>> (*)();

template <class Kind>
Result<std::unique_ptr<Channel>> open_plainly() {
  return {std::make_unique<Kind>()};
}

Result<std::unique_ptr<Channel>> open_sysv_semaphores() {
  const int set = ::semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
  if (set < 0) return unavailable("System V semaphores: " + system_error("semget").message);
  return {std::make_unique<SysvSemaphores>(set)};
}

class WakingMechanism : public Mechanism {
 public:
  WakingMechanism(std::string_view id, Open opens) : id_(id), open_(opens) {}
  std::string_view id() const override { return id_; }
  size_t largest_message() const override { return 0; }
  int copies() const override { return 0; }
  Result<std::unique_ptr<Channel>> open() const override { return open_(); }

 private:
  std::string_view id_;
  Open open_;
};

const Registration<Mechanism> posix_sem{
    std::make_unique<WakingMechanism>("posix-sem", open_plainly<PosixSemaphores>)};
const Registration<Mechanism> sysv_sem{std::make_unique<WakingMechanism>("sysv-sem", open_sysv_semaphores)};
const Registration<Mechanism> futex{std::make_unique<WakingMechanism>("futex", open_plainly<Futexes>)};
const Registration<Mechanism> signals{std::make_unique<WakingMechanism>("signal", open_plainly<Signals>)};

}  // namespace
}  // namespace harness
