/* Tells of functions that are called inside a signal handler and are not async-signal-safe
 * (async_unsafe.inc).
 *
 * Two builds of it. Preloaded into a dynamically linked program (LD_PRELOAD, which children inherit) it
 * stands before the C library. Linked into a program with HARNESS_LINKED and --wrap= of each symbol, it also
 * works where everything is static, or a sanitizer's runtime must come first; libc's own calls of malloc(3)
 * and the like are then seen as well.
 *
 * sigaction(2) and signal(2) put a trampoline before the program's handler, which keeps by thread what is
 * going on: the functions of the list that the thread is in, and the handlers. A handler that is left by
 * siglongjmp(3) is forgotten. POSIX: a call in a handler is undefined when the handler interrupted a function
 * that is not safe. So what was interrupted is told too; where that is nothing of the list, this one call was
 * allowed and luck.
 *
 * The reporting is safe itself: it allocates nothing, takes no lock and makes no system call
 * (handler_telling.h), except by hand with HARNESS_HANDLERS=-, when it writes to standard error. Without that
 * variable the program is as it was.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <regex.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "probe/handler_stack.h"
#include "probe/handler_telling.h"
#include "probe/jump_target.h"
#include "probe/places.h"

#ifdef HARNESS_LINKED
#define SHARED(entry)
/* Says in the program file that it can do this (os/program.h). */
__asm__(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"handlers\"\n\t.popsection");
#else
#define SHARED(entry) entry
#endif

/* --- the list ------------------------------------------------------------------------------------------- */

struct function {
  const char* symbol;
  const char* shown;
  const char* family;
};

#define UNSAFE(symbol, ...) INDEX_##symbol,
#define UNSAFE_VARIADIC(symbol, ...) INDEX_##symbol,
#define UNSAFE_NORETURN(symbol, ...) INDEX_##symbol,
enum {
#include "probe/async_unsafe.inc"
  FUNCTION_COUNT,
};
#undef UNSAFE
#undef UNSAFE_VARIADIC
#undef UNSAFE_NORETURN

#define UNSAFE(symbol, shown, family, ...) {#symbol, shown, #family},
#define UNSAFE_VARIADIC UNSAFE
#define UNSAFE_NORETURN UNSAFE
static const struct function functions[] = {
#include "probe/async_unsafe.inc"
};
#undef UNSAFE
#undef UNSAFE_VARIADIC
#undef UNSAFE_NORETURN

/* --- what a thread is in -------------------------------------------------------------------------------- */

/* A function of the list that has been called and has not returned, on the stack of its caller. */
struct call {
  int function;
  struct call* outer;
};

/* A handler that runs, on its trampoline's stack. */
struct frame {
  int signal;
  uintptr_t handler;
  uintptr_t at;             /* where the program was */
  struct call* interrupted; /* NULL: no function of the list */
  struct frame* outer;
  uintptr_t stack_begin; /* of the alternate stack, if it runs there: else both are 0 */
  uintptr_t stack_end;
};

/* A handler that was left by a jump from within a function of the list. */
struct abandoned {
  int is_set;
  int function;
  struct frame frame;
};

#define BY_THREAD static __thread __attribute__((tls_model("initial-exec")))
BY_THREAD struct call* inside;
BY_THREAD struct frame* handling;
BY_THREAD struct abandoned abandoned;

/* --- telling -------------------------------------------------------------------------------------------- */

static void add_signal(struct line* line, const struct frame* frame) {
  add_text(line, " signal=");
  add_number(line, (uint64_t)frame->signal);
  add_pid(line);
}

/* The call, not what comes after it. A handler that ends with a call leaves it to the function called to
 * return to the trampoline (a sibling call, GCC's -foptimize-sibling-calls). */
static uintptr_t place_of_call(const struct frame* frame, uintptr_t returns_to) {
  return is_of_trampoline(returns_to) ? frame->handler : returns_to - 1;
}

