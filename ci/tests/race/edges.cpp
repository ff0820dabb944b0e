// One order between two processes at a time: `edges NAME right|wrong`, and `edges list`.
//
// right: the child writes a number, gives, and says by a relaxed flag, which orders nothing, that it has; the
// parent waits for the flag, takes and reads the number. wrong: the child gives before it writes, or, where
// it gives by its death, the parent does not take.
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void __tsan_mutex_post_lock(void* lock, unsigned flags, int recursion);
int __tsan_mutex_pre_unlock(void* lock, unsigned flags);
void AnnotateHappensBefore(const char* file, int line, void* address);
void AnnotateHappensAfter(const char* file, int line, void* address);
void AnnotateRWLockAcquired(const char* file, int line, void* lock, long is_for_writing);
void AnnotateRWLockReleased(const char* file, int line, void* lock, long is_for_writing);
}

namespace {

struct Shared {
  std::atomic<int> flag;
  alignas(64) int number;
  alignas(64) pthread_mutex_t mutex;
  pthread_mutex_t robust;
  pthread_rwlock_t lock;
  pthread_spinlock_t spin;
  pthread_barrier_t barrier;
  pthread_cond_t condition;
  bool is_set;  // under the mutex
  sem_t semaphore;
  alignas(64) std::atomic<uint32_t> word;
};

Shared* shared;
int ends[2];
int descriptor, semaphores, queue;
mqd_t messages;
sem_t* named;
pid_t child;
char name[64];

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

void must(bool is_so) {
  if (is_so) return;
  perror("edges");
  _exit(3);
}

enum class How { after_flag, together, by_death };

struct Edge {
  const char* name;
  How how;
  void (*make)();
  void (*give)();
  void (*take)();
};

template <class Attributes, int (*init)(Attributes*), int (*share)(Attributes*, int)>
struct SharedBetween {
  Attributes attributes;
  const Attributes* get() const { return &attributes; }
  SharedBetween() {
    init(&attributes);
    share(&attributes, PTHREAD_PROCESS_SHARED);
  }
};
using Mutex = SharedBetween<pthread_mutexattr_t, pthread_mutexattr_init, pthread_mutexattr_setpshared>;
using Lock = SharedBetween<pthread_rwlockattr_t, pthread_rwlockattr_init, pthread_rwlockattr_setpshared>;
using Barrier =
    SharedBetween<pthread_barrierattr_t, pthread_barrierattr_init, pthread_barrierattr_setpshared>;
using Condition = SharedBetween<pthread_condattr_t, pthread_condattr_init, pthread_condattr_setpshared>;

char one_byte;
void no_one(int) {}
std::atomic<int> came;
void on_usr1(int) { came.store(1, std::memory_order_relaxed); }

const Edge edges[] = {
    {"release-acquire", How::after_flag, [] {}, [] { shared->word.store(1, std::memory_order_release); },
     [] { must(shared->word.load(std::memory_order_acquire) == 1); }},
    {"fetch-add", How::after_flag, [] {}, [] { shared->word.fetch_add(1, std::memory_order_release); },
     [] { must(shared->word.fetch_add(1, std::memory_order_acquire) == 1); }},
    {"exchange-if", How::after_flag, [] {},
     [] {
       uint32_t zero = 0;
       must(shared->word.compare_exchange_strong(zero, 1, std::memory_order_release));
     },
     [] {
       uint32_t one = 1;
       must(shared->word.compare_exchange_strong(one, 2, std::memory_order_acquire));
     }},
    {"mutex", How::after_flag, [] { pthread_mutex_init(&shared->mutex, Mutex().get()); },
     [] { pthread_mutex_lock(&shared->mutex), pthread_mutex_unlock(&shared->mutex); },
     [] { pthread_mutex_lock(&shared->mutex), pthread_mutex_unlock(&shared->mutex); }},
    {"timed-mutex", How::after_flag, [] { pthread_mutex_init(&shared->mutex, Mutex().get()); },
     [] { must(pthread_mutex_trylock(&shared->mutex) == 0), pthread_mutex_unlock(&shared->mutex); },
     [] {
       const timespec until{.tv_sec = 1'000'000'000'000, .tv_nsec = 0};
       must(pthread_mutex_clocklock(&shared->mutex, CLOCK_MONOTONIC, &until) == 0);
     }},
    {"dead-owner", How::by_death,
     [] {
       Mutex mutex;
       pthread_mutexattr_setrobust(&mutex.attributes, PTHREAD_MUTEX_ROBUST);
       pthread_mutex_init(&shared->robust, &mutex.attributes);
     },
     [] { pthread_mutex_lock(&shared->robust), shared->flag.store(1, std::memory_order_relaxed), die(); },
     [] { must(pthread_mutex_lock(&shared->robust) == EOWNERDEAD); }},
    {"read-write-lock", How::after_flag, [] { pthread_rwlock_init(&shared->lock, Lock().get()); },
     [] { pthread_rwlock_wrlock(&shared->lock), pthread_rwlock_unlock(&shared->lock); },
     [] { pthread_rwlock_rdlock(&shared->lock), pthread_rwlock_unlock(&shared->lock); }},
    {"reader-to-writer", How::after_flag, [] { pthread_rwlock_init(&shared->lock, Lock().get()); },
     [] { pthread_rwlock_rdlock(&shared->lock), pthread_rwlock_unlock(&shared->lock); },
     [] { pthread_rwlock_wrlock(&shared->lock), pthread_rwlock_unlock(&shared->lock); }},
    {"spin-lock", How::after_flag, [] { pthread_spin_init(&shared->spin, PTHREAD_PROCESS_SHARED); },
     [] { pthread_spin_lock(&shared->spin), pthread_spin_unlock(&shared->spin); },
     [] { pthread_spin_lock(&shared->spin), pthread_spin_unlock(&shared->spin); }},
    {"barrier", How::together, [] { pthread_barrier_init(&shared->barrier, Barrier().get(), 2); },
     [] { pthread_barrier_wait(&shared->barrier); }, [] { pthread_barrier_wait(&shared->barrier); }},
    {"condition", How::together,
     [] {
       pthread_mutex_init(&shared->mutex, Mutex().get());
       pthread_cond_init(&shared->condition, Condition().get());
     },
     [] {
       pthread_mutex_lock(&shared->mutex);
       shared->is_set = true;
       pthread_cond_signal(&shared->condition);
       pthread_mutex_unlock(&shared->mutex);
     },
     [] {
       pthread_mutex_lock(&shared->mutex);
       while (!shared->is_set) pthread_cond_wait(&shared->condition, &shared->mutex);
       pthread_mutex_unlock(&shared->mutex);
     }},
    {"semaphore", How::together, [] { sem_init(&shared->semaphore, 1, 0); },
     [] { sem_post(&shared->semaphore); }, [] { must(sem_wait(&shared->semaphore) == 0); }},
    {"named-semaphore", How::together,
     [] {
       named = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
       must(named != SEM_FAILED);
     },
     [] { sem_post(sem_open(name, 0)); },
     [] {
       const timespec until{.tv_sec = 1'000'000'000'000, .tv_nsec = 0};
       must(sem_clockwait(named, CLOCK_MONOTONIC, &until) == 0 && sem_unlink(name) == 0);
     }},
    {"system-v-semaphore", How::together, [] { must((semaphores = semget(IPC_PRIVATE, 1, 0600)) >= 0); },
     [] {
       sembuf up{.sem_num = 0, .sem_op = 1, .sem_flg = 0};
       must(semop(semaphores, &up, 1) == 0);
     },
     [] {
       sembuf down{.sem_num = 0, .sem_op = -1, .sem_flg = 0};
       must(semop(semaphores, &down, 1) == 0 && semctl(semaphores, 0, IPC_RMID) == 0);
     }},
    {"system-v-queue", How::together, [] { must((queue = msgget(IPC_PRIVATE, 0600)) >= 0); },
     [] {
       const struct {
         long type;
         char byte;
       } message{1, 'x'};
       must(msgsnd(queue, &message, 1, 0) == 0);
     },
     [] {
       struct {
         long type;
         char byte;
       } message;
       must(msgrcv(queue, &message, 1, 0, 0) == 1 && msgctl(queue, IPC_RMID, nullptr) == 0);
     }},
    {"posix-queue", How::together,
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 1;
       attributes.mq_msgsize = 1;
       messages = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
       must(messages >= 0 && mq_unlink(name) == 0);
     },
     [] { must(mq_send(messages, "x", 1, 0) == 0); },
     [] { must(mq_receive(messages, &one_byte, 1, nullptr) == 1); }},
    {"pipe", How::together, [] { must(pipe(ends) == 0); }, [] { must(write(ends[1], "x", 1) == 1); },
     [] { must(read(ends[0], &one_byte, 1) == 1); }},
    {"end-of-file", How::by_death, [] { must(pipe(ends) == 0); },
     [] { shared->flag.store(1, std::memory_order_relaxed), die(); },
     [] {
       close(ends[1]);
       must(read(ends[0], &one_byte, 1) == 0);
     }},
    {"socket", How::together, [] { must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0); },
     [] { must(send(ends[1], "x", 1, 0) == 1); }, [] { must(recv(ends[0], &one_byte, 1, 0) == 1); }},
    {"eventfd", How::together, [] { must((descriptor = eventfd(0, 0)) >= 0); },
     [] { must(eventfd_write(descriptor, 1) == 0); },
     [] {
       eventfd_t count;
       must(eventfd_read(descriptor, &count) == 0);
     }},
    {"file-lock", How::after_flag, [] { must((descriptor = memfd_create("lock", 0)) >= 0); },
     [] { must(lockf(descriptor, F_LOCK, 0) == 0 && lockf(descriptor, F_ULOCK, 0) == 0); },
     [] {
       struct flock whole {};
       whole.l_type = F_WRLCK;
       must(fcntl(descriptor, F_SETLKW, &whole) == 0);
     }},
    {"signal", How::together, [] { signal(SIGUSR1, on_usr1); }, [] { kill(getppid(), SIGUSR1); },
     [] {
       while (came.load(std::memory_order_relaxed) == 0) sched_yield();
     }},
    {"waited-for", How::by_death, [] {}, [] { shared->flag.store(1, std::memory_order_relaxed), die(); },
     [] { must(waitpid(child, nullptr, 0) == child); }},
    {"process-descriptor", How::by_death, [] {},
     [] { shared->flag.store(1, std::memory_order_relaxed), die(); },
     [] {
       pollfd ended{
           .fd = static_cast<int>(syscall(SYS_pidfd_open, child, 0)), .events = POLLIN, .revents = 0};
       must(poll(&ended, 1, -1) == 1);
     }},
    {"told-by-hand", How::after_flag, [] {}, [] { __tsan_release(&shared->word); },
     [] { __tsan_acquire(&shared->word); }},
    {"annotated", How::after_flag, [] {}, [] { AnnotateHappensBefore(__FILE__, __LINE__, &shared->word); },
     [] { AnnotateHappensAfter(__FILE__, __LINE__, &shared->word); }},
    {"annotated-lock", How::after_flag, [] {},
     [] { AnnotateRWLockReleased(__FILE__, __LINE__, &shared->word, 1); },
     [] { AnnotateRWLockAcquired(__FILE__, __LINE__, &shared->word, 1); }},
    {"lock-of-ones-own", How::after_flag, [] {}, [] { __tsan_mutex_pre_unlock(&shared->word, 0); },
     [] { __tsan_mutex_post_lock(&shared->word, 0, 0); }},
    {"priority-futex", How::after_flag, [] {},
     [] {
       must(syscall(SYS_futex, &shared->word, FUTEX_LOCK_PI, 0, nullptr, nullptr, 0) == 0);
       must(syscall(SYS_futex, &shared->word, FUTEX_UNLOCK_PI, 0, nullptr, nullptr, 0) == 0);
     },
     [] { must(syscall(SYS_futex, &shared->word, FUTEX_LOCK_PI, 0, nullptr, nullptr, 0) == 0); }},
};

