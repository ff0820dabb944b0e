#include "os/transfer.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>
#include <map>
#include <string>

#include "os/descriptors.h"
#include "os/fd.h"
#include "os/procfs.h"
#include "os/registers.h"
#include "os/syscalls.h"

namespace harness {
namespace {

constexpr size_t kMostVectors = 1024;  // UIO_MAXIOV

enum class Shape {
  count,    // (fd, buffer, count, …)
  vector,   // (fd, iovec, iovcnt, …)
  message,  // (fd, msghdr, …)
};

const std::map<std::string, Shape>& shapes() {
  static const std::map<std::string, Shape> table = {
      {"read", Shape::count},     {"write", Shape::count},     {"pread64", Shape::count},
      {"pwrite64", Shape::count}, {"recvfrom", Shape::count},  {"sendto", Shape::count},
      {"readv", Shape::vector},   {"writev", Shape::vector},   {"preadv", Shape::vector},
      {"pwritev", Shape::vector}, {"recvmsg", Shape::message}, {"sendmsg", Shape::message},
  };
  return table;
}

// The type of the socket behind another process's descriptor; 0 when it is none, or cannot be asked.
int socket_type(pid_t pid, int descriptor) {
  const Fd copy = copy_descriptor(pid, descriptor);
  int type = 0;
  socklen_t size = sizeof type;
  if (!copy.is_open() || ::getsockopt(copy.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0) return 0;
  return type;
}

Error no_shorter(size_t asked) {
  return unavailable("the call asks for " + std::to_string(asked) + " bytes, which is no more");
}

std::optional<std::vector<iovec>> read_vectors(pid_t pid, uint64_t address, size_t count) {
  if (count > kMostVectors) return std::nullopt;
  std::vector<iovec> vectors(count);
  if (!read_memory(pid, address, vectors.data(), count * sizeof(iovec))) return std::nullopt;
  return vectors;
}

uint64_t bytes_in(const std::vector<iovec>& vectors) {
  uint64_t bytes = 0;
  for (const iovec& one : vectors) bytes += one.iov_len;
  return bytes;
}

// Cuts an array of buffers after so many bytes: fewer of them, the last one shorter.
Status cut_vectors(pid_t pid, uint64_t address, size_t count, size_t bytes, ShorterTransfer& shorter,
                   size_t& kept) {
  if (count == 0 || count > kMostVectors) return no_shorter(0);
  const auto read = read_vectors(pid, address, count);
  if (!read) return unavailable("its buffers cannot be read");
  const std::vector<iovec>& vectors = *read;
  shorter.asked = bytes_in(vectors);
  if (bytes >= shorter.asked) return no_shorter(shorter.asked);
  size_t before = 0;
  for (kept = 0; before + vectors[kept].iov_len < bytes; ++kept) before += vectors[kept].iov_len;
  const uint64_t place = address + kept * sizeof(iovec) + offsetof(iovec, iov_len);
  const uint64_t length = bytes - before;
  shorter.undo.memory.push_back({place, vectors[kept].iov_len});
  ++kept;
  if (!write_memory(pid, place, &length, sizeof length)) return system_error("cannot write its buffers");
  return done();
}

}  // namespace

bool is_transfer(const std::string& call) { return shapes().count(call) != 0; }

std::optional<uint64_t> bytes_asked(pid_t pid, const std::string& call, const std::array<uint64_t, 6>& args) {
  const auto shape = shapes().find(call);
  if (shape == shapes().end()) return std::nullopt;
  if (shape->second == Shape::count) return args[2];
  msghdr header{};
  header.msg_iov = reinterpret_cast<iovec*>(args[1]);
  header.msg_iovlen = args[2];
  const bool is_message = shape->second == Shape::message;
  if (is_message && !read_memory(pid, args[1], &header, sizeof header)) return std::nullopt;
  const auto vectors = read_vectors(pid, reinterpret_cast<uint64_t>(header.msg_iov), header.msg_iovlen);
  return vectors ? std::optional(bytes_in(*vectors)) : std::nullopt;
}

Result<ShorterTransfer> shorten_transfer(pid_t pid, pid_t tid, long call, const std::array<uint64_t, 6>& args,
                                         size_t bytes) {
  const auto shape = shapes().find(syscall_name(call));
  if (shape == shapes().end()) return unavailable(syscall_name(call) + " transfers no bytes");
  const int type = socket_type(pid, static_cast<int>(args[0]));
  if (type == SOCK_DGRAM || type == SOCK_SEQPACKET)
    return unavailable("its socket keeps message boundaries: what is not taken would be lost, not left");
  const auto open = read_descriptor(pid, static_cast<int>(args[0]));
  if (open && gives_whole_records(open->kind))
    return unavailable(open->object + " gives whole records: a call for less of one fails");
  ShorterTransfer shorter{.given = bytes};
  switch (shape->second) {
    case Shape::count:
      shorter.asked = args[2];
      if (bytes >= shorter.asked) return no_shorter(shorter.asked);
      shorter.undo.argument = 2;
      shorter.undo.value = args[2];
      TRY(set_call_argument(tid, 2, bytes));
      return shorter;
    case Shape::vector: {
      size_t kept = 0;
      TRY(cut_vectors(pid, args[1], args[2], bytes, shorter, kept));
      shorter.undo.argument = 2;
      shorter.undo.value = args[2];
      TRY(set_call_argument(tid, 2, kept));
      return shorter;
    }
    case Shape::message: {
      msghdr header{};
      if (!read_memory(pid, args[1], &header, sizeof header))
        return unavailable("its message header cannot be read");
      size_t kept = 0;
      TRY(cut_vectors(pid, reinterpret_cast<uint64_t>(header.msg_iov), header.msg_iovlen, bytes, shorter,
                      kept));
      const uint64_t place = args[1] + offsetof(msghdr, msg_iovlen);
      const uint64_t count = kept;
      shorter.undo.memory.push_back({place, header.msg_iovlen});
      if (!write_memory(pid, place, &count, sizeof count))
        return system_error("cannot write its message header");
      return shorter;
    }
  }
  return unavailable(syscall_name(call) + " transfers no bytes");
}

Status undo_transfer(pid_t tid, const TransferUndo& undo) {
  if (undo.argument >= 0) TRY(set_call_argument(tid, undo.argument, undo.value));
  for (const TransferUndo::Memory& place : undo.memory) {
    if (!write_memory(tid, place.address, &place.value, sizeof place.value))
      return system_error("cannot put back the arguments of a call");
  }
  return done();
}

}  // namespace harness
