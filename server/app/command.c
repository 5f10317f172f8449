/* Taking options and words out of what the settings left over. */
#include "server/app/command.h"

#include <stdio.h>
#include <string.h>

static void cut(struct args *a, int at, int n)
{
    memmove(a->words + at, a->words + at + n, (size_t)(a->n - at - n) * sizeof *a->words);
    a->n -= n;
}

const char *args_option(struct args *a, const char *name)
{
    size_t len = strlen(name);
    for (int i = 0; i < a->n; i++) {
        const char *w = a->words[i];
        if (strncmp(w, "--", 2) != 0 || strncmp(w + 2, name, len) != 0)
            continue;
        if (w[2 + len] == '=') {
            cut(a, i, 1);
            return w + 3 + len;
        }
        if (w[2 + len] == 0 && i + 1 < a->n) {
            const char *value = a->words[i + 1];
            cut(a, i, 2);
            return value;
        }
    }
    return NULL;
}

bool args_flag(struct args *a, const char *name)
{
    for (int i = 0; i < a->n; i++)
        if (strncmp(a->words[i], "--", 2) == 0 && strcmp(a->words[i] + 2, name) == 0) {
            cut(a, i, 1);
            return true;
        }
    return false;
}

const char *args_word(struct args *a)
{
    for (int i = 0; i < a->n; i++)
        if (strncmp(a->words[i], "--", 2) != 0) {
            const char *word = a->words[i];
            cut(a, i, 1);
            return word;
        }
    return NULL;
}

bool args_end(struct args *a)
{
    if (a->n == 0)
        return true;
    fprintf(stderr, "不认识的参数：%s\n", a->words[0]);
    return false;
}
