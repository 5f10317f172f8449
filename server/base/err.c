/* The table of errors and the one way to stop on our own mistakes. */
#include "server/base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct err_row rows[ERR_count] = {
#define ERR(name, status, code, text) [name] = { status, code, #name, text },
#include "server/base/err.def"
#undef ERR
};

const struct err_row *err_row(enum err e)
{
    if ((int)e < 0 || e >= ERR_count)
        return &rows[E_INTERNAL];
    return &rows[e];
}

enum err err_errno(int no)
{
    return no == ENOSPC || no == EDQUOT ? E_DISK_FULL : E_IO;
}

const char *err_reason(int no)
{
    switch (no) {
    case EACCES:
    case EPERM: return "没有权限";
    case ENOENT: return "不存在";
    case ENOTDIR: return "不是目录";
    case EISDIR: return "是一个目录";
    case ENAMETOOLONG: return "路径太长";
    case ELOOP: return "是一个链接";
    case EROFS: return "磁盘是只读的";
    case ENOSPC: return "磁盘已满";
    case EDQUOT: return "超出了磁盘配额";
    case EIO: return "磁盘读写出错";
    case ESTALE:
    case ETIMEDOUT:
    case EHOSTDOWN: return "网络存储没有应答";
    case EMFILE:
    case ENFILE: return "打开的文件太多";
    case EADDRINUSE: return "已被占用";
    case EADDRNOTAVAIL: return "本机没有这个地址";
    case EAFNOSUPPORT: return "本机不支持这种地址";
    default: return strerror(no);
    }
}

_Noreturn void bug_stop(const char *file, int line, const char *why)
{
    fprintf(stderr, "bug at=%s:%d why=\"%s\"\n", file, line, why);
    abort();
}
