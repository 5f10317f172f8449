/* Whose the data folder is. The service runs as a user of its own; a command that root runs beside
 * it would leave files there that the service cannot read, and nobody would know before a teacher
 * opens one. So whoever is not the owner is told to become it. Owner is who made DIR/secret: the
 * folder itself may have been put there by somebody else, as a mount or a volume is. */
#include "server/app/house.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *user_name(uid_t uid, char out[64])
{
    char room[1024];
    struct passwd p, *found = NULL;
    if (getpwuid_r(uid, &p, room, sizeof room, &found) || !found)
        snprintf(out, 64, "%" PRIu32, (uint32_t)uid);
    else
        snprintf(out, 64, "%s", found->pw_name);
    return out;
}

enum err house_mine(int dir, const char *name, const char *data)
{
    struct stat st;
    char owner[64], self[64];
    if (fstatat(dir, name, &st, 0) || st.st_uid == geteuid())
        return E_OK; /* what is not there or cannot be looked at is told by who opens it */
    user_name(st.st_uid, owner);
    fprintf(stderr,
            "数据目录 %s 属于用户 %s，现在的用户是 %s。请以 %s 运行，否则服务读不了写进去的文件："
            "runuser -u %s -- jibei …\n",
            data, owner, user_name(geteuid(), self), owner, owner);
    return E_STATE;
}
