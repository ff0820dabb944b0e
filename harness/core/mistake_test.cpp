#include "core/mistake.h"

#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(mistake)

BOOST_AUTO_TEST_CASE(each_class_has_a_name_of_its_own_and_words) {
  std::set<std::string> ids;
  for (const MistakeClass& one : mistake_classes()) {
    BOOST_TEST(ids.insert(one.id).second, one.id);
    BOOST_TEST(!one.words.empty(), one.id);
  }
}

BOOST_AUTO_TEST_CASE(a_class_of_a_later_harness_is_called_by_its_name) {
  BOOST_TEST(mistake_words("data-race") == "a lock is missing");
  BOOST_TEST(mistake_words("cold-fusion") == "cold-fusion");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
