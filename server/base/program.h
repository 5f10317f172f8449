/* Where the program finds what belongs to it. It stands beside it in a build (build/web), or where
 * an installed tree has it (usr/share/jibei/web beside usr/bin), wherever that tree was put. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

/* A path for name: FOLDER/name where that is there, otherwise FOLDER/../installed/name, FOLDER
 * being this program's. Is there anything? */
bool program_find(const char *name, const char *installed, char out[PATH_MAX]);

#endif
