// Makes a named semaphore anew when nobody uses it, whatever its value.
#include "../named.h"

int main(int argc, char** argv) {
  return named_sem::run({.open_semaphore = named_sem::make_or_use}, argc, argv);
}
