#include "cspawn.h"

/* The test program's main is not ours: before it, the program becomes the spawner if it was started as one. */
__attribute__((constructor)) static void spawner(int argc, char **argv) { cspawn_main(argc, argv); }
