/* jump_target.h: where the stack will be after a longjmp(3). Internal to signal_safety.c.
 *
 * glibc keeps the stack pointer in a jmp_buf masked with a secret of the process (PTR_MANGLE; on x86-64
 * rotated too). The secret follows from a jmp_buf of our own, whose stack pointer is known; two that disagree
 * mean that this is another C library, and then nothing is known. */
#ifndef HARNESS_JUMP_TARGET_H
#define HARNESS_JUMP_TARGET_H

#include <setjmp.h>
#include <stdint.h>

#if defined(__x86_64__)
enum { STACK_SLOT = 6 };
static uintptr_t unrotated(uintptr_t word) { return word >> 17 | word << 47; }
#define STACK_POINTER(into) __asm__ volatile("mov %%rsp, %0" : "=r"(into))
#elif defined(__aarch64__)
enum { STACK_SLOT = 13 };
static uintptr_t unrotated(uintptr_t word) { return word; }
#define STACK_POINTER(into) __asm__ volatile("mov %0, sp" : "=r"(into))
#else
#error "a jmp_buf of this machine is not known here"
#endif

static uintptr_t jump_secret;
static int knows_jumps;

__attribute__((noinline)) static uintptr_t secret_at(int depth) {
  volatile char deeper[64];
  deeper[0] = (char)depth;
  if (depth > 0) return secret_at(depth - 1) + (uintptr_t)(deeper[0] - depth);
  jmp_buf buffer;
  uintptr_t stack = 0;
  if (_setjmp(buffer) != 0) return 0;
  STACK_POINTER(stack);
  return unrotated((uintptr_t)buffer[0].__jmpbuf[STACK_SLOT]) ^ stack;
}

static void learn_jumps(void) {
  jump_secret = secret_at(0);
  knows_jumps = jump_secret == secret_at(3);
}

/* 0 when it is not known. */
static uintptr_t stack_after(const struct __jmp_buf_tag* buffer) {
  if (!knows_jumps) return 0;
  return unrotated((uintptr_t)buffer->__jmpbuf[STACK_SLOT]) ^ jump_secret;
}

#endif
