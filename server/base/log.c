/* Log lines, one write(2) each, so that lines of different threads never mix. */
#include "server/base/log.h"

#include "server/base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum level { DEBUG, INFO, WARN, ERROR };

static const char *const names[] = { "debug", "info", "warn", "error" };
static atomic_int least = INFO;
static _Thread_local const char *request;

void log_request(const char *id)
{
    request = id;
}

void log_level(const char *name)
{
    for (int i = DEBUG; i <= ERROR; i++)
        if (strcmp(names[i], name) == 0)
            atomic_store(&least, i);
}

static void line(enum level level, const char *fmt, va_list ap)
{
    if ((int)level < atomic_load(&least))
        return;
    char t[32], out[1024];
    clock_iso_to(t, clock_now());
    int n = snprintf(out, sizeof out, "%s %s%s%s ", t, names[level], request ? " req=" : "",
                     request ? request : "");
    int k = vsnprintf(out + n, sizeof out - (size_t)n - 1, fmt, ap);
    size_t end = (size_t)n + (k < 0 ? 0 : (size_t)k);
    if (end > sizeof out - 2)
        end = sizeof out - 2;
    for (size_t i = 0; i < end; i++)
        if ((unsigned char)out[i] < 0x20)
            out[i] = ' ';
    out[end++] = '\n';
    if (write(STDERR_FILENO, out, end) < 0)
        return; /* nowhere left to say it */
}

#define LEVEL(name, level)                                                                         \
    void name(const char *fmt, ...)                                                                \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, fmt);                                                                         \
        line(level, fmt, ap);                                                                      \
        va_end(ap);                                                                                \
    }

LEVEL(log_debug, DEBUG)
LEVEL(log_info, INFO)
LEVEL(log_warn, WARN)
LEVEL(log_error, ERROR)
