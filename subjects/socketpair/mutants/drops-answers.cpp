// Mistake: takes a broken connection for the end before it has read the answers that came.
#include "../../common/stream/dialogue.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.is_end_first = true}, socketpair_link::transport(), argc,
                               argv);
}
