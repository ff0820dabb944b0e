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

const char* name_of(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::load:
      return "load";
    case Step::Kind::store:
      return "store";
    case Step::Kind::rmw:
      return "change";
    case Step::Kind::fence:
      return "fence";
    case Step::Kind::plain_load:
      return "read";
    case Step::Kind::plain_store:
      return "write";
    case Step::Kind::crash:
      return "dies";
    case Step::Kind::dropped:
      return "lost";
    case Step::Kind::end:
      return "ends";
  }
  return "?";
}

std::string in_columns(const std::vector<std::string>& threads, const std::vector<TracedStep>& steps) {
  constexpr size_t kWidth = 46;
  std::string text;
  for (size_t i = 0; i < threads.size(); ++i) {
    std::string name = threads[i];
    if (i + 1 < threads.size()) name.resize(kWidth, ' ');
    text += name;
  }
  text += "\n";
  for (const TracedStep& step : steps)
    text += std::string(static_cast<size_t>(step.thread) * kWidth, ' ') + step.text + "\n";
  return text;
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

void Engine::tell_failure(const std::string& what) {
  result_.error = what;
  result_.choices = choices_text();
  result_.threads.clear();
  for (size_t i = 0; i < thread_count_; ++i) result_.threads.push_back(threads_[i]->name);
  result_.evidence = evidence();
  result_.steps = traced_steps(what.starts_with("deadlock"));
  result_.trace = in_columns(result_.threads, result_.steps);
}

// The last step; and of a data race also the access that it is not ordered with.
std::vector<int> Engine::evidence() const {
  if (steps_.empty()) return {};
  const int last = static_cast<int>(steps_.size()) - 1;
  const Step& end = steps_.back();
  const bool is_plain = end.kind == Step::Kind::plain_load || end.kind == Step::Kind::plain_store;
  for (int i = last - 1; i >= 0 && is_plain; --i) {
    const Step& other = steps_[static_cast<size_t>(i)];
    if (other.location != end.location || other.thread == end.thread) continue;
    const bool writes = other.kind == Step::Kind::plain_store || end.kind == Step::Kind::plain_store;
    const auto thread = static_cast<size_t>(other.thread);
    if (writes && end.clock[thread] < other.clock[thread]) return {i, last};
  }
  return {last};
}

std::vector<TracedStep> Engine::traced_steps(bool is_deadlock) const {
  std::vector<int> writers(messages_.size(), TracedStep::kFromTheBeginning);
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].written >= 0) writers[static_cast<size_t>(steps_[i].written)] = static_cast<int>(i);
  }
  std::vector<TracedStep> all;
  for (size_t i = 0; i < steps_.size(); ++i) all.push_back(traced(i, writers));
  for (size_t i = 0; i < thread_count_ && is_deadlock; ++i) {
    if (threads_[i]->state != Thread::State::reading) continue;
    const std::string place = locations_[static_cast<size_t>(threads_[i]->pending.location)].name;
    all.push_back({.thread = static_cast<int>(i),
                   .kind = "waits",
                   .place = place,
                   .order = "",
                   .text = "waits for ever: " + place});
  }
  return all;
}

TracedStep Engine::traced(size_t number, const std::vector<int>& writers) const {
  const Step& step = steps_[number];
  TracedStep told{.thread = step.thread,
                  .kind = name_of(step.kind),
                  .place = step.location < 0 ? "" : locations_[static_cast<size_t>(step.location)].name,
                  .order = name_of(step.order),
                  .value = step.value};
  if (const int16_t message = step.written >= 0 ? step.written : step.read; message >= 0) {
    const auto& order = locations_[static_cast<size_t>(step.location)].order;
    told.newer = static_cast<int>(order.size()) - 1 - messages_[static_cast<size_t>(message)].position;
  }
  if (step.read >= 0) told.from = writers[static_cast<size_t>(step.read)];
  const std::string value = std::to_string(step.value);
  switch (step.kind) {
    case Step::Kind::load:
      told.text = told.place + " -> " + value + ", " + told.order;
      if (told.newer > 0) told.text += "  (" + std::to_string(told.newer) + " newer in the end)";
      break;
    case Step::Kind::store:
      told.text = told.place + " = " + value + ", " + told.order;
      break;
    case Step::Kind::rmw:
      told.text = told.place + ": " + std::to_string(messages_[static_cast<size_t>(step.read)].value) +
                  " => " + value + ", " + told.order;
      break;
    case Step::Kind::fence:
      told.text = "fence, " + told.order;
      break;
    case Step::Kind::plain_load:
      told.text = told.place + " -> " + value + ", plain";
      break;
    case Step::Kind::plain_store:
      told.text = told.place + " = " + value + ", plain";
      break;
    case Step::Kind::dropped:
      told.text = "what it wrote to " + told.place + " is lost";
      break;
    case Step::Kind::crash:
    case Step::Kind::end:
      told.text = told.kind;
      break;
  }
  const bool is_ordered = step.kind == Step::Kind::load || step.kind == Step::Kind::store ||
                          step.kind == Step::Kind::rmw || step.kind == Step::Kind::fence;
  if (!is_ordered) told.order.clear();
  return told;
}

}  // namespace harness::model