struct unsafe_call {
  const char* what;
  int function;
  int interrupted;
  uintptr_t caller;
  const struct frame* frame;
};

static void add_call(struct line* line, const struct unsafe_call* call, const struct chain* chain,
                     uint64_t number) {
  add_text(line, call->what);
  add_text(line, " function=");
  add_text(line, functions[call->function].shown);
  add_text(line, " family=");
  add_text(line, functions[call->function].family);
  add_signal(line, call->frame);
  add_text(line, " call=");
  add_number(line, number);
  add_text(line, " frames=");
  add_number(line, chain->count);
  add_text(line, " stack=");
  add_text(line, chain->end);
  add_text(line, " interrupted=");
  add_text(line, call->interrupted < 0 ? "-" : functions[call->interrupted].shown);
  add_place(line, " handler=", call->frame->handler);
  add_place(line, " caller=", place_of_call(call->frame, call->caller));
  add_place(line, " at=", call->frame->at);
  add_text(line, "\n");
}

static void add_frame(struct line* line, uint64_t number, uintptr_t returns_to) {
  add_text(line, "frame call=");
  add_number(line, number);
  add_pid(line);
  add_place(line, " place=", returns_to - 1);
  add_text(line, "\n");
}

__attribute__((noinline)) static void tell_chain(const struct unsafe_call* call, const struct chain* chain) {
  static uint64_t told;
  const uint64_t number = __atomic_add_fetch(&told, 1, __ATOMIC_RELAXED);
  struct line line = {.length = 0};
  add_call(&line, call, chain, number);
  tell(&line);
  for (size_t i = 0; i < chain->count; ++i) {
    line.length = 0;
    add_frame(&line, number, chain->returns_to[i]);
    tell(&line);
  }
}

static uint64_t spread(uint64_t number) { return number * 0x9e3779b97f4a7c15u; }

/* Of two calls whose hashes fall together the second counts as one that was told. */
static int is_told_before(uint64_t hash) {
  static uint64_t told[64];
  const uint64_t bit = (uint64_t)1 << (hash >> 58);
  return (__atomic_fetch_or(&told[hash >> 52 & 63], bit, __ATOMIC_RELAXED) & bit) != 0;
}

/* The stack is read at the first calls from a place, to have each way that leads there, and no longer: a
 * handler may run very often, or be all that a program does. */
static int is_well_known(uint64_t place) {
  static uint8_t calls[4096];
  uint8_t* const count = &calls[place >> 52];
  const uint8_t before = __atomic_load_n(count, __ATOMIC_RELAXED);
  if (before < 100) __atomic_store_n(count, before + 1, __ATOMIC_RELAXED);
  return before == 100;
}

static void tell_call(const struct unsafe_call* call) {
  const struct frame* const frame = call->frame;
  uint64_t hash = spread((uint64_t)call->what[0] + (uint64_t)call->function * 31 + call->caller);
  if (!is_watching() || is_well_known(hash)) return;
  struct chain chain = {.end = "left"};
  if (frame == handling) note_chain(&chain, call->caller, (uintptr_t)frame, frame->stack_begin);
  for (size_t i = 0; i < chain.count; ++i) hash = spread(hash ^ chain.returns_to[i]);
  if (!is_told_before(hash)) tell_chain(call, &chain);
}

static void tell_ran(const struct frame* frame) {
  static uint64_t told;
  const uint64_t bit = (uint64_t)1 << (frame->signal - 1);
  if ((__atomic_fetch_or(&told, bit, __ATOMIC_RELAXED) & bit) != 0) return;
  struct line line = {.length = 0};
  add_text(&line, "ran");
  add_signal(&line, frame);
  add_place(&line, " handler=", frame->handler);
  add_text(&line, "\n");
  tell(&line);
}

static int function_of(const struct call* call) { return call == NULL ? -1 : call->function; }

