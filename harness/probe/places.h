/* places.h: lines of text that are put together, and code addresses as file and offset, without any call that
 * is not async-signal-safe. Internal to signal_safety.c. */
#ifndef HARNESS_PLACES_H
#define HARNESS_PLACES_H

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "probe/handler_log.h"

struct line {
  size_t length;
  char text[HARNESS_HANDLER_LINE_BYTES];
};

static void add_text(struct line* line, const char* text) {
  while (*text != '\0' && line->length < sizeof line->text) line->text[line->length++] = *text++;
}

static void add_digits(struct line* line, uint64_t number, unsigned base) {
  char digits[24];
  size_t first = sizeof digits - 1;
  digits[first] = '\0';
  do {
    digits[--first] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number != 0);
  add_text(line, digits + first);
}

static void add_number(struct line* line, uint64_t number) { add_digits(line, number, 10); }

/* A file that is mapped as code: the program and its libraries, as the process began. */
struct module {
  uintptr_t begin;
  uintptr_t end;
  uintptr_t bias; /* what is taken off an address to have it as the program headers say */
  char path[256];
};
static struct module modules[64];
static size_t module_count;

/* " name=(/path/of/file+0x1234)" */
static void add_place(struct line* line, const char* name, uintptr_t address) {
  add_text(line, name);
  add_text(line, "(");
  for (size_t i = 0; i < module_count; ++i) {
    if (address < modules[i].begin || address >= modules[i].end) continue;
    add_text(line, modules[i].path);
    add_text(line, "+");
    address -= modules[i].bias;
    break;
  }
  add_text(line, "0x");
  add_digits(line, address, 16);
  add_text(line, ")");
}

static uintptr_t read_hex(const char** text) {
  uintptr_t number = 0;
  for (;; ++*text) {
    const char letter = **text;
    if (letter >= '0' && letter <= '9')
      number = number * 16 + (uintptr_t)(letter - '0');
    else if (letter >= 'a' && letter <= 'f')
      number = number * 16 + (uintptr_t)(letter - 'a' + 10);
    else
      return number;
  }
}

/* A line of /proc/PID/maps (proc(5)): begin-end rwxp offset device inode   path. The first part of a file
 * begins with its ELF header, which says whether it lies where it was linked to. */
static void learn_mapping(const char* text) {
  const char* const path = strchr(text, '/');
  const uintptr_t begin = read_hex(&text);
  if (*text++ != '-' || path == NULL || strlen(path) >= sizeof modules[0].path) return;
  const uintptr_t end = read_hex(&text);
  if (*text++ != ' ') return;
  const int is_readable = *text == 'r';
  text += 5; /* "r-xp " */
  const uintptr_t offset = read_hex(&text);
  struct module* const last = module_count == 0 ? NULL : &modules[module_count - 1];
  if (last != NULL && strcmp(last->path, path) == 0) {
    last->end = end;
    return;
  }
  const int is_first = offset == 0 && is_readable && memcmp((const void*)begin, ELFMAG, SELFMAG) == 0;
  if (!is_first || module_count == sizeof modules / sizeof modules[0]) return;
  struct module* const module = &modules[module_count++];
  module->begin = begin;
  module->end = end;
  module->bias = ((const Elf64_Ehdr*)begin)->e_type == ET_EXEC ? 0 : begin;
  strcpy(module->path, path);
}

static void learn_places(void) {
  const int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return;
  char line[512];
  char part[1024];
  size_t length = 0;
  for (ssize_t count = 0; (count = read(maps, part, sizeof part)) > 0;) {
    for (ssize_t i = 0; i < count; ++i) {
      if (part[i] != '\n') {
        if (length < sizeof line - 1) line[length++] = part[i];
        continue;
      }
      line[length] = '\0';
      learn_mapping(line);
      length = 0;
    }
  }
  close(maps);
}

#endif
