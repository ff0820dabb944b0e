// Which process a pidfd of this process stands for: it is readable once that has ended (pidfd_open(2)).
#pragma once

#include <sys/types.h>

namespace race {

void note_pidfd(int fd, pid_t pid);
void forget_pidfd(int fd);
pid_t process_of_pidfd(int fd);  // 0 for none

}  // namespace race
