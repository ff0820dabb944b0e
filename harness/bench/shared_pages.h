// Shared<T>: a T in pages that forked processes share, zeroed at first, gone with the last of them.
#pragma once

#include <sys/mman.h>

#include <new>

#include "base/check.h"

namespace harness {

template <class T>
class Shared {
 public:
  Shared() {
    void* pages = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED) << "no memory for " << sizeof(T) << " shared bytes";
    value_ = new (pages) T;
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { ::munmap(value_, sizeof(T)); }

  T& operator*() const { return *value_; }
  T* operator->() const { return value_; }

 private:
  T* value_ = nullptr;
};

}  // namespace harness
