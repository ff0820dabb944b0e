#include "os/shared_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "os/fd.h"

namespace harness {
namespace {

struct Object {
  explicit Object(const char* name, int protection = PROT_READ | PROT_WRITE, int kind = MAP_SHARED)
      : fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
    BOOST_REQUIRE(::ftruncate(fd.get(), 4096) == 0);
    memory = static_cast<unsigned char*>(::mmap(nullptr, 4096, protection, kind, fd.get(), 0));
    BOOST_REQUIRE(memory != MAP_FAILED);
  }
  ~Object() { ::munmap(memory, 4096); }

  Fd fd;
  unsigned char* memory = nullptr;
};

const std::vector<unsigned char> kBytes = {0xAA, 0xBB};

BOOST_AUTO_TEST_SUITE(shared_bytes)

BOOST_AUTO_TEST_CASE(a_shared_mapping_is_written_and_what_was_there_is_told) {
  const Object object("shared-bytes-written");
  object.memory[100] = 7;
  const auto before = write_shared_bytes(::getpid(), "shared-bytes-written", 100, kBytes);
  BOOST_REQUIRE(before.ok());
  BOOST_TEST((*before == std::vector<unsigned char>{7, 0}));
  BOOST_TEST(object.memory[100] == 0xAA);
  BOOST_TEST(object.memory[101] == 0xBB);
}

BOOST_AUTO_TEST_CASE(a_mapping_only_for_reading_is_written_through_the_object) {
  const Object object("shared-bytes-read-only", PROT_READ);
  BOOST_REQUIRE(write_shared_bytes(::getpid(), "shared-bytes-read-only", 0, kBytes).ok());
  BOOST_TEST(object.memory[0] == 0xAA);
}

BOOST_AUTO_TEST_CASE(what_is_sealed_against_writing_no_peer_writes) {
  const Object object("shared-bytes-sealed", PROT_READ, MAP_SHARED);
  BOOST_REQUIRE(::fcntl(object.fd.get(), F_ADD_SEALS, F_SEAL_FUTURE_WRITE) == 0);
  const auto before = write_shared_bytes(::getpid(), "shared-bytes-sealed", 0, kBytes);
  BOOST_REQUIRE(!before.ok());
  BOOST_TEST(before.error().message.find("is sealed") != std::string::npos);
  BOOST_TEST(object.memory[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_private_mapping_is_nobody_elses) {
  const Object object("shared-bytes-private", PROT_READ | PROT_WRITE, MAP_PRIVATE);
  BOOST_TEST(write_shared_bytes(::getpid(), "shared-bytes-private", 0, kBytes)
                 .error()
                 .message.find("nothing mapped with MAP_SHARED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bytes_beyond_the_mapping_are_refused) {
  const Object object("shared-bytes-beyond");
  BOOST_TEST((write_shared_bytes(::getpid(), "shared-bytes-beyond", 4095, kBytes).error().blame ==
              Blame::unavailable));
  BOOST_TEST(object.memory[4095] == 0);
}

BOOST_AUTO_TEST_CASE(an_object_is_made_shorter_and_its_size_before_is_told) {
  const Object object("shared-bytes-cut");
  const auto before = truncate_shared_object(::getpid(), "shared-bytes-cut", 100);
  BOOST_REQUIRE(before.ok());
  BOOST_TEST(*before == 4096U);
  BOOST_TEST(::lseek(object.fd.get(), 0, SEEK_END) == 100);
}

BOOST_AUTO_TEST_CASE(what_is_sealed_against_shrinking_no_peer_cuts) {
  const Object object("shared-bytes-uncut");
  BOOST_REQUIRE(::fcntl(object.fd.get(), F_ADD_SEALS, F_SEAL_SHRINK) == 0);
  const auto before = truncate_shared_object(::getpid(), "shared-bytes-uncut", 100);
  BOOST_REQUIRE(!before.ok());
  BOOST_TEST((before.error().blame == Blame::unavailable));
  BOOST_TEST(before.error().message.find("is sealed") != std::string::npos);
  BOOST_TEST(::lseek(object.fd.get(), 0, SEEK_END) == 4096);
}

BOOST_AUTO_TEST_CASE(a_private_mapping_is_not_cut) {
  const Object object("shared-bytes-own", PROT_READ | PROT_WRITE, MAP_PRIVATE);
  BOOST_TEST(!truncate_shared_object(::getpid(), "shared-bytes-own", 0).ok());
  BOOST_TEST(::lseek(object.fd.get(), 0, SEEK_END) == 4096);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
