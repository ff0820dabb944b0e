#include "words.h"

int main(int argc, char** argv) { return words_model::explore_words<words_model::Small>(argc, argv); }
