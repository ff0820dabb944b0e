/* unwind_table.h: where a function keeps its caller's registers, by what its compiler says of each place of
 * the code (call frame information: DWARF 5, 6.4; .eh_frame and .eh_frame_hdr: Linux Standard Base). Internal
 * to handler_stack.h; of x86-64, whose code has no frame pointers.
 *
 * Not libgcc's _Unwind_Backtrace: in a program linked with -static it allocates, the first time it makes a
 * system call, and where this information is wrong, as that of code written by hand often is, it reads
 * anywhere. Here nothing is read but the tables of files that the C library has loaded. What stands there and
 * is not understood makes the place an unknown one. */
#ifndef HARNESS_UNWIND_TABLE_H
#define HARNESS_UNWIND_TABLE_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

/* As DWARF numbers them; the System V ABI for x86-64, figure 3.36. */
enum { RBX = 3, RBP = 6, RSP = 7, RETURNS_TO = 16, REGISTERS = 17 };

/* How the caller's registers follow from those of the function, at one place of it. `base` is the address of
 * its frame (DWARF's CFA): what the stack pointer is once it has returned. */
struct unwind_row {
  unsigned base_register;
  int32_t base_offset;
  int base_is_kept; /* at the address that the two give */
  uint32_t at_base; /* a bit for each register that is kept at base + offset */
  uint32_t at_rbp;  /* at rbp + offset, as functions do that align their stacks */
  int32_t offset[REGISTERS];
};

/* --- bytes ---------------------------------------------------------------------------------------------- */

struct bytes {
  const uint8_t* at;
  const uint8_t* end;
};

/* 0 behind the end. */
static uint64_t take(struct bytes* from, unsigned count) {
  uint64_t number = 0;
  for (unsigned i = 0; i < count && from->at < from->end; ++i) number |= (uint64_t)*from->at++ << 8 * i;
  return number;
}

/* LEB128: seven bits a byte. `bits`: how many there were. */
static uint64_t take_seven_a_byte(struct bytes* from, unsigned* bits, uint8_t* last) {
  uint64_t number = 0;
  *bits = 0;
  do {
    *last = (uint8_t)take(from, 1);
    if (*bits < 64) number |= (uint64_t)(*last & 0x7f) << *bits;
    *bits += 7;
  } while ((*last & 0x80) != 0);
  return number;
}

static uint64_t take_unsigned(struct bytes* from) {
  unsigned bits;
  uint8_t last;
  return take_seven_a_byte(from, &bits, &last);
}

static int64_t take_signed(struct bytes* from) {
  unsigned bits;
  uint8_t last;
  const uint64_t number = take_seven_a_byte(from, &bits, &last);
  const int is_negative = (last & 0x40) != 0 && bits < 64;
  return (int64_t)(is_negative ? number | ~(uint64_t)0 << bits : number);
}

static struct bytes take_block(struct bytes* from) {
  const uint64_t length = take_unsigned(from);
  const size_t left = (size_t)(from->end - from->at);
  const struct bytes block = {from->at, from->at + (length < left ? length : left)};
  from->at = block.end;
  return block;
}

/* --- the entry of a function ---------------------------------------------------------------------------- */

/* What the functions of an object file have in common (a CIE). */
struct common_entry {
  uint64_t code_unit;
  int64_t data_unit;
  unsigned address_bytes;
  int has_data; /* of a language's own, in each function's entry */
  struct bytes instructions;
};

/* A function's, or that of a part of one (an FDE). */
struct unwind_entry {
  uintptr_t begin;
  struct common_entry common;
  struct bytes instructions;
};

/* What stands behind the length of the entry at an address; linkers write no longer ones. */
static struct bytes open_entry(const uint8_t* at) {
  struct bytes entry = {at, at + 4};
  const uint64_t length = take(&entry, 4);
  entry.end += length == 0xffffffff ? 0 : length;
  return entry;
}

static unsigned size_of_encoded(unsigned encoding) {
  enum { ABSOLUTE = 0x0, UDATA4 = 0x3, UDATA8 = 0x4, SDATA4 = 0xb, SDATA8 = 0xc }; /* DW_EH_PE_ */
  const unsigned format = encoding & 0xf;
  if (format == UDATA4 || format == SDATA4) return 4;
  return format == ABSOLUTE || format == UDATA8 || format == SDATA8 ? 8 : 0;
}

/* "zR" and what may stand between: the place of a C++ personality, and how a table of its is written. */
static int read_augmentation(struct common_entry* common, const uint8_t* letter, struct bytes data) {
  for (; *letter != '\0'; ++letter) {
    if (*letter == 'R') common->address_bytes = size_of_encoded((unsigned)take(&data, 1));
    if (*letter == 'L') take(&data, 1);
    if (*letter == 'P') take(&data, size_of_encoded((unsigned)take(&data, 1)));
    if (*letter != 'R' && *letter != 'L' && *letter != 'P') return 0; /* 'S': of a signal's frame */
  }
  return common->address_bytes != 0;
}

