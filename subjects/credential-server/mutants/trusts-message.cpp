// Mistake: takes the credentials in a message for true, though root may claim to be anybody.
#include "../run.h"

namespace {

bool by_message(const credentials::Evidence& evidence, uid_t& user) {
  user = evidence.of_message;
  return true;
}

}  // namespace

int main(int argc, char** argv) { return credentials::run(by_message, argc, argv); }
