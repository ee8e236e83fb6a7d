// glibc's own calls around its allocator, which its module map leaves out.
#include <malloc.h>
