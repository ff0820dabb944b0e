#include "run/links.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/fault.h"

namespace harness {
namespace {

std::optional<int> number_in(const std::string& text) {
  int number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string link_of(const std::string& end) { return end.substr(0, end.rfind('.')); }

// A writer is let into a FIFO while its reader is still in open(2), and a connection is one before it is
// accepted: nobody is seen at the other end yet.
bool has_unseen_end(const OpenDescriptor& descriptor) {
  const bool is_fifo = descriptor.kind == "pipe" && descriptor.object.starts_with('/');
  return is_fifo || (descriptor.kind == "tcp" && is_other_end_here(descriptor));
}

}  // namespace

const std::vector<std::string>& descriptor_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> all = {"socket", "pipe", "file"};
    all.insert(all.end(), anonymous_kinds().begin(), anonymous_kinds().end());
    return all;
  }();
  return kinds;
}

std::string kind_word(const OpenDescriptor& descriptor) {
  if (descriptor.object.starts_with("socket:[")) return "socket";
  return descriptor.kind == "other" ? "" : descriptor.kind;
}

std::vector<std::string> known_objects(const Scenario& scenario, const Links& links) {
  std::vector<std::string> known = descriptor_kinds();
  known.insert(known.begin(), std::string(kAnyLink));
  for (const std::string& name : names_of(scenario.roles)) known.push_back(name);
  for (const auto& [name, kind] : links) {
    known.push_back(name);
    for (const std::string& end : link_ends(kind)) known.push_back(name + "." + end);
  }
  return known;
}

void CaseLinks::declare(const std::string& end, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;
  declared_[end] = {{status.st_dev, status.st_ino}, end.ends_with(".write")};
}

// Both ends of a pipe are the same inode.
bool CaseLinks::is_declared(const std::string& link, const OpenDescriptor& descriptor) const {
  return std::any_of(declared_.begin(), declared_.end(), [&](const auto& entry) {
    const auto& [end, known] = entry;
    if (known.first != descriptor.identity) return false;
    const bool is_this_end = descriptor.kind != "pipe" || known.second == descriptor.can_write;
    return (end == link && is_this_end) || (link_of(end) == link || link == kAnyLink);
  });
}

// A declared pair of sockets was made by us, so that both of its ends name us as the process at the other.
bool CaseLinks::is_other_end(const OpenDescriptor& a, pid_t process_a, const OpenDescriptor& b,
                             pid_t process_b) const {
  if (are_two_ends(a, process_a, b, process_b)) return true;
  if (a.kind == "pipe" || a.kind != b.kind || a.identity == b.identity) return false;
  std::string link_a;
  std::string link_b;
  for (const auto& [end, known] : declared_) {
    if (known.first == a.identity) link_a = link_of(end);
    if (known.first == b.identity) link_b = link_of(end);
  }
  return !link_a.empty() && link_a == link_b;
}

std::string CaseLinks::name_of(const OpenDescriptor& descriptor) const {
  const auto found = std::find_if(declared_.begin(), declared_.end(), [&](const auto& entry) {
    return entry.second.first == descriptor.identity;
  });
  return found == declared_.end() ? "" : link_of(found->first);
}

std::vector<CaseProcess> CaseLinks::holders_of_other_end(const OpenDescriptor& descriptor,
                                                         const CaseProcess& of,
                                                         const std::vector<CaseProcess>& all) const {
  std::vector<CaseProcess> holders;
  if (!descriptor.is_stream() && !descriptor.kind.starts_with("unix")) return holders;
  for (const CaseProcess& process : all) {
    const std::vector<OpenDescriptor> open = descriptors_of(process.pid);
    const bool is_holder = std::any_of(open.begin(), open.end(), [&](const OpenDescriptor& other) {
      return is_other_end(descriptor, of.pid, other, process.pid);
    });
    if (is_holder) holders.push_back(process);
  }
  return holders;
}

void CaseLinks::learn(const OpenDescriptor& descriptor, const CaseProcess& victim,
                      const std::vector<CaseProcess>& all) {
  std::set<std::string>& partners = partners_[descriptor.identity];
  for (const CaseProcess& holder : holders_of_other_end(descriptor, victim, all))
    partners.insert(holder.instance);
  if (const auto known = instances_.find(descriptor.made_for); known != instances_.end())
    partners.insert(known->second);
  partners.erase(victim.instance);
}

bool CaseLinks::is_named(const std::string& object, const OpenDescriptor& descriptor,
                         const CaseProcess& victim, const std::vector<CaseProcess>& all) {
  if (const auto number = number_in(object)) return descriptor.number == *number;
  if (is_declared(object, descriptor)) return true;
  if (!object.empty() && object == kind_word(descriptor)) return true;
  const auto names = [&](const std::set<std::string>& partners) {
    return std::any_of(partners.begin(), partners.end(), [&](const std::string& instance) {
      return object == kAnyLink || names_instance(object, instance);
    });
  };
  if (names(partners_[descriptor.identity])) return true;
  learn(descriptor, victim, all);
  if (names(partners_[descriptor.identity])) return true;
  if (object != kAnyLink || !has_unseen_end(descriptor)) return false;
  partners_[descriptor.identity].insert(std::string(kAnyLink));
  return true;
}

std::vector<OpenDescriptor> CaseLinks::named(const std::string& object, const CaseProcess& victim,
                                             const std::vector<CaseProcess>& all) {
  std::vector<OpenDescriptor> found;
  for (OpenDescriptor& descriptor : descriptors_of(victim.pid)) {
    if (is_named(object, descriptor, victim, all)) found.push_back(std::move(descriptor));
  }
  return found;
}

}  // namespace harness
