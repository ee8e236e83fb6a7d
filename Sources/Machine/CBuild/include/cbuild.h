#ifndef CBUILD_H
#define CBUILD_H

/* The commit the program was built from, as 40 hexadecimal digits; empty if it was not built in a git checkout. */
const char *cbuild_commit(void);

#endif
