#include "os/shared_watch.h"

#include "os/procfs.h"

namespace harness {
namespace {

constexpr size_t kMostWatched = 1 << 20;

}  // namespace

SharedWatch::SharedWatch(pid_t pid, const std::string& but) : pid_(pid) {
  size_t all = 0;
  for (const Mapping& mapping : mappings_of(pid)) {
    if (!mapping.is_shared || !mapping.is_writable || mapping.object == but) continue;
    all += mapping.end - mapping.start;
    if (all > kMostWatched) {
      pieces_.clear();
      is_too_much_ = true;
      return;
    }
    Piece piece{mapping.start, std::vector<std::byte>(mapping.end - mapping.start)};
    if (read_memory(pid, piece.address, piece.seen.data(), piece.seen.size()))
      pieces_.push_back(std::move(piece));
  }
}

bool SharedWatch::has_changed() {
  bool has = false;
  for (Piece& piece : pieces_) {
    now_.resize(piece.seen.size());
    if (!read_memory(pid_, piece.address, now_.data(), now_.size()) || now_ == piece.seen) continue;
    piece.seen.swap(now_);
    has = true;
  }
  return has;
}

}  // namespace harness