/* Of nested calls only the outermost is the program's. */
static void look_at(int function, const void* caller) {
  if (inside != NULL) return;
  struct unsafe_call call = {"unsafe", function, abandoned.function, (uintptr_t)caller, handling};
  if (handling != NULL) {
    call.interrupted = function_of(handling->interrupted);
    tell_call(&call);
  } else if (abandoned.is_set) {
    abandoned.is_set = 0;
    call.what = "jumped";
    call.frame = &abandoned.frame;
    tell_call(&call);
  }
}

static void enter(struct call* call, int function, const void* caller) {
  look_at(function, caller);
  *call = (struct call){function, inside};
  inside = call;
}

/* Also when the call is left by a thread's cancellation or an exception. */
static void leave(struct call* call) { inside = call->outer; }

/* --- the functions of the C library --------------------------------------------------------------------- */

#ifdef HARNESS_LINKED
#define WRAPPED "__wrap_"
#define REAL(symbol, result, parameters) real_##symbol
#define DECLARE_REAL(symbol, result, parameters) result real_##symbol parameters __asm__("__real_" #symbol);
#else
#define WRAPPED ""
#define REAL(symbol, result, parameters) ((result(*) parameters)real_of(INDEX_##symbol))
#define DECLARE_REAL(symbol, result, parameters)

static void* real[FUNCTION_COUNT];

static void find(int function) {
  if (__atomic_load_n(&real[function], __ATOMIC_RELAXED) == NULL)
    __atomic_store_n(&real[function], dlsym(RTLD_NEXT, functions[function].symbol), __ATOMIC_RELAXED);
}

/* The allocator before all others: dlsym(3) itself uses it, once something has not been found. */
static void* real_of(int function) {
  void* const known = __atomic_load_n(&real[function], __ATOMIC_RELAXED);
  if (known != NULL) return known;
  static const int first[] = {INDEX_malloc, INDEX_calloc, INDEX_realloc, INDEX_free};
  for (size_t i = 0; i < sizeof first / sizeof first[0]; ++i) find(first[i]);
  find(function);
  return real[function];
}
#endif

#define UNSAFE(symbol, shown, family, result, parameters, arguments) \
  DECLARE_REAL(symbol, result, parameters)                           \
  result call_##symbol parameters __asm__(WRAPPED #symbol);          \
  result call_##symbol parameters {                                  \
    struct call call __attribute__((cleanup(leave)));                \
    enter(&call, INDEX_##symbol, __builtin_return_address(0));       \
    return REAL(symbol, result, parameters) arguments;               \
  }
#define UNPACK(...) __VA_ARGS__
#define UNSAFE_VARIADIC(symbol, shown, family, by_list, result, parameters, arguments, last) \
  result list_##symbol(UNPACK parameters, va_list values) __asm__(#by_list);                 \
  result call_##symbol(UNPACK parameters, ...) __asm__(WRAPPED #symbol);                     \
  result call_##symbol(UNPACK parameters, ...) {                                             \
    struct call call __attribute__((cleanup(leave)));                                        \
    enter(&call, INDEX_##symbol, __builtin_return_address(0));                               \
    va_list values;                                                                          \
    va_start(values, last);                                                                  \
    RETURN_##result(list_##symbol(UNPACK arguments, values));                                \
  }
#define RETURN_int(call)    \
  const int outcome = call; \
  va_end(values);           \
  return outcome
#define RETURN_void(call) \
  call;                   \
  va_end(values)
#define UNSAFE_NORETURN(symbol, shown, family, parameters, arguments)               \
  DECLARE_REAL(symbol, void, parameters)                                            \
  __attribute__((noreturn)) void call_##symbol parameters __asm__(WRAPPED #symbol); \
  void call_##symbol parameters {                                                   \
    struct call call __attribute__((cleanup(leave)));                               \
    enter(&call, INDEX_##symbol, __builtin_return_address(0));                      \
    REAL(symbol, void, parameters) arguments;                                       \
    __builtin_unreachable();                                                        \
  }
