#include "base/registry.h"

#include <string>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

// A part of a kind that only this test knows.
class Instrument {
 public:
  explicit Instrument(std::string id) : id_(std::move(id)) {}
  std::string_view id() const { return id_; }

 private:
  std::string id_;
};

const Registration<Instrument> viola{std::make_unique<Instrument>("viola")};
const Registration<Instrument> cello{std::make_unique<Instrument>("cello")};

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(parts_register_themselves_and_are_listed_by_id) {
  const auto all = Registry<Instrument>::instance().all();
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0]->id() == "cello");
  BOOST_TEST(all[1]->id() == "viola");
}

BOOST_AUTO_TEST_CASE(a_part_is_found_by_its_whole_name_only) {
  const auto& registry = Registry<Instrument>::instance();
  BOOST_REQUIRE(registry.find("viola") != nullptr);
  BOOST_TEST(registry.find("viola")->id() == "viola");
  BOOST_TEST(registry.find("viol") == nullptr);
  BOOST_TEST(registry.find("") == nullptr);
}

BOOST_AUTO_TEST_CASE(two_parts_of_one_name_are_our_bug) {
  Registry<Instrument> registry;
  registry.add(std::make_unique<Instrument>("lute"));
  const auto says_it = [](const BrokenCheck& broken) {
    return std::string(broken.what()).ends_with("registered twice: lute");
  };
  BOOST_CHECK_EXCEPTION(registry.add(std::make_unique<Instrument>("lute")), BrokenCheck, says_it);
  BOOST_TEST(registry.all().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
