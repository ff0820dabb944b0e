// Mistake: takes one token for each edge, which is for all that came before it.
#include "../../common/message/run.h"
#include "../tokens.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::edge_triggered_token_program(), bell_link::one_an_edge_transport(), argc,
                       argv);
}
