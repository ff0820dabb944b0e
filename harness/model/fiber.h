// Fiber: a stack of its own on which a function runs until it gives way. One system thread runs all of them.
#pragma once

#include <cstddef>
#include <memory>

namespace harness::model {

class Fiber {
 public:
  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Begins anew; what ran here before is abandoned, without destructors.
  void prepare(void (*entry)(void*), void* argument);

  // From outside: runs it until it gives way. A fiber whose entry has returned must not be run again.
  void run();

  // From inside: back to where run() was called.
  void give_way();

  // From inside: runs another one in its place, which gives way to where this one's run() was called.
  void hand_over(Fiber& next);

 private:
  static void begin(Fiber* self);
  void arrive();

  static constexpr size_t kStackBytes = 128 * 1024;
  std::unique_ptr<unsigned char[]> stack_;
  void* own_ = nullptr;  // saved stack pointers
  void* caller_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  struct Sanitizer;
  std::unique_ptr<Sanitizer> sanitizer_;

  friend void fiber_begin(Fiber* fiber);
};

}  // namespace harness::model