void be_child(const Edge& edge, bool is_right) {
  if (is_right || edge.how == How::by_death) shared->number = 7;
  edge.give();
  if (!is_right) shared->number = 7;
  shared->flag.store(1, std::memory_order_relaxed);
  _exit(0);
}

void wait_for_flag() {
  while (shared->flag.load(std::memory_order_relaxed) == 0) sched_yield();
}

int be_parent(const Edge& edge, bool is_right) {
  if (edge.how == How::together) edge.take();
  wait_for_flag();
  if (edge.how == How::after_flag || (edge.how == How::by_death && is_right)) edge.take();
  return shared->number == 7 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) {
    for (const Edge& edge : edges) puts(edge.name);
    return 0;
  }
  signal(SIGUSR2, no_one);
  snprintf(name, sizeof name, "/harness-edges-%d", getpid());
  const int fd = memfd_create("edges", 0);
  must(ftruncate(fd, sizeof(Shared)) == 0);
  shared = static_cast<Shared*>(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  for (const Edge& edge : edges) {
    if (argc != 3 || strcmp(edge.name, argv[1]) != 0) continue;
    const bool is_right = strcmp(argv[2], "right") == 0;
    edge.make();
    child = fork();
    if (child == 0) be_child(edge, is_right);
    return be_parent(edge, is_right);
  }
  return 64;
}
