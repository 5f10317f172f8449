/* The program's own place is /proc/self/exe, so that neither the working folder nor PATH counts. */
#include "server/base/program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool program_find(const char *name, const char *installed, char out[PATH_MAX])
{
    char self[PATH_MAX - 256];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = 0;
    snprintf(out, PATH_MAX, "%s/%s", self, name);
    if (access(out, F_OK) == 0)
        return true;
    if ((slash = strrchr(self, '/')))
        *slash = 0;
    snprintf(out, PATH_MAX, "%s/%s/%s", self, installed, name);
    return access(out, F_OK) == 0;
}
