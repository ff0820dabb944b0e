#include "check/second_opinion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace harness {
namespace {

constexpr const char* kNote = "second-opinion";

std::vector<SecondOpinion> opinions_in(const History& history) {
  std::vector<SecondOpinion> opinions;
  for (const Event& event : history) {
    if (event.kind != EventKind::note || event.name != kNote) continue;
    opinions.push_back({.target = event.data.value("target", ""),
                        .runs = event.data.value("runs", 0),
                        .failed = event.data.value("failed", 0)});
  }
  return opinions;
}

std::string words(const SecondOpinion& opinion) {
  return opinion.failed == 0
             ? fmt::format("{} of {} runs on {} passed", opinion.runs, opinion.runs, opinion.target)
             : fmt::format("{} of {} runs on {} failed", opinion.failed, opinion.runs, opinion.target);
}

}  // namespace

Event note_of(const SecondOpinion& opinion) {
  return {.kind = EventKind::note,
          .name = kNote,
          .data = {{"target", opinion.target},
                   {"runs", opinion.runs},
                   {"failed", opinion.failed},
                   {"text", words(opinion)}}};
}

void apply_second_opinions(const History& history, CaseResult& result) {
  const std::vector<SecondOpinion> opinions = opinions_in(history);
  const bool nobody_shares = std::all_of(opinions.begin(), opinions.end(), [](const SecondOpinion& one) {
    return one.failed == 0 && one.runs >= kSecondOpinionRuns;
  });
  if (opinions.empty() || !nobody_shares) return;
  std::string others;
  for (const SecondOpinion& opinion : opinions) others += (others.empty() ? "" : ", ") + words(opinion);
  result.verdict = Verdict::pass;
  for (Finding& finding : result.findings) {
    if (finding.verdict == Verdict::fail && finding.whose == Whose::program) {
      finding.verdict = Verdict::inconclusive;
      finding.whose = Whose::emulator_suspect;
      finding.message +=
          "; seen only under the emulator's parallel CPUs, which may reorder what arm64 does not: " + others;
    }
    result.verdict = worst(result.verdict, finding.verdict);
  }
}

}  // namespace harness
