#include "sweep/robust_list.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "os/procfs.h"

namespace harness {
namespace {

constexpr uint64_t kInherits = 1;  // the lowest bit of an entry's address

void add_entry(uint64_t entry, uint64_t offset, const Arena& arena, ListedWords& words) {
  if ((entry & kInherits) != 0) words.inherits = true;
  const uint64_t address = (entry & ~kInherits) + offset;
  if (arena.at(address, sizeof(uint32_t)) == nullptr) {
    words.leads_outside = true;
  } else if (std::find(words.addresses.begin(), words.addresses.end(), address) == words.addresses.end()) {
    words.addresses.push_back(address);
  }
}

}  // namespace

Result<uint64_t> robust_head_address(pid_t tid) {
  void* head = nullptr;
  size_t size = 0;
  if (::syscall(SYS_get_robust_list, tid, &head, &size) != 0) return system_error("get_robust_list");
  return reinterpret_cast<uint64_t>(head);
}

Result<RobustHead> read_robust_head(pid_t pid, uint64_t address) {
  RobustHead head;
  static_assert(sizeof head == sizeof(robust_list_head));
  if (address != 0 && !read_memory(pid, address, &head, sizeof head))
    return internal_error("the head of a robust list cannot be read");
  return head;
}

ListedWords listed_words(const RobustHead& head, uint64_t head_address, const Arena& arena) {
  ListedWords words;
  uint64_t entry = head.next;
  for (int left = ROBUST_LIST_LIMIT; left > 0 && entry != 0 && (entry & ~kInherits) != head_address; --left) {
    add_entry(entry, head.offset, arena, words);
    const std::byte* next = arena.at(entry & ~kInherits, sizeof entry);
    if (next == nullptr) {
      words.leads_outside = true;
      break;
    }
    std::memcpy(&entry, next, sizeof entry);
  }
  if (head.pending != 0) add_entry(head.pending, head.offset, arena, words);
  return words;
}

}  // namespace harness
