// Stand-ins over a robust mutex of this very process, as a victim would have left it.
#include "sweep/stand_in.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "base/sanitizer.h"

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
  Result<std::unique_ptr<StandIns>> stand_ins() const {
    return StandIns::start(arena, kHead, {{Lock::Kind::mutex, kPlace}});
  }
};

std::string outcomes_of(const std::vector<Findings>& found) {
  std::string words;
  for (const Findings& one : found) words += std::string(to_string(one.at(0))) + " ";
  return words;
}

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
  const auto stand_ins = held.stand_ins();
  BOOST_REQUIRE(stand_ins.ok());
  (*stand_ins)->add(held.arena.bytes(), held.head, kVictim);
  const auto found = (*stand_ins)->die();
  BOOST_REQUIRE(found.ok());
  BOOST_TEST(outcomes_of(*found) == "EOWNERDEAD ");
  BOOST_TEST(held.arena.word(kPlace) == 0U);
}

BOOST_AUTO_TEST_CASE(with_a_list_that_does_not_lead_to_the_lock_leaves_it_to_nobody) {
  const Held held;
  const auto stand_ins = held.stand_ins();
  BOOST_REQUIRE(stand_ins.ok());
  (*stand_ins)->add(held.arena.bytes(), {.next = kHead, .offset = held.head.offset}, kVictim);
  const auto found = (*stand_ins)->die();
  BOOST_REQUIRE(found.ok());
  BOOST_TEST(outcomes_of(*found) == "orphaned ");
  BOOST_TEST(held.arena.word(kPlace) == static_cast<uint32_t>(kVictim));
}

BOOST_AUTO_TEST_CASE(of_many_each_dies_in_its_own_state_and_none_that_was_forgotten) {
  const Held held;
  const auto stand_ins = held.stand_ins();
  BOOST_REQUIRE(stand_ins.ok());
  const std::vector<std::byte> is_held(held.arena.bytes().begin(), held.arena.bytes().end());
  std::vector<std::byte> is_free = is_held;
  std::memset(is_free.data(), 0, sizeof(uint32_t));
  const RobustHead empty{.next = kHead, .offset = held.head.offset};
  (*stand_ins)->add(is_held, empty, kVictim);
  (*stand_ins)->forget_all();
  for (const auto& [state, head] : {std::pair{is_free, empty}, {is_held, held.head}, {is_held, empty}})
    (*stand_ins)->add(state, head, kVictim);
  const auto found = (*stand_ins)->die();
  BOOST_REQUIRE(found.ok());
  BOOST_TEST(outcomes_of(*found) == "free EOWNERDEAD orphaned ");
  BOOST_TEST((*stand_ins)->die()->empty());
}

BOOST_AUTO_TEST_CASE(is_refused_where_the_victims_addresses_are_taken) {
  const Held held;
  void* taken = ::mmap(reinterpret_cast<void*>(kPlace), 4096, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  BOOST_REQUIRE(taken == reinterpret_cast<void*>(kPlace));
  const auto stand_ins = held.stand_ins();
  ::munmap(taken, 4096);
  BOOST_TEST(!stand_ins.ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