#include "probe/async_unsafe.inc"

/* --- handlers ------------------------------------------------------------------------------------------- */

enum { SIGNALS_MAX = 64 };

/* What the program has installed. Written before the kernel is told: a signal in between finds the new one.
 */
struct installed {
  void (*handler)(int, siginfo_t*, void*);
  int flags;
};
static struct installed installed[SIGNALS_MAX + 1];

static uintptr_t code_of(const ucontext_t* context) {
#if defined(__x86_64__)
  return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return (uintptr_t)context->uc_mcontext.pc;
#else
#error "where a signal's context has the program counter is not known here"
#endif
}

static void note_stack(struct frame* frame, const stack_t* alternate) {
  const uintptr_t begin = (uintptr_t)alternate->ss_sp;
  const uintptr_t here = (uintptr_t)frame;
  if ((alternate->ss_flags & SS_DISABLE) != 0 || here < begin || here >= begin + alternate->ss_size) return;
  frame->stack_begin = begin;
  frame->stack_end = begin + alternate->ss_size;
}

__attribute__((section("harness_trampoline"))) static void on_signal(int signal, siginfo_t* info,
                                                                     void* context) {
  void (*const handler)(int, siginfo_t*, void*) = installed[signal].handler;
  struct frame frame = {.signal = signal,
                        .handler = (uintptr_t)handler,
                        .at = code_of(context),
                        .interrupted = inside,
                        .outer = handling};
  note_stack(&frame, &((const ucontext_t*)context)->uc_stack);
  tell_ran(&frame);
  inside = NULL;
  handling = &frame;
  handler(signal, info, context); /* of an sa_handler, which takes the first alone */
  inside = frame.interrupted;
  handling = frame.outer;
}

#ifdef HARNESS_LINKED
int real_sigaction(int signal, const struct sigaction* action,
                   struct sigaction* before) __asm__("__real_sigaction");
#else
static int real_sigaction(int signal, const struct sigaction* action, struct sigaction* before) {
  static int (*known)(int, const struct sigaction*, struct sigaction*);
  if (known == NULL) *(void**)&known = dlsym(RTLD_NEXT, "sigaction");
  return known(signal, action, before);
}
#endif

static int is_function(const struct sigaction* action) {
  return action != NULL && action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN &&
         action->sa_handler != SIG_ERR;
}

/* What the program had installed, instead of what the kernel knows. */
static void show_own(struct sigaction* before, const struct installed* had) {
  if (before->sa_sigaction != on_signal) return;
  before->sa_sigaction = had->handler;
  before->sa_flags = (before->sa_flags & ~SA_SIGINFO) | (had->flags & SA_SIGINFO);
}

static int install(int signal, const struct sigaction* action, struct sigaction* before) {
  if (!is_watching() || signal < 1 || signal > SIGNALS_MAX) return real_sigaction(signal, action, before);
  const struct installed had = installed[signal];
  struct sigaction ours;
  if (is_function(action)) {
    ours = *action;
    ours.sa_sigaction = on_signal;
    ours.sa_flags |= SA_SIGINFO;
    installed[signal] = (struct installed){action->sa_sigaction, action->sa_flags};
    action = &ours;
  }
  const int status = real_sigaction(signal, action, before);
  if (status != 0) installed[signal] = had;
  if (status == 0 && before != NULL) show_own(before, &had);
  return status;
}

