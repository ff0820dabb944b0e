/* handler_stack.h: the calls that are under way between a handler's trampoline and here. Internal to
 * signal_safety.c.
 *
 * It runs inside the handler: it allocates nothing, takes no lock, makes no system call, needs less of the
 * stack than a line of text does, and reads nothing but the stack between here and the trampoline, whatever a
 * wrong table or a wrong pointer says. A function that ends with a call of another (a sibling call) is no
 * longer on the stack and is not seen.
 *
 * x86-64: by the unwind tables of the files (unwind_table.h). Code that is in none, as made at run time or
 * written by hand, ends it, and so does a file linked with -static but not with --eh-frame-hdr.
 *
 * arm64: by the frame records of the Procedure Call Standard, which compilers keep there. Of a function that
 * has none (-fomit-frame-pointer) the caller is left out, and nothing tells so. */
#ifndef HARNESS_HANDLER_STACK_H
#define HARNESS_HANDLER_STACK_H

#include <stddef.h>
#include <stdint.h>

#include "probe/handler_log.h"

/* The trampoline has a section of its own, whose bounds the linker knows: where a call returns to there, the
 * handler's stack ends. */
extern const char trampoline_begin[] __asm__("__start_harness_trampoline")
    __attribute__((visibility("hidden")));
extern const char trampoline_end[] __asm__("__stop_harness_trampoline") __attribute__((visibility("hidden")));

static int is_of_trampoline(uintptr_t returns_to) {
  return returns_to > (uintptr_t)trampoline_begin && returns_to <= (uintptr_t)trampoline_end;
}

/* Calls around one that is told, innermost first. */
struct chain {
  const char* end; /* handler_log.h, stack= */
  size_t count;
  uintptr_t returns_to[HARNESS_HANDLER_FRAMES];
};

/* What may be read. */
struct stack_part {
  uintptr_t low;
  uintptr_t high;
};

static int read_word(const struct stack_part* part, uintptr_t address, uintptr_t* word) {
  if (address < part->low || address > part->high - sizeof *word || address % sizeof *word != 0) return 0;
  *word = *(const uintptr_t*)address;
  return 1;
}

/* --- a step outwards ------------------------------------------------------------------------------------ */

#if defined(__x86_64__)
#include "probe/unwind_table.h"

/* Registers at a place: of those that functions keep for their callers; the others are 0. */
struct place_on_stack {
  uintptr_t registers[REGISTERS];
};

#define NOTE_PLACE(place)                                                    \
  __asm__ volatile(                                                          \
      "movq %%rbx, 24(%0)\n\tmovq %%rbp, 48(%0)\n\tmovq %%rsp, 56(%0)\n\t"   \
      "movq %%r12, 96(%0)\n\tmovq %%r13, 104(%0)\n\tmovq %%r14, 112(%0)\n\t" \
      "movq %%r15, 120(%0)\n\tleaq 0(%%rip), %%rax\n\tmovq %%rax, 128(%0)"   \
      :                                                                      \
      : "r"((place)->registers)                                              \
      : "rax", "memory")

static uintptr_t returns_to(const struct place_on_stack* place) { return place->registers[RETURNS_TO]; }
static uintptr_t begin_of(const struct place_on_stack* place) { return place->registers[RSP]; }

/* A function of a library is looked up at its first call, which needs three times as much stack as all of
 * this. */
static void learn_stacks(void) {
  struct unwind_row row;
  find_row(&row, (uintptr_t)trampoline_begin);
}

/* 0: where the caller is is not known; also when the place is no code, since what led there was wrong. */
static int step_out(struct place_on_stack* place, const struct stack_part* part) {
  uintptr_t* const registers = place->registers;
  struct unwind_row row;
  if (!find_row(&row, registers[RETURNS_TO] - 1)) return 0; /* the call, not what comes after it */
  uintptr_t base = registers[row.base_register] + (uintptr_t)row.base_offset;
  if (row.base_is_kept && !read_word(part, base, &base)) return 0;
  const int goes_on = base > registers[RSP] && (row.at_base >> RETURNS_TO & 1) != 0;
  const uintptr_t rbp = registers[RBP];
  for (unsigned i = 0; goes_on && i < REGISTERS; ++i) {
    const uintptr_t from = (row.at_base >> i & 1) != 0 ? base : rbp;
    if (((row.at_base | row.at_rbp) >> i & 1) == 0) continue;
    if (!read_word(part, from + (uintptr_t)row.offset[i], &registers[i])) return 0;
  }
  registers[RSP] = base;
  return goes_on && is_code(registers[RETURNS_TO]);
}
#elif defined(__aarch64__)
/* The frame record of a function, and where it returns to; how its address is signed is taken off. */
struct place_on_stack {
  uintptr_t record;
  uintptr_t returns_to;
};

#define NOTE_PLACE(place) \
  *(place) = (struct place_on_stack) { (uintptr_t) __builtin_frame_address(0), 0 }

static uintptr_t returns_to(const struct place_on_stack* place) { return place->returns_to; }
static uintptr_t begin_of(const struct place_on_stack* place) { return place->record; }
static void learn_stacks(void) {}

static uintptr_t without_signature(uintptr_t address) {
  register uintptr_t link __asm__("x30") = address;
  __asm__("hint #7" : "+r"(link)); /* xpaclri, which older machines take for nothing */
  return link;
}

static int step_out(struct place_on_stack* place, const struct stack_part* part) {
  const uintptr_t record = place->record;
  uintptr_t link = 0;
  if (!read_word(part, record, &place->record) || !read_word(part, record + sizeof link, &link)) return 0;
  place->returns_to = without_signature(link);
  return place->record > record;
}
#else
#error "how a stack of this machine is read is not known here"
#endif

/* --- all of them ---------------------------------------------------------------------------------------- */

/* `caller`: where the call that is told returns to, in some function further out than this one. */
__attribute__((noinline)) static void note_calls(struct chain* chain, uintptr_t caller, uintptr_t outermost) {
  enum { OWN_FRAMES = 8 };
  struct place_on_stack place = {0};
  NOTE_PLACE(&place);
  const struct stack_part part = {begin_of(&place), outermost};
  for (int own = 0; returns_to(&place) != caller; ++own) {
    if (own == OWN_FRAMES || !step_out(&place, &part)) return;
  }
  while (!is_of_trampoline(returns_to(&place))) {
    if (!step_out(&place, &part)) return;
    if (is_of_trampoline(returns_to(&place))) break;
    if (chain->count == HARNESS_HANDLER_FRAMES) {
      chain->end = "longer";
      return;
    }
    chain->returns_to[chain->count++] = returns_to(&place);
  }
  chain->end = "whole";
}

/* `outermost` is an address in the trampoline's frame; `alternate` where the stack begins that it is on, 0
 * for a thread's own. */
static void note_chain(struct chain* chain, uintptr_t caller, uintptr_t outermost, uintptr_t alternate) {
  enum { ROOM_NEEDED = 2048, LONGEST = 8 << 20 };
  const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  const int is_another_stack = here < alternate || here >= outermost || outermost - here > LONGEST;
  const int has_room = alternate == 0 || here - alternate >= ROOM_NEEDED;
  chain->end = has_room ? "unreadable" : "no-room";
  if (has_room && !is_another_stack) note_calls(chain, caller, outermost);
}

#endif
