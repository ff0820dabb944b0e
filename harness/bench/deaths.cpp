// The deaths whose recovery is measured.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "base/result.h"
#include "bench/recovery.h"
#include "bench/shared_pages.h"
#include "os/fd.h"

namespace harness {
namespace {

[[noreturn]] void wait_for_the_end(std::atomic<bool>& in_place) {
  in_place.store(true);
  for (;;) ::pause();
}

template <class Kind>
class RecoveryOf : public Recovery {
 public:
  RecoveryOf(std::string_view id, std::string_view success) : id_(id), success_(success) {}
  std::string_view id() const override { return id_; }
  std::string_view success() const override { return success_; }
  Result<std::unique_ptr<Death>> arrange() const override {
    auto death = std::make_unique<Kind>();
    TRY(death->arrange());
    return {std::move(death)};
  }

 private:
  std::string_view id_;
  std::string_view success_;
};

class OwnerOfMutex : public Death {
 public:
  Status arrange() {
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setpshared(&robust, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&*mutex_, &robust);
    return done();
  }
  void be_victim(std::atomic<bool>& in_place) override {
    pthread_mutex_lock(&*mutex_);
    wait_for_the_end(in_place);
  }
  bool be_survivor(std::atomic<bool>& in_place) override {
    in_place.store(true);
    return pthread_mutex_lock(&*mutex_) == EOWNERDEAD && pthread_mutex_consistent(&*mutex_) == 0 &&
           pthread_mutex_unlock(&*mutex_) == 0;
  }

 private:
  Shared<pthread_mutex_t> mutex_;
};

// The victim has one end, the survivor reads from the other.
class WriterOfStream : public Death {
 public:
  void be_victim(std::atomic<bool>& in_place) override {
    read_end_.reset();
    wait_for_the_end(in_place);
  }
  bool be_survivor(std::atomic<bool>& in_place) override {
    write_end_.reset();
    in_place.store(true);
    char byte = 0;
    return ::read(read_end_.get(), &byte, 1) == 0;
  }
  void all_have_started() override { write_end_.reset(); }

 protected:
  Fd read_end_;
  Fd write_end_;
};

class WriterOfPipe : public WriterOfStream {
 public:
  Status arrange() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("pipe2");
    read_end_ = Fd(ends[0]);
    write_end_ = Fd(ends[1]);
    return done();
  }
};

class PeerOfSocket : public WriterOfStream {
 public:
  Status arrange() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      return system_error("socketpair");
    read_end_ = Fd(ends[0]);
    write_end_ = Fd(ends[1]);
    return done();
  }
};

class HolderOfFileLock : public Death {
 public:
  Status arrange() {
    file_ = Fd(::memfd_create("bench-lock", MFD_CLOEXEC));
    return file_.is_open() ? done() : Status(system_error("memfd_create"));
  }
  void be_victim(std::atomic<bool>& in_place) override {
    lock();
    wait_for_the_end(in_place);
  }
  bool be_survivor(std::atomic<bool>& in_place) override {
    in_place.store(true);
    return lock();
  }

 private:
  bool lock() const {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    return ::fcntl(file_.get(), F_SETLKW, &whole) == 0;
  }

  Fd file_;
};

// One of two servers that accept from the same socket; the client connects again and gets its answer from the
// other.
class ServerOfClient : public Death {
 public:
  Status arrange() {
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_.sun_family = AF_UNIX;
    size_ = sizeof(sa_family_t);  // the kernel chooses a name that is no file (unix(7), autobind)
    auto* where = reinterpret_cast<sockaddr*>(&address_);
    if (!listener_.is_open() || ::bind(listener_.get(), where, size_) != 0) return system_error("bind");
    size_ = sizeof(address_);
    if (::getsockname(listener_.get(), where, &size_) != 0 || ::listen(listener_.get(), 8) != 0)
      return system_error("listen");
    return done();
  }
  void be_victim(std::atomic<bool>& in_place) override {
    in_place.store(true);
    serve();
    for (;;) ::pause();
  }
  bool has_standby() const override { return true; }
  void be_standby(std::atomic<bool>& in_place, int) override {
    in_place.store(true);
    serve();
  }
  bool be_survivor(std::atomic<bool>& in_place) override {
    char byte = 0;
    const Fd first = connect();
    if (!first.is_open() || ::read(first.get(), &byte, 1) != 1) return false;
    in_place.store(true);
    if (::read(first.get(), &byte, 1) != 0) return false;
    const Fd second = connect();
    return second.is_open() && ::read(second.get(), &byte, 1) == 1;
  }

 private:
  void serve() {
    const int client = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    const char answer = 1;
    if (::write(client, &answer, 1) != 1) ::_exit(1);
  }
  Fd connect() const {
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address_), size_) != 0) socket.reset();
    return socket;
  }

  Fd listener_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

// The pipe is full since its reader does not read; another one takes over and drains it.
class ReaderOfFullPipe : public Death {
 public:
  Status arrange() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("pipe2");
    read_end_ = Fd(ends[0]);
    write_end_ = Fd(ends[1]);
    return done();
  }
  void be_victim(std::atomic<bool>& in_place) override { wait_for_the_end(in_place); }
  bool be_survivor(std::atomic<bool>& in_place) override {
    std::array<char, 4096> page{};
    ::fcntl(write_end_.get(), F_SETFL, O_NONBLOCK);
    while (::write(write_end_.get(), page.data(), page.size()) > 0) continue;
    ::fcntl(write_end_.get(), F_SETFL, 0);
    in_place.store(true);
    return ::write(write_end_.get(), page.data(), page.size()) == static_cast<ssize_t>(page.size());
  }
  bool has_standby() const override { return true; }
  void be_standby(std::atomic<bool>& in_place, int victim) override {
    write_end_.reset();
    in_place.store(true);
    pollfd death{victim, POLLIN, 0};
    ::poll(&death, 1, -1);
    std::array<char, 65536> bytes;
    while (::read(read_end_.get(), bytes.data(), bytes.size()) > 0) continue;
  }
  void all_have_started() override { write_end_.reset(); }

 private:
  Fd read_end_;
  Fd write_end_;
};

const Registration<Recovery> mutex{
    std::make_unique<RecoveryOf<OwnerOfMutex>>("robust-mutex", "EOWNERDEAD, made consistent, unlocked")};
const Registration<Recovery> pipe{std::make_unique<RecoveryOf<WriterOfPipe>>("pipe-eof", "read gives 0")};
const Registration<Recovery> unix_eof{
    std::make_unique<RecoveryOf<PeerOfSocket>>("unix-stream-eof", "read gives 0")};
const Registration<Recovery> file_lock{
    std::make_unique<RecoveryOf<HolderOfFileLock>>("record-lock", "F_SETLKW has the lock")};
const Registration<Recovery> reconnect{std::make_unique<RecoveryOf<ServerOfClient>>(
    "unix-stream-reconnect", "connected again, the first answer is there")};
const Registration<Recovery> drain{std::make_unique<RecoveryOf<ReaderOfFullPipe>>(
    "pipe-drain", "another reader drains, the blocked write returns")};

}  // namespace
}  // namespace harness
