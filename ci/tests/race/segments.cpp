// Which memory is watched: `segments NAME`, and `segments list`. A child writes a word and the parent reads
// it, in memory that was mapped, unmapped and moved before; they meet by a relaxed flag, which orders
// nothing.
#include <sched.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const auto page = static_cast<size_t>(getpagesize());
std::atomic<int>* flag;
int object;

char* must(void* memory) {
  if (memory == MAP_FAILED) perror("segments"), _exit(3);
  return static_cast<char*>(memory);
}

void must(bool is_so) {
  if (!is_so) perror("segments"), _exit(3);
}

char* map_pages(size_t first, size_t count, void* at = nullptr) {
  const int flags = at == nullptr ? MAP_SHARED : MAP_SHARED | MAP_FIXED;
  return must(
      mmap(at, count * page, PROT_READ | PROT_WRITE, flags, object, static_cast<off_t>(first * page)));
}

// Unseen, as the C library's own mappings are: so what was there before must have been forgotten by then.
char* map_own(size_t count, void* at = nullptr) {
  const long flags = MAP_PRIVATE | MAP_ANONYMOUS | (at == nullptr ? 0 : MAP_FIXED);
  return must(
      reinterpret_cast<void*>(syscall(SYS_mmap, at, count * page, PROT_READ | PROT_WRITE, flags, -1, 0)));
}

// Room for as many pages that nobody has.
char* free_room(size_t count) {
  char* room = map_own(count);
  munmap(room, count * page);
  return room;
}

void write_word(char* at) { *reinterpret_cast<int*>(at) = 7; }

volatile int sink;
void read_word(const char* at) { sink = *reinterpret_cast<const int*>(at); }

void say_written() { flag->store(1, std::memory_order_relaxed); }
void wait_until_written() {
  while (flag->load(std::memory_order_relaxed) == 0) sched_yield();
}

// Both at the same address, which the child has of its parent.
void share(char* at) {
  if (fork() == 0) write_word(at), say_written(), _exit(0);
  wait_until_written();
  read_word(at);
  wait(nullptr);
}

// The child writes into the object, in a mapping of its own.
void share_page(size_t which, const char* at) {
  if (fork() == 0) write_word(map_pages(which, 1)), say_written(), _exit(0);
  wait_until_written();
  read_word(at);
  wait(nullptr);
}

char* attach(int id, void* at = nullptr) { return must(shmat(id, at, at == nullptr ? 0 : SHM_REMAP)); }

void attach_in_both() {
  const int id = shmget(IPC_PRIVATE, page, 0600);
  must(id >= 0);
  if (fork() == 0) map_own(1), write_word(attach(id) + 16), say_written(), _exit(0);
  const char* memory = attach(id);
  shmctl(id, IPC_RMID, nullptr);
  wait_until_written();
  read_word(memory + 16);
  wait(nullptr);
}

char* detach_and_attach() {
  const int id = shmget(IPC_PRIVATE, page, 0600);
  must(id >= 0);
  char* before = attach(id);
  must(shmdt(before) == 0);
  map_own(1, before);
  char* memory = attach(id);
  shmctl(id, IPC_RMID, nullptr);
  must(memory != before);
  return memory;
}

char* detach() {
  const int id = shmget(IPC_PRIVATE, page, 0600);
  must(id >= 0);
  char* before = attach(id);
  shmctl(id, IPC_RMID, nullptr);
  must(shmdt(before) == 0);
  return map_own(1, before);
}

char* map_again() {
  char* before = map_pages(0, 1);
  munmap(before, page);
  map_own(1, before);
  char* memory = map_pages(0, 1);
  must(memory != before);
  return memory;
}

char* map_with_hole() {
  char* memory = map_pages(0, 5);
  munmap(memory + 2 * page, page);
  map_own(1, memory + 2 * page);
  return memory;
}

char* moved(size_t pages) {
  char* before = map_pages(0, 2);
  char* room = free_room(pages);
  char* memory = must(mremap(before, 2 * page, pages * page, MREMAP_MAYMOVE | MREMAP_FIXED, room));
  must(memory == room && memory != before);
  map_own(2, before);
  return memory;
}

char* moved_middle() {
  char* before = map_pages(0, 4);
  char* room = free_room(1);
  return must(mremap(before + page, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, room));
}

char* place_left_by_move() {
  char* before = map_pages(0, 2);
  must(mremap(before, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, free_room(2)));
  return map_own(2, before);
}

char* moved_over_another() {
  char* other = map_pages(4, 1);
  return must(mremap(map_pages(0, 1), page, page, MREMAP_MAYMOVE | MREMAP_FIXED, other));
}

char* own_moved_over_another() {
  char* other = map_pages(4, 1);
  return must(mremap(map_own(1), page, page, MREMAP_MAYMOVE | MREMAP_FIXED, other));
}

char* place_left_by_shrinking() {
  char* memory = map_pages(0, 3);
  must(mremap(memory, 3 * page, page, 0) == memory);
  return map_own(2, memory + page);
}

// Whoever unmaps some bytes of a page unmaps it all.
char* part_of_page_unmapped() {
  char* memory = map_pages(0, 1);
  must(munmap(memory, 100) == 0);
  return map_own(1, memory) + 200;
}

char* own_mapped_over() {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  return must(mmap(map_pages(0, 1), page, PROT_READ | PROT_WRITE, flags, -1, 0));
}

constexpr bool race = true, silent = false;

struct Case {
  const char* name;
  bool is_race;
  void (*run)();
};

const Case cases[] = {
    {"system-v", race, attach_in_both},
    {"system-v-again-elsewhere", race, [] { share(detach_and_attach()); }},
    {"system-v-detached", silent, [] { share(detach()); }},
    {"mapped-again-elsewhere", race, [] { share_page(0, map_again()); }},
    {"before-the-hole", race, [] { share_page(1, map_with_hole() + page); }},
    {"behind-the-hole", race, [] { share_page(3, map_with_hole() + 3 * page); }},
    {"far-behind-the-hole", race, [] { share_page(4, map_with_hole() + 4 * page); }},
    {"other-page-behind-the-hole", silent, [] { share_page(2, map_with_hole() + 3 * page); }},
    {"in-the-hole", silent, [] { share(map_with_hole() + 2 * page); }},
    {"part-of-a-page-unmapped", silent, [] { share(part_of_page_unmapped()); }},
    {"own-mapped-over", silent, [] { share(own_mapped_over()); }},
    {"another-mapped-over", race, [] { share_page(2, map_pages(2, 1, map_pages(0, 1))); }},
    {"moved", race, [] { share_page(1, moved(2) + page); }},
    {"moved-and-grown", race, [] { share_page(3, moved(4) + 3 * page); }},
    {"moved-from-the-middle", race, [] { share_page(1, moved_middle()); }},
    {"where-it-was-moved-from", silent, [] { share(place_left_by_move()); }},
    {"moved-over-another", race, [] { share_page(0, moved_over_another()); }},
    {"own-moved-over-another", silent, [] { share(own_moved_over_another()); }},
    {"where-it-was-shrunk", silent, [] { share(place_left_by_shrinking()); }},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  object = memfd_create("segments", 0);
  must(ftruncate(object, static_cast<off_t>(5 * page)) == 0);
  flag = reinterpret_cast<std::atomic<int>*>(
      must(mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)));
  for (const Case& one : cases) {
    if (strcmp(argv[1], "list") == 0) printf("%s %s\n", one.name, one.is_race ? "race" : "silent");
    if (strcmp(argv[1], one.name) == 0) return one.run(), 0;
  }
  return strcmp(argv[1], "list") == 0 ? 0 : 64;
}
