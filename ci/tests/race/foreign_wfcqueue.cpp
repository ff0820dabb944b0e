// liburcu's wfcqueue of one consumer between processes, in shared memory: `foreign_wfcqueue wfcqueue ITEMS
// [1 [PRODUCERS]]`. Its atomics are assembly on x86-64, and volatile accesses. -DAS_ATOMICS: they are C++'s,
// as strong as the library says, and its stores, of which it does not say it, as -DSTORE_ORDER does.
#include <urcu/system.h>
#include <urcu/uatomic.h>

#ifdef AS_ATOMICS
#ifndef STORE_ORDER
#define STORE_ORDER __ATOMIC_RELAXED
#endif
#undef uatomic_xchg
#undef uatomic_cmpxchg
#undef CMM_LOAD_SHARED
#undef CMM_STORE_SHARED
// "Implicit memory barrier before", and after (urcu/static/wfcqueue.h); what depends on a load is ordered
// after it.
#define full_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define uatomic_xchg(at, value)                                         \
  ({                                                                    \
    full_fence();                                                       \
    auto before = __atomic_exchange_n((at), (value), __ATOMIC_SEQ_CST); \
    full_fence();                                                       \
    before;                                                             \
  })
#define uatomic_cmpxchg(at, expected, value)                                                        \
  ({                                                                                                \
    auto before = (expected);                                                                       \
    full_fence();                                                                                   \
    __atomic_compare_exchange_n((at), &before, (value), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
    full_fence();                                                                                   \
    before;                                                                                         \
  })
#define CMM_LOAD_SHARED(at) __atomic_load_n(&(at), __ATOMIC_CONSUME)
#define CMM_STORE_SHARED(at, value) __atomic_store_n(&(at), (value), STORE_ORDER)
#endif

#define _LGPL_SOURCE  // in the header, not in the library
#include <urcu/wfcqueue.h>

#include "foreign.h"

namespace {

using foreign::Item;

struct Node {
  cds_wfcq_node link;
  Item item;
};

struct Queue {
  __cds_wfcq_head head;
  alignas(64) cds_wfcq_tail tail;
  Queue() { __cds_wfcq_init(&head, &tail); }

  struct Producer {
    Queue& of;
    explicit Producer(Queue& all) : of(all) {}
    uint64_t push(const Item* item, uint64_t) {
      Node* node = new (foreign::shared_malloc(sizeof(Node))) Node{.link = {}, .item = *item};
      cds_wfcq_node_init(&node->link);
      cds_wfcq_enqueue(__cds_wfcq_head_cast(&of.head), &of.tail, &node->link);
      return 1;
    }
  };
  struct Consumer {
    Queue& of;
    explicit Consumer(Queue& all) : of(all) {}
    uint64_t pop(Item* item, uint64_t) {
      cds_wfcq_node* first = __cds_wfcq_dequeue_nonblocking(__cds_wfcq_head_cast(&of.head), &of.tail);
      if (first == nullptr || first == CDS_WFCQ_WOULDBLOCK) return 0;
      *item = reinterpret_cast<Node*>(first)->item;
      return 1;
    }
  };
};

}  // namespace

int main(int argc, char** argv) {
  const foreign::Crowd crowd = foreign::crowd_of(argc, argv);
  return crowd.consumers == 1 ? run(foreign::make<Queue>(), crowd) : 64;
}
