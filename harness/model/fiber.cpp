#include "model/fiber.h"

#include <cstdint>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// Saves the registers that a callee must keep and the stack pointer, and takes those of the other one.
extern "C" void harness_model_switch(void** save, void* to);
extern "C" void harness_model_entry();

#if defined(__x86_64__)
asm(R"(
.text
.type harness_model_switch, @function
harness_model_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size harness_model_switch, .-harness_model_switch
.type harness_model_entry, @function
harness_model_entry:
  movq %rbx, %rdi
  call harness_model_begin
  ud2
.size harness_model_entry, .-harness_model_entry
)");
#elif defined(__aarch64__)
asm(R"(
.text
.type harness_model_switch, %function
harness_model_switch:
  sub sp, sp, #160
  stp x19, x20, [sp]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size harness_model_switch, .-harness_model_switch
.type harness_model_entry, %function
harness_model_entry:
  mov x0, x19
  bl harness_model_begin
  brk #1
.size harness_model_entry, .-harness_model_entry
)");
#else
#error "the model's fibers are written for x86-64 and aarch64"
#endif

namespace harness::model {

// What a sanitizer has to be told of a switch of stacks.
struct Fiber::Sanitizer {
#if defined(__SANITIZE_ADDRESS__)
  const void* caller_bottom = nullptr;
  size_t caller_size = 0;
  void* caller_fake = nullptr;
  void* own_fake = nullptr;
#elif defined(__SANITIZE_THREAD__)
  void* own = nullptr;
  void* caller = nullptr;
#endif
};

Fiber::Fiber() : stack_(new unsigned char[kStackBytes]), sanitizer_(new Sanitizer) {}

Fiber::~Fiber() {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack_.get(), kStackBytes);
#elif defined(__SANITIZE_THREAD__)
  if (sanitizer_->own != nullptr) __tsan_destroy_fiber(sanitizer_->own);
#endif
}

void Fiber::prepare(void (*entry)(void*), void* argument) {
  entry_ = entry;
  argument_ = argument;
  auto top = (reinterpret_cast<uintptr_t>(stack_.get()) + kStackBytes) & ~uintptr_t{15};
#if defined(__x86_64__)
  auto** frame =
      reinterpret_cast<void**>(top) - 9;  // six registers, the address to return to, and two to align
  frame[4] = this;                        // rbx
  frame[6] = reinterpret_cast<void*>(&harness_model_entry);
#else
  auto** frame = reinterpret_cast<void**>(top) - 20;
  frame[0] = this;  // x19
  frame[11] = reinterpret_cast<void*>(&harness_model_entry);
#endif
  own_ = frame;
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack_.get(), kStackBytes);
  sanitizer_->own_fake = nullptr;
#elif defined(__SANITIZE_THREAD__)
  if (sanitizer_->own != nullptr) __tsan_destroy_fiber(sanitizer_->own);
  sanitizer_->own = __tsan_create_fiber(0);
#endif
}

void Fiber::run() {
#if defined(__SANITIZE_ADDRESS__)
  sanitizer_->caller_bottom = nullptr;
  __sanitizer_start_switch_fiber(&sanitizer_->caller_fake, stack_.get(), kStackBytes);
#elif defined(__SANITIZE_THREAD__)
  sanitizer_->caller = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(sanitizer_->own, 0);
#endif
  harness_model_switch(&caller_, own_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(sanitizer_->caller_fake, nullptr, nullptr);
#endif
}

void Fiber::give_way() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&sanitizer_->own_fake, sanitizer_->caller_bottom, sanitizer_->caller_size);
#elif defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(sanitizer_->caller, 0);
#endif
  harness_model_switch(&own_, caller_);
  arrive();
}

void Fiber::hand_over(Fiber& next) {
  next.caller_ = caller_;
#if defined(__SANITIZE_ADDRESS__)
  next.sanitizer_->caller_bottom = sanitizer_->caller_bottom;
  next.sanitizer_->caller_size = sanitizer_->caller_size;
  __sanitizer_start_switch_fiber(&sanitizer_->own_fake, next.stack_.get(), kStackBytes);
#elif defined(__SANITIZE_THREAD__)
  next.sanitizer_->caller = sanitizer_->caller;
  __tsan_switch_to_fiber(next.sanitizer_->own, 0);
#endif
  harness_model_switch(&own_, next.own_);
  arrive();
}

// ASan tells where we come from; that is the caller's stack unless another fiber has handed over.
void Fiber::arrive() {
#if defined(__SANITIZE_ADDRESS__)
  const void* bottom = nullptr;
  size_t size = 0;
  __sanitizer_finish_switch_fiber(sanitizer_->own_fake, &bottom, &size);
  if (sanitizer_->caller_bottom != nullptr) return;
  sanitizer_->caller_bottom = bottom;
  sanitizer_->caller_size = size;
#endif
}

void Fiber::begin(Fiber* self) {
  self->arrive();
  self->entry_(self->argument_);
  self->give_way();
  abort();
}

void fiber_begin(Fiber* fiber) { Fiber::begin(fiber); }

}  // namespace harness::model

extern "C" void harness_model_begin(harness::model::Fiber* fiber) { harness::model::fiber_begin(fiber); }
