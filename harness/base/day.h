// Days of the calendar, as people write them into files: 2027-06-30.
#pragma once

#include <string>

namespace harness {

// Whether the text is a day that there is. Such texts compare as the days do.
bool is_day(const std::string& text);

}  // namespace harness