static sighandler_t install_simple(int signal, sighandler_t handler, int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  struct sigaction before;
  if (handler == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  sigemptyset(&action.sa_mask);
  if ((flags & SA_NODEFER) == 0) sigaddset(&action.sa_mask, signal);
  return install(signal, &action, &before) == 0 ? before.sa_handler : SIG_ERR;
}

#define INSTALLER(symbol) __asm__(WRAPPED #symbol)
int call_sigaction(int signal, const struct sigaction* action, struct sigaction* before) INSTALLER(sigaction);
int call_sigaction(int signal, const struct sigaction* action, struct sigaction* before) {
  return install(signal, action, before);
}
/* signal(2): glibc's are handlers as BSD had them, and those of System V where that is asked for. */
sighandler_t call_signal(int signal, sighandler_t handler) INSTALLER(signal);
sighandler_t call_signal(int signal, sighandler_t handler) {
  return install_simple(signal, handler, SA_RESTART);
}
sighandler_t call_bsd_signal(int signal, sighandler_t handler) INSTALLER(bsd_signal);
sighandler_t call_bsd_signal(int signal, sighandler_t handler) {
  return install_simple(signal, handler, SA_RESTART);
}
/* Under both of its names. */
sighandler_t call_sysv_signal(int signal, sighandler_t handler) INSTALLER(__sysv_signal);
sighandler_t call_sysv_signal(int signal, sighandler_t handler) {
  return install_simple(signal, handler, (int)SA_RESETHAND | SA_NODEFER);
}
sighandler_t call_sysv_signal_too(int signal, sighandler_t handler) INSTALLER(sysv_signal);
sighandler_t call_sysv_signal_too(int signal, sighandler_t handler) {
  return call_sysv_signal(signal, handler);
}

/* --- a handler that is left by a jump ------------------------------------------------------------------- */

static int is_left(const struct frame* frame, uintptr_t stack) {
  if (stack == 0) return 1;
  const int goes_to_its_stack = stack > frame->stack_begin && stack <= frame->stack_end;
  if (frame->stack_end != 0 && !goes_to_its_stack) return 1;
  return (uintptr_t)frame < stack;
}

/* `stack`: the stack pointer from then on, 0 when that is not known: then all handlers count as left. */
static void leave_for(uintptr_t stack) {
  const struct frame* left = NULL;
  while (handling != NULL && is_left(handling, stack)) {
    left = handling;
    inside = handling->interrupted;
    handling = handling->outer;
  }
  const struct call* cut_off = left == NULL ? NULL : inside;
  while (inside != NULL && (stack == 0 || (uintptr_t)inside < stack)) inside = inside->outer;
  if (cut_off == NULL || cut_off == inside) return;
  abandoned = (struct abandoned){1, cut_off->function, *left};
}

#ifdef HARNESS_LINKED
#define REAL_JUMP(symbol) real_##symbol
#define DECLARE_REAL_JUMP(symbol)                                            \
  __attribute__((noreturn)) void real_##symbol(struct __jmp_buf_tag* buffer, \
                                               int value) __asm__("__real_" #symbol);
#else
#define REAL_JUMP(symbol) (*(void (*)(struct __jmp_buf_tag*, int))dlsym(RTLD_NEXT, #symbol))
#define DECLARE_REAL_JUMP(symbol)
#endif
#define JUMP(symbol)                                                                                       \
  DECLARE_REAL_JUMP(symbol)                                                                                \
  __attribute__((noreturn)) void call_##symbol(struct __jmp_buf_tag* buffer, int value) INSTALLER(symbol); \
  void call_##symbol(struct __jmp_buf_tag* buffer, int value) {                                            \
    if (is_watching()) leave_for(stack_after(buffer));                                                     \
    REAL_JUMP(symbol)(buffer, value);                                                                      \
    __builtin_unreachable();                                                                               \
  }
JUMP(longjmp)
JUMP(_longjmp)
JUMP(siglongjmp)
JUMP(__longjmp_chk)

/* --- beginning ------------------------------------------------------------------------------------------ */

__attribute__((constructor)) static void attach(void) {
  const char* path = getenv("HARNESS_HANDLERS");
  if (path == NULL || path[0] == '\0') return;
#ifndef HARNESS_LINKED
  for (int i = 0; i < FUNCTION_COUNT; ++i) real_of(i);
  dlerror(); /* what is not there is nothing to the program */
#endif
  learn_places();
  learn_jumps();
  learn_stacks();
  open_log(path);
}
