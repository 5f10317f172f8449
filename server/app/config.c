/* Walks config.def three times: defaults, environment, flags. */
#include "server/app/config.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_TEXT, KIND_NUMBER };

static const struct setting {
    const char *field;
    enum kind kind;
    size_t at;
    const char *standard, *text;
} settings[] = {
#define TEXT KIND_TEXT
#define NUMBER KIND_NUMBER
#define SETTING(f, type, s, t) { #f, type, offsetof(struct config, f), s, t },
#include "server/app/config.def"
#undef SETTING
#undef TEXT
#undef NUMBER
};
enum { SETTINGS_N = sizeof settings / sizeof *settings };

static bool put(struct config *c, const struct setting *s, const char *value)
{
    char *at = (char *)c + s->at;
    int64_t number;
    if (s->kind == KIND_TEXT) {
        memcpy(at, &value, sizeof value);
        return true;
    }
    if (!str_int(str_of(value), &number) || number < 0)
        return false;
    memcpy(at, &number, sizeof number);
    return true;
}

static const char *variable(const struct setting *s)
{
    char name[64] = "JIBEI_";
    size_t n = strlen(name);
    for (const char *p = s->field; *p && n < sizeof name - 1; p++)
        name[n++] = (char)toupper((unsigned char)*p);
    name[n] = 0;
    return getenv(name);
}

/* Is "--public-url" or "--public-url=…" this setting? Gives what follows the name, "" or "=…". */
static const char *flag_of(const struct setting *s, const char *arg)
{
    if (strncmp(arg, "--", 2) != 0)
        return NULL;
    arg += 2;
    for (const char *p = s->field; *p; p++, arg++)
        if (*arg != (*p == '_' ? '-' : *p))
            return NULL;
    return *arg == 0 || *arg == '=' ? arg : NULL;
}

static const struct setting *find(const char *arg, const char **rest)
{
    for (int i = 0; i < SETTINGS_N; i++)
        if ((*rest = flag_of(&settings[i], arg)))
            return &settings[i];
    return NULL;
}

static bool read_flags(struct config *c, int *n, char **argv, struct buf *wrong)
{
    int kept = 0;
    for (int i = 0; i < *n; i++) {
        const char *rest, *name = argv[i];
        const struct setting *s = find(argv[i], &rest);
        if (!s) {
            argv[kept++] = argv[i];
            continue;
        }
        const char *value = *rest == '=' ? rest + 1 : i + 1 < *n ? argv[++i] : NULL;
        if (!value || !put(c, s, value)) {
            buf_fmt(wrong, "%s 的值%s。", name, value ? "必须是不小于 0 的整数" : "没有给出");
            return false;
        }
    }
    *n = kept;
    return true;
}

bool config_read(struct config *c, int *n, char **argv, struct buf *wrong)
{
    for (int i = 0; i < SETTINGS_N; i++) {
        const struct setting *s = &settings[i];
        const char *env = variable(s);
        if (!put(c, s, s->standard))
            BUG("a default in config.def is no number");
        if (env && *env && !put(c, s, env)) {
            buf_fmt(wrong, "环境变量里的 %s 必须是不小于 0 的整数。", s->field);
            return false;
        }
    }
    return read_flags(c, n, argv, wrong);
}

void config_help(struct buf *out)
{
    for (int i = 0; i < SETTINGS_N; i++) {
        char flag[32] = "";
        size_t n = 0;
        for (const char *p = settings[i].field; *p && n < sizeof flag - 1; p++)
            flag[n++] = *p == '_' ? '-' : *p;
        buf_fmt(out, "  --%-15s %s", flag, settings[i].text);
        if (*settings[i].standard)
            buf_fmt(out, "（默认 %s）", settings[i].standard);
        buf_char(out, '\n');
    }
}
