#include "os/sparse_hash.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace harness {
namespace {

constexpr off_t kPage = 4096;
constexpr off_t kChunk = 256 * kPage;

// Four lanes that do not wait for one another, since a multiplication takes longer than a load.
class Mixer {
 public:
  void add(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const uint64_t words[] = {a, b, c, d};
    for (size_t i = 0; i < 4; ++i) lanes_[i] = std::rotl((lanes_[i] ^ words[i]) * 0x9e3779b97f4a7c15, 29);
  }

  uint64_t result() {
    add(lanes_[1], lanes_[2], lanes_[3], lanes_[0]);
    add(lanes_[1], lanes_[2], lanes_[3], lanes_[0]);
    return lanes_[0] ^ std::rotl(lanes_[1], 16) ^ std::rotl(lanes_[2], 32) ^ std::rotl(lanes_[3], 48);
  }

 private:
  uint64_t lanes_[4] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1};
};

bool is_zero(const char* page, size_t size) {
  return size == 0 || (page[0] == 0 && std::memcmp(page, page + 1, size - 1) == 0);
}

void add_page(Mixer& mixer, off_t at, char* page, size_t size) {
  if (is_zero(page, size)) return;
  if (size < kPage) std::memset(page + size, 0, kPage - size);
  mixer.add(static_cast<uint64_t>(at), size, 0, 0);
  for (off_t i = 0; i < kPage; i += 32) {
    uint64_t words[4];
    std::memcpy(words, page + i, sizeof words);
    mixer.add(words[0], words[1], words[2], words[3]);
  }
}

}  // namespace

Result<std::string> sparse_hash(const Fd& file) {
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  if (size < 0) return system_error("lseek");
  Mixer mixer;
  std::vector<char> chunk(kChunk);
  for (off_t at = 0; at < size;) {
    const off_t data = ::lseek(file.get(), at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;     // holes up to the end
    if (data > at) at = data / kPage * kPage;  // EINVAL: a file system that knows no holes
    const ssize_t count = ::pread(file.get(), chunk.data(), chunk.size(), at);
    if (count <= 0) return system_error("pread");
    for (off_t page = 0; page < count; page += kPage) {
      add_page(mixer, at + page, chunk.data() + page,
               static_cast<size_t>(std::min<off_t>(kPage, count - page)));
    }
    at += count;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%016llx-%lld", static_cast<unsigned long long>(mixer.result()),
                static_cast<long long>(size));
  return std::string(text);
}

}  // namespace harness
