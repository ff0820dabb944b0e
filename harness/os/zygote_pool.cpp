#include "os/zygote_pool.h"

#include <algorithm>
#include <utility>

namespace harness {
namespace {

constexpr int kHighestNumber = 99;  // of descriptors that an original's copies can be given

std::string key_of(const Launch& order, int64_t version) {
  std::string key = order.program + '\n' + std::to_string(version) + '\n' + order.directory + '\n' +
                    order.stdout_path + '\n' + order.stderr_path + '\n';
  for (const std::string& word : order.command) key += word + '\0';
  for (const std::string& variable : environment_of(order)) key += variable + '\0';
  for (const auto& [number, ours] : order.descriptors) key += std::to_string(number) + '\0';
  key.append(reinterpret_cast<const char*>(order.filter.data()), order.filter.size() * sizeof(sock_filter));
  return key;
}

// What all orders of a program have in common. What is told later is there by its name, and empty: so a
// program knows that it is not the one that will play. Its functions are looked up at once, since each copy
// would do it again.
Launch original_order(const Launch& order) {
  Launch original = order;
  original.command.resize(1);
  for (auto& [name, value] : original.role_environment) value.clear();
  original.environment.emplace("LD_BIND_NOW", "1");
  original.stdout_path = original.stderr_path = "/dev/null";
  original.descriptors = {{kHighestNumber, -1}};
  original.filter.clear();
  return original;
}

bool fits_original(const Launch& order, const CopiedProgram& program) {
  const bool has_high_number =
      !order.descriptors.empty() && order.descriptors.rbegin()->first > kHighestNumber;
  return program.take_role != 0 && !order.command.empty() && !has_high_number;
}

}  // namespace

Zygote* ZygotePool::Some::find(const std::string& key) {
  const auto known =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& one) { return one.key == key; });
  if (known == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, known);
  return entries_.front().zygote.get();
}

Zygote* ZygotePool::Some::add(const std::string& key, std::unique_ptr<Zygote> zygote) {
  entries_.push_front({key, std::move(zygote)});
  if (entries_.size() > most_) entries_.pop_back();
  return entries_.front().zygote.get();
}

Zygote* ZygotePool::find(const Launch& order, const CopiedProgram& program) {
  const std::string key = key_of(order, program.version);
  if (Zygote* const known = zygotes_.find(key)) return known;
  if (unfit_.count(key) != 0) return nullptr;
  auto zygote = make(order, program);
  if (zygote) return zygotes_.add(key, std::move(*zygote));
  unfit_.insert(key);
  return nullptr;
}

void ZygotePool::forget_all() {
  zygotes_.clear();
  originals_.clear();
}

Result<std::unique_ptr<Zygote>> ZygotePool::make(const Launch& order, const CopiedProgram& program) {
  Zygote* const original = fits_original(order, program) ? original_for(order, program) : nullptr;
  if (original == nullptr) return load(order, program);
  auto player = original->playing(order, program.entry, program.take_role);
  if (player) return player;
  originals_.clear();  // it may have been killed by a case
  return load(order, program);
}

Zygote* ZygotePool::original_for(const Launch& order, const CopiedProgram& program) {
  const Launch original = original_order(order);
  const std::string key = key_of(original, program.version);
  if (Zygote* const known = originals_.find(key)) return known;
  if (unfit_.count(key) != 0) return nullptr;
  auto zygote = load(original, program);
  if (zygote) return originals_.add(key, std::move(*zygote));
  unfit_.insert(key);
  return nullptr;
}

Result<std::unique_ptr<Zygote>> ZygotePool::load(const Launch& order, const CopiedProgram& program) {
  ++loaded_;
  return Zygote::start(order, program.entry, program.main);
}

}  // namespace harness