static int read_common_entry(struct common_entry* common, struct bytes from) {
  *common = (struct common_entry){.address_bytes = 8};
  const int is_of_eh_frame = take(&from, 4) == 0;
  const uint64_t version = take(&from, 1);
  const uint8_t* const augmentation = from.at;
  while (take(&from, 1) != 0) continue;
  common->code_unit = take_unsigned(&from);
  common->data_unit = take_signed(&from);
  const uint64_t return_register = version == 1 ? take(&from, 1) : take_unsigned(&from);
  if (!is_of_eh_frame || (version != 1 && version != 3) || return_register != RETURNS_TO) return 0;
  common->has_data = *augmentation == 'z';
  if (common->has_data && !read_augmentation(common, augmentation + 1, take_block(&from))) return 0;
  common->instructions = from;
  return common->has_data || *augmentation == '\0';
}

/* The table that is searched: for each function where it begins and where its entry is, from the header on.
 */
struct search_entry {
  int32_t begin;
  int32_t entry;
};

static const struct search_entry* search(const uint8_t* header, uintptr_t code) {
  enum { EXPECTED = 0x3b031b01, HEADER_BYTES = 12 }; /* version 1, and how linkers write the numbers */
  if (header == NULL || *(const uint32_t*)header != EXPECTED) return NULL;
  const struct search_entry* const table = (const struct search_entry*)(header + HEADER_BYTES);
  size_t low = 0;
  size_t high = *(const uint32_t*)(header + HEADER_BYTES - 4);
  while (low < high) { /* what is below `low` begins before the code or at it */
    const size_t middle = low + (high - low) / 2;
    if ((uintptr_t)header + (uintptr_t)table[middle].begin <= code)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? NULL : &table[low - 1];
}

/* Of a file; what a program makes at run time is not known. */
static int is_code(uintptr_t address) {
  struct dl_find_object file; /* async-signal-safe: glibc's manual, Dynamic Linker Introspection */
  return _dl_find_object((void*)address, &file) == 0;
}

static int find_entry(struct unwind_entry* found, uintptr_t code) {
  struct dl_find_object file;
  if (_dl_find_object((void*)code, &file) != 0) return 0;
  const uint8_t* const header = file.dlfo_eh_frame;
  const struct search_entry* const place = search(header, code);
  if (place == NULL) return 0;
  found->begin = (uintptr_t)header + (uintptr_t)place->begin;
  struct bytes entry = open_entry(header + place->entry);
  const uint8_t* const here = entry.at; /* from where the distance to the common one is counted */
  if (!read_common_entry(&found->common, open_entry(here - take(&entry, 4)))) return 0;
  take(&entry, found->common.address_bytes);
  if (code - found->begin >= take(&entry, found->common.address_bytes)) return 0;
  if (found->common.has_data) take_block(&entry);
  found->instructions = entry;
  return 1;
}

/* --- its instructions ----------------------------------------------------------------------------------- */

static void keep(struct unwind_row* row, uint64_t number, int64_t offset) {
  if (number >= REGISTERS) return;
  row->at_base |= 1u << number;
  row->at_rbp &= ~(1u << number);
  row->offset[number] = (int32_t)offset;
}

static void keep_as(struct unwind_row* row, uint64_t number, const struct unwind_row* other) {
  if (number >= REGISTERS) return;
  const uint32_t bit = 1u << number;
  row->at_base = (row->at_base & ~bit) | (other->at_base & bit);
  row->at_rbp = (row->at_rbp & ~bit) | (other->at_rbp & bit);
  row->offset[number] = other->offset[number];
}

/* An address by an expression: a register and an offset (DW_OP_breg…), and what is kept there (DW_OP_deref).
 */
static int read_expression(struct bytes from, unsigned* number, int32_t* offset, int* is_kept) {
  enum { BREG0 = 0x70, DEREF = 0x06 };
  *number = (unsigned)take(&from, 1) - BREG0;
  *offset = (int32_t)take_signed(&from);
  *is_kept = from.at < from.end;
  return *number < RETURNS_TO && (!*is_kept || (take(&from, 1) == DEREF && from.at == from.end));
}

static int keep_by_expression(struct unwind_row* row, uint64_t number, struct bytes expression) {
  unsigned from;
  int32_t offset;
  int is_kept;
  if (!read_expression(expression, &from, &offset, &is_kept) || from != RBP || is_kept) return 0;
  if (number >= REGISTERS) return 1;
  row->at_base &= ~(1u << number);
  row->at_rbp |= 1u << number;
  row->offset[number] = offset;
  return 1;
}

/* The rows of a function, while its instructions are followed. */
struct unwind_rows {
  struct unwind_row now;
  struct unwind_row first; /* as its object file's functions begin */
  struct unwind_row remembered;
  int is_remembered; /* compilers nest none */
};

static void set_base(struct unwind_row* row, uint64_t number, int64_t offset) {
  row->base_register = (unsigned)(number < RETURNS_TO ? number : 0); /* rax is never known here */
  row->base_offset = (int32_t)offset;
  row->base_is_kept = 0;
}

/* 0: not understood. Names as in DWARF, without DW_CFA_. */
static int follow_long(struct unwind_rows* rows, uint8_t code, struct bytes* from, int64_t unit) {
  enum { RESTORE = 0x06, UNDEFINED, SAME_VALUE, REMEMBER = 0x0a, RESTORE_STATE, DEF_CFA, DEF_CFA_REGISTER };
  enum { DEF_CFA_OFFSET = 0x0e, DEF_CFA_EXPRESSION, EXPRESSION, OFFSET_SF, DEF_CFA_SF, DEF_CFA_OFFSET_SF };
  enum { NOP = 0x00, OFFSET_EXTENDED = 0x05, GNU_ARGS_SIZE = 0x2e };
  static const struct unwind_row none;
  struct unwind_row* const now = &rows->now;
  const int has_number = code == OFFSET_EXTENDED || code == RESTORE || code == UNDEFINED ||
                         code == SAME_VALUE || code == DEF_CFA || code == DEF_CFA_REGISTER ||
                         code == EXPRESSION || code == OFFSET_SF || code == DEF_CFA_SF;
  const uint64_t number = has_number ? take_unsigned(from) : 0;
  switch (code) {
    case NOP:
      return 1;
    case OFFSET_EXTENDED:
      keep(now, number, (int64_t)take_unsigned(from) * unit);
      return 1;
    case OFFSET_SF:
      keep(now, number, take_signed(from) * unit);
      return 1;
    case RESTORE:
      keep_as(now, number, &rows->first);
      return 1;
    case UNDEFINED:
    case SAME_VALUE:
      keep_as(now, number, &none);
      return 1;
    case REMEMBER:
      if (rows->is_remembered) return 0;
      rows->remembered = *now;
      return rows->is_remembered = 1;
    case RESTORE_STATE:
      if (!rows->is_remembered) return 0;
      *now = rows->remembered;
      rows->is_remembered = 0;
      return 1;
    case DEF_CFA:
      set_base(now, number, (int64_t)take_unsigned(from));
      return 1;
    case DEF_CFA_SF:
      set_base(now, number, take_signed(from) * unit);
      return 1;
    case DEF_CFA_REGISTER:
      set_base(now, number, now->base_offset);
      return 1;
    case DEF_CFA_OFFSET:
      set_base(now, now->base_register, (int64_t)take_unsigned(from));
      return 1;
    case DEF_CFA_OFFSET_SF:
      set_base(now, now->base_register, take_signed(from) * unit);
      return 1;
    case DEF_CFA_EXPRESSION:
      return read_expression(take_block(from), &now->base_register, &now->base_offset, &now->base_is_kept);
    case EXPRESSION:
      return keep_by_expression(now, number, take_block(from));
    case GNU_ARGS_SIZE:
      take_unsigned(from);
      return 1;
    default:
      return 0;
  }
}

/* From `at` on, up to the place of the code. */
static int follow(struct unwind_rows* rows, struct bytes from, const struct common_entry* common,
                  uintptr_t at, uintptr_t code) {
  enum { ADVANCE = 1, OFFSET = 2, RESTORE = 3, ADVANCE_1 = 0x02, ADVANCE_4 = 0x04 };
  while (from.at < from.end && at <= code) {
    const uint8_t instruction = (uint8_t)take(&from, 1);
    const uint8_t low = instruction & 0x3f;
    if (instruction >> 6 == ADVANCE)
      at += low * common->code_unit;
    else if (instruction >> 6 == OFFSET)
      keep(&rows->now, low, (int64_t)take_unsigned(&from) * common->data_unit);
    else if (instruction >> 6 == RESTORE)
      keep_as(&rows->now, low, &rows->first);
    else if (instruction >= ADVANCE_1 && instruction <= ADVANCE_4)
      at += take(&from, 1u << (instruction - ADVANCE_1)) * common->code_unit;
    else if (!follow_long(rows, instruction, &from, common->data_unit))
      return 0;
  }
  return 1;
}

/* 0: nothing is known of that place. */
static int find_row(struct unwind_row* row, uintptr_t code) {
  struct unwind_entry entry;
  if (!find_entry(&entry, code)) return 0;
  struct unwind_rows rows = {.is_remembered = 0};
  if (!follow(&rows, entry.common.instructions, &entry.common, entry.begin, entry.begin)) return 0;
  rows.first = rows.now;
  if (!follow(&rows, entry.instructions, &entry.common, entry.begin, code)) return 0;
  *row = rows.now;
  return 1;
}

#endif
