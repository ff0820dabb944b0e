// The text of an execution: a column for each thread, a line for each step, and the choices that lead there.
#include "model/engine.h"

namespace harness::model {

namespace {

const char* name_of(Order order) {
  switch (order) {
    case Order::relaxed:
      return "relaxed";
    case Order::consume:
      return "consume";
    case Order::acquire:
      return "acquire";
    case Order::release:
      return "release";
    case Order::acq_rel:
      return "acq_rel";
    case Order::seq_cst:
      return "seq_cst";
  }
  return "";
}

}  // namespace

std::string Engine::choices_text() const {
  std::string text;
  for (size_t i = 0; i < depth_; ++i) {
    const int chosen = choices_[i].first;
    text += static_cast<char>(chosen < 10 ? '0' + chosen : 'a' + chosen - 10);
  }
  return text;
}

std::string Engine::graph() const {
  std::vector<std::string> names(messages_.size(), "init");
  std::vector<int> counts(thread_count_, 0);
  for (const Step& step : steps_) {
    const auto thread = static_cast<size_t>(step.thread);
    const int nth = counts[thread]++;
    if (step.written >= 0)
      names[static_cast<size_t>(step.written)] = std::to_string(step.thread) + "." + std::to_string(nth);
  }
  std::vector<std::string> reads(thread_count_);
  for (const Step& step : steps_) {
    if (step.read >= 0)
      reads[static_cast<size_t>(step.thread)] += names[static_cast<size_t>(step.read)] + " ";
    if (step.kind == Step::Kind::crash) reads[static_cast<size_t>(step.thread)] += "dies ";
  }
  std::string text;
  for (const std::string& one : reads) text += one + "| ";
  for (size_t i = 0; i < location_count_; ++i) {
    for (const int16_t message : locations_[i].order) text += names[static_cast<size_t>(message)] + " ";
    text += "; ";
  }
  return text;
}

std::string Engine::trace_text() const {
  constexpr size_t kWidth = 46;
  std::string text;
  const auto line = [&](size_t column, std::string what) {
    text += std::string(column * kWidth, ' ') + std::move(what) + "\n";
  };
  std::string names;
  for (size_t i = 0; i < thread_count_; ++i) {
    std::string name = threads_[i]->name;
    if (i + 1 < thread_count_) name.resize(kWidth, ' ');
    names += name;
  }
  line(0, names);
  for (const Step& step : steps_) {
    const std::string place = step.location < 0 ? "" : locations_[static_cast<size_t>(step.location)].name;
    const std::string value = std::to_string(step.value);
    const std::string order = name_of(step.order);
    std::string seen;
    if (step.read >= 0) {
      const Message& message = messages_[static_cast<size_t>(step.read)];
      const int newer = static_cast<int>(locations_[static_cast<size_t>(step.location)].order.size()) - 1 -
                        message.position;
      if (step.kind == Step::Kind::load && newer > 0)
        seen = "  (" + std::to_string(newer) + " newer in the end)";
    }
    std::string what;
    switch (step.kind) {
      case Step::Kind::load:
        what = place + " -> " + value + ", " + order + seen;
        break;
      case Step::Kind::store:
        what = place + " = " + value + ", " + order;
        break;
      case Step::Kind::rmw:
        what = place + ": " + std::to_string(messages_[static_cast<size_t>(step.read)].value) + " => " +
               value + ", " + order;
        break;
      case Step::Kind::fence:
        what = "fence, " + order;
        break;
      case Step::Kind::plain_load:
        what = place + " -> " + value + ", plain";
        break;
      case Step::Kind::plain_store:
        what = place + " = " + value + ", plain";
        break;
      case Step::Kind::crash:
        what = "dies";
        break;
      case Step::Kind::dropped:
        what = "what it wrote to " + place + " is lost";
        break;
      case Step::Kind::end:
        what = "ends";
        break;
    }
    line(static_cast<size_t>(step.thread), what);
  }
  return text;
}

}  // namespace harness::model
