// The functions that stand behind the wrappers of the same names (wrapped.txt): what the linker calls
// __real_NAME under --wrap=NAME. The runtime itself uses these, so that it does not watch itself.
#pragma once

#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cstddef>

#define RACE_REAL(RESULT, NAME, ...) RESULT NAME(__VA_ARGS__) __asm__("__real_" #NAME)

namespace race::real {

RACE_REAL(long, syscall, long, ...);
RACE_REAL(void*, mmap, void*, size_t, int, int, int, off_t);
RACE_REAL(int, munmap, void*, size_t);
RACE_REAL(void*, mremap, void*, size_t, size_t, int, ...);
RACE_REAL(void*, shmat, int, const void*, int);
RACE_REAL(int, shmdt, const void*);
RACE_REAL(void*, memcpy, void*, const void*, size_t);
RACE_REAL(void*, memmove, void*, const void*, size_t);
RACE_REAL(void*, memset, void*, int, size_t);
RACE_REAL(int, memcmp, const void*, const void*, size_t);

RACE_REAL(pid_t, fork, );
RACE_REAL(pid_t, wait, int*);
RACE_REAL(pid_t, waitpid, pid_t, int*, int);
RACE_REAL(pid_t, wait4, pid_t, int*, int, struct rusage*);
RACE_REAL(int, waitid, idtype_t, id_t, siginfo_t*, int);
RACE_REAL(int, kill, pid_t, int);
RACE_REAL(int, sigqueue, pid_t, int, const union sigval);
RACE_REAL(int, sigwait, const sigset_t*, int*);
RACE_REAL(int, sigwaitinfo, const sigset_t*, siginfo_t*);
RACE_REAL(int, sigtimedwait, const sigset_t*, siginfo_t*, const struct timespec*);
RACE_REAL(int, sigaction, int, const struct sigaction*, struct sigaction*);
RACE_REAL(sighandler_t, signal, int, sighandler_t);

RACE_REAL(int, pthread_create, pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
RACE_REAL(int, pthread_join, pthread_t, void**);
RACE_REAL(int, pthread_tryjoin_np, pthread_t, void**);
RACE_REAL(int, pthread_timedjoin_np, pthread_t, void**, const struct timespec*);
RACE_REAL(int, pthread_once, pthread_once_t*, void (*)());
RACE_REAL(int, pthread_mutex_lock, pthread_mutex_t*);
RACE_REAL(int, pthread_mutex_trylock, pthread_mutex_t*);
RACE_REAL(int, pthread_mutex_timedlock, pthread_mutex_t*, const struct timespec*);
RACE_REAL(int, pthread_mutex_clocklock, pthread_mutex_t*, clockid_t, const struct timespec*);
RACE_REAL(int, pthread_mutex_unlock, pthread_mutex_t*);
RACE_REAL(int, pthread_spin_lock, pthread_spinlock_t*);
RACE_REAL(int, pthread_spin_trylock, pthread_spinlock_t*);
RACE_REAL(int, pthread_spin_unlock, pthread_spinlock_t*);
RACE_REAL(int, pthread_rwlock_rdlock, pthread_rwlock_t*);
RACE_REAL(int, pthread_rwlock_tryrdlock, pthread_rwlock_t*);
RACE_REAL(int, pthread_rwlock_timedrdlock, pthread_rwlock_t*, const struct timespec*);
RACE_REAL(int, pthread_rwlock_clockrdlock, pthread_rwlock_t*, clockid_t, const struct timespec*);
RACE_REAL(int, pthread_rwlock_wrlock, pthread_rwlock_t*);
RACE_REAL(int, pthread_rwlock_trywrlock, pthread_rwlock_t*);
RACE_REAL(int, pthread_rwlock_timedwrlock, pthread_rwlock_t*, const struct timespec*);
RACE_REAL(int, pthread_rwlock_clockwrlock, pthread_rwlock_t*, clockid_t, const struct timespec*);
RACE_REAL(int, pthread_rwlock_unlock, pthread_rwlock_t*);
RACE_REAL(int, pthread_barrier_wait, pthread_barrier_t*);
RACE_REAL(int, pthread_cond_wait, pthread_cond_t*, pthread_mutex_t*);
RACE_REAL(int, pthread_cond_timedwait, pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
RACE_REAL(int, pthread_cond_clockwait, pthread_cond_t*, pthread_mutex_t*, clockid_t, const struct timespec*);
RACE_REAL(int, pthread_cond_signal, pthread_cond_t*);
RACE_REAL(int, pthread_cond_broadcast, pthread_cond_t*);

RACE_REAL(sem_t*, sem_open, const char*, int, ...);
RACE_REAL(int, sem_post, sem_t*);
RACE_REAL(int, sem_wait, sem_t*);
RACE_REAL(int, sem_trywait, sem_t*);
RACE_REAL(int, sem_timedwait, sem_t*, const struct timespec*);
RACE_REAL(int, sem_clockwait, sem_t*, clockid_t, const struct timespec*);
RACE_REAL(int, sem_getvalue, sem_t*, int*);
RACE_REAL(int, semop, int, struct sembuf*, size_t);
RACE_REAL(int, semtimedop, int, struct sembuf*, size_t, const struct timespec*);
RACE_REAL(int, semctl, int, int, int, ...);
RACE_REAL(int, msgsnd, int, const void*, size_t, int);
RACE_REAL(ssize_t, msgrcv, int, void*, size_t, long, int);
RACE_REAL(int, mq_send, mqd_t, const char*, size_t, unsigned);
RACE_REAL(int, mq_timedsend, mqd_t, const char*, size_t, unsigned, const struct timespec*);
RACE_REAL(ssize_t, mq_receive, mqd_t, char*, size_t, unsigned*);
RACE_REAL(ssize_t, mq_timedreceive, mqd_t, char*, size_t, unsigned*, const struct timespec*);

RACE_REAL(int, eventfd_read, int, eventfd_t*);
RACE_REAL(int, eventfd_write, int, eventfd_t);
RACE_REAL(ssize_t, read, int, void*, size_t);
RACE_REAL(ssize_t, readv, int, const struct iovec*, int);
RACE_REAL(ssize_t, write, int, const void*, size_t);
RACE_REAL(ssize_t, writev, int, const struct iovec*, int);
RACE_REAL(ssize_t, send, int, const void*, size_t, int);
RACE_REAL(ssize_t, sendto, int, const void*, size_t, int, const struct sockaddr*, socklen_t);
RACE_REAL(ssize_t, sendmsg, int, const struct msghdr*, int);
RACE_REAL(ssize_t, recv, int, void*, size_t, int);
RACE_REAL(ssize_t, recvfrom, int, void*, size_t, int, struct sockaddr*, socklen_t*);
RACE_REAL(ssize_t, recvmsg, int, struct msghdr*, int);
RACE_REAL(int, connect, int, const struct sockaddr*, socklen_t);
RACE_REAL(int, accept, int, struct sockaddr*, socklen_t*);
RACE_REAL(int, accept4, int, struct sockaddr*, socklen_t*, int);
RACE_REAL(int, shutdown, int, int);
RACE_REAL(int, close, int);
RACE_REAL(int, poll, struct pollfd*, nfds_t, int);
RACE_REAL(int, ppoll, struct pollfd*, nfds_t, const struct timespec*, const sigset_t*);
RACE_REAL(int, flock, int, int);
RACE_REAL(int, fcntl, int, int, ...);
RACE_REAL(int, lockf, int, int, off_t);

}  // namespace race::real
