#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace harness {

TerminalStyle style_of(FILE* stream) {
  TerminalStyle style;
  const bool is_terminal = ::isatty(::fileno(stream)) != 0;
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org: present and not empty
  style.colour = is_terminal && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (is_terminal && ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
    style.width = size.ws_col;
  return style;
}

Progress::Progress(size_t total)
    : total_(total), began_(Clock::now()), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

void Progress::show(const Case& plan, size_t done) {
  if (is_terminal_) {
    std::fprintf(stderr, "\r\033[K[%zu/%zu]%s %.60s", done, total_, pace(done).c_str(), plan.id.c_str());
    return;
  }
  const std::string now = plan.scenario + " on " + plan.target;
  if (now != scenario_) std::fprintf(stderr, "running %s\n", now.c_str());
  scenario_ = now;
}

void Progress::erase() {
  if (is_terminal_) std::fprintf(stderr, "\r\033[K");
}

std::string Progress::pace(size_t done) const {
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  if (seconds < 1 || done == 0) return "";
  const double rate = static_cast<double>(done) / seconds;
  return fmt::format(" {:.0f}/s, {:.0f} s left,", rate,
                     static_cast<double>(total_ - std::min(done, total_)) / rate);
}

}  // namespace harness
