// Workplace: what a worker keeps from case to case, since making it anew costs more than emptying it: the
// scratch directory, the journal and output files of each role, and the zygotes whose copies have them open.
#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"
#include "os/sandbox.h"
#include "os/zygote_pool.h"
#include "run/handler_log.h"
#include "run/journal.h"
#include "run/race_shadow.h"

namespace harness {

// What a process prints, in a file that it appends to.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path);
  static Result<OutputFile> open(const std::string& path);  // what another has written

  const std::string& path() const { return path_; }
  Status begin();  // empties it
  size_t size() const;
  std::string digest() const;  // SHA-256 of all of it

  // At most this many bytes, of its beginning and its end with "…" between.
  std::string text(size_t limit) const;

  // The same, and of what that leaves out so many bytes more, from the line on in which one of the words
  // stands.
  std::string text_with(const std::vector<std::string>& words, size_t limit, size_t more) const;

 private:
  std::string part(size_t from, size_t length) const;

  OutputFile(std::string path, Fd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  Fd file_;
};

struct RoleFiles {
  RoleJournal journal;
  OutputFile standard_output;
  OutputFile standard_error;
  HandlerLog handlers;  // where the case asks for it
  std::string reports;  // a directory in which each process of the role may leave what it reports; a
                        // scenario's {reports}
};

class Workplace {
 public:
  explicit Workplace(const Sandbox& sandbox)
      : scratch_(sandbox.scratch), is_private_(sandbox.has_pid), race_shadow_(scratch_ + "/race") {}

  // A case begins: its directory is there and empty.
  Status begin_case();

  // The case's {tmp}.
  std::string directory() const { return scratch_ + "/tmp"; }

  // The emptied files of a role instance. Owned here.
  Result<RoleFiles*> files_of(const std::string& role, const std::vector<std::string>& probes);

  // In which each process of a zygote's copies may leave what it reports: who it was, its name says.
  std::string reports() const { return scratch_ + "/reports"; }

  // What programs that look for races share.
  RaceShadow& race_shadow() { return race_shadow_; }

  // nullptr where a zygote would not be ended with the worker, whatever ends that.
  ZygotePool* zygotes() { return is_private_ ? &zygotes_ : nullptr; }

 private:
  std::string scratch_;
  bool is_private_;
  RaceShadow race_shadow_;
  struct stat directory_ {};  // as it was made
  std::map<std::string, std::unique_ptr<RoleFiles>> roles_;
  ZygotePool zygotes_;
};

}  // namespace harness
