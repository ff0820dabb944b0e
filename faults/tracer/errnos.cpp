#include "errnos.h"

#include <cerrno>
#include <map>
#include <set>
#include <string>

namespace harness {
namespace {

const std::map<std::string, std::set<int>, std::less<>>& documented() {
  static const std::set<int> open_errors = {EACCES, EBUSY,      EDQUOT,    EEXIST, EFAULT, EFBIG,
                                            EINTR,  EINVAL,     EISDIR,    ELOOP,  EMFILE, ENAMETOOLONG,
                                            ENFILE, ENODEV,     ENOENT,    ENOMEM, ENOSPC, ENOTDIR,
                                            ENXIO,  EOPNOTSUPP, EOVERFLOW, EPERM,  EROFS,  ETXTBSY};
  static const std::map<std::string, std::set<int>, std::less<>> table = {
      {"read", {EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR}},
      {"pread64", {EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR, ENXIO, EOVERFLOW, ESPIPE}},
      {"write",
       {EAGAIN, EBADF, EDESTADDRREQ, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC, EPERM, EPIPE}},
      {"pwrite64", {EAGAIN, EBADF, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO, ENOSPC, EPERM, ESPIPE}},
      {"open", open_errors},
      {"openat", open_errors},
      {"close", {EBADF, EINTR, EIO, ENOSPC, EDQUOT}},
      {"ftruncate", {EBADF, EFBIG, EINTR, EINVAL, EIO, EPERM, EROFS}},
      {"mmap", {EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM, EOVERFLOW, EPERM, ETXTBSY}},
      {"futex",
       {EACCES, EAGAIN, EDEADLK, EFAULT, EINTR, EINVAL, ENFILE, ENOMEM, ENOSYS, EPERM, ESRCH, ETIMEDOUT}},
      {"fsync", {EBADF, EINTR, EIO, ENOSPC, EROFS, EINVAL, EDQUOT}},
      {"fcntl", {EACCES, EAGAIN, EBADF, EBUSY, EDEADLK, EFAULT, EINTR, EINVAL, EMFILE, ENOLCK, EPERM}},
      {"flock", {EBADF, EINTR, EINVAL, ENOLCK, EWOULDBLOCK}},
      {"connect",
       {EACCES, EPERM, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF, ECONNREFUSED, EFAULT,
        EINPROGRESS, EINTR, EISCONN, ENETUNREACH, ENOTSOCK, EPROTOTYPE, ETIMEDOUT}},
      {"accept4",
       {EAGAIN, EBADF, ECONNABORTED, EFAULT, EINTR, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOTSOCK,
        EOPNOTSUPP, EPERM, EPROTO}},
      {"sendto",
       {EACCES, EAGAIN, EALREADY, EBADF, ECONNRESET, EDESTADDRREQ, EFAULT, EINTR, EINVAL, EISCONN, EMSGSIZE,
        ENOBUFS, ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPIPE}},
      {"recvfrom",
       {EAGAIN, EBADF, ECONNREFUSED, EFAULT, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ECONNRESET}},
      {"mq_timedsend", {EAGAIN, EBADF, EINTR, EINVAL, EMSGSIZE, ETIMEDOUT}},
      {"mq_timedreceive", {EAGAIN, EBADF, EINTR, EINVAL, EMSGSIZE, ETIMEDOUT}},
      {"wait4", {ECHILD, EINTR, EINVAL, ESRCH}},
  };
  return table;
}

}  // namespace

bool is_documented(std::string_view call, int error) {
  const auto errors = documented().find(call);
  return errors != documented().end() && errors->second.count(error) != 0;
}

}  // namespace harness
