// Stand-ins over a robust mutex of this very process, as a victim would have left it.
#include "sweep/stand_in.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <memory>

#include <boost/test/unit_test.hpp>

#include "base/sanitizer.h"
#include "sweep/survivor.h"

namespace harness {
namespace {

constexpr uint64_t kPlace = 0x7e0000000000;  // where nothing is
constexpr uint64_t kHead = 0x7e0000100040;
constexpr pid_t kVictim = 4'000'001;  // nobody has this id

// A mutex that a victim holds: in its list, with its id in the word.
struct Held {
  Arena arena;
  pthread_mutex_t mutex{};
  RobustHead head;
  uint64_t word = kPlace;

  Held() : arena(*Arena::make({{.address = kPlace, .size = 4096, .object = "test"}})) {
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    auto* shared = reinterpret_cast<pthread_mutex_t*>(arena.bytes().data());
    pthread_mutex_init(shared, &how);
    shared->__data.__lock = kVictim;
    const uint64_t end = kHead;
    std::memcpy(arena.bytes().data() + kEntry, &end, sizeof end);
    head = {.next = kPlace + kEntry, .offset = static_cast<uint64_t>(0) - kEntry};
  }

  static constexpr uint64_t kEntry = offsetof(pthread_mutex_t, __data.__list.__next);
  Lock lock() const { return {Lock::Kind::mutex, word}; }
  std::vector<uint64_t> words() const { return listed_words(head, kHead, arena).addresses; }
};

// A stand-in has the memory of the victim at the victim's addresses, and dies without a word to the C
// library; a sanitizer's runtime wants to know of every mapping and of every thread.
boost::test_tools::assertion_result without_sanitizer(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(!kHasSanitizer);
  result.message() << "a sanitizer's runtime does not bear stand-ins";
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_stand_in, *boost::unit_test::precondition(without_sanitizer))

BOOST_AUTO_TEST_CASE(dies_as_the_owner_of_the_lock_would) {
  const Held held;
  const auto stand_ins = StandIns::start(held.arena, kHead);
  BOOST_REQUIRE(stand_ins.ok());
  BOOST_REQUIRE(held.words() == std::vector<uint64_t>{kPlace});
  BOOST_REQUIRE((*stand_ins)->die(held.head, held.words(), kVictim).ok());
  BOOST_TEST(held.arena.word(kPlace) == FUTEX_OWNER_DIED);
  BOOST_TEST(to_string(try_lock(held.lock(), held.arena, kVictim)) == "EOWNERDEAD");
  BOOST_TEST(held.arena.word(kPlace) == 0U);
}

BOOST_AUTO_TEST_CASE(without_its_id_in_the_word_leaves_the_lock_to_nobody) {
  const Held held;
  const auto stand_ins = StandIns::start(held.arena, kHead);
  BOOST_REQUIRE(stand_ins.ok());
  BOOST_REQUIRE((*stand_ins)->die(held.head, {}, kVictim).ok());
  BOOST_TEST(to_string(try_lock(held.lock(), held.arena, kVictim)) == "orphaned");
}

BOOST_AUTO_TEST_CASE(with_a_list_that_does_not_lead_to_the_lock_leaves_it_to_nobody) {
  const Held held;
  const auto stand_ins = StandIns::start(held.arena, kHead);
  BOOST_REQUIRE(stand_ins.ok());
  const RobustHead empty{.next = kHead, .offset = held.head.offset};
  BOOST_REQUIRE((*stand_ins)->die(empty, held.words(), kVictim).ok());
  // It had its own id written there, and is dead.
  BOOST_TEST((held.arena.word(kPlace) & FUTEX_OWNER_DIED) == 0U);
  BOOST_TEST((held.arena.word(kPlace) & FUTEX_TID_MASK) != 0U);
}

BOOST_AUTO_TEST_CASE(is_refused_where_the_victims_addresses_are_taken) {
  const Held held;
  void* taken = ::mmap(reinterpret_cast<void*>(kPlace), 4096, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  BOOST_REQUIRE(taken == reinterpret_cast<void*>(kPlace));
  const auto stand_ins = StandIns::start(held.arena, kHead);
  ::munmap(taken, 4096);
  BOOST_TEST(!stand_ins.ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
