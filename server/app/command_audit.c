/* audit: verifies an export of the audit log (NDJSON, GET /api/audit/export) without any database:
 * every line's hash must be that of its fields sealed over the hash of the line before. An export
 * that begins later than the first row is taken on trust in its first line only. */
#include "server/app/audit.h"
#include "server/app/command.h"
#include "server/base/id.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chain {
    unsigned char before[SHA256_LEN];
    int64_t seq; /* of the line before, 0: none yet */
};

static struct str text_of(const json_t *j, const char *name)
{
    const json_t *v = json_object_get(j, name);
    return (struct str){ json_string_value(v), json_string_length(v) };
}

static int64_t number_of(const json_t *j, const char *name)
{
    return json_integer_value(json_object_get(j, name));
}

static bool fits(struct chain *c, const json_t *j)
{
    struct audit r = {
        .seq = number_of(j, "seq"),
        .at = number_of(j, "at"),
        .person = number_of(j, "person"),
        .session = number_of(j, "session"),
        .noun_id = number_of(j, "noun_id"),
        .ip = text_of(j, "ip"),
        .action = text_of(j, "action"),
        .noun = text_of(j, "noun"),
        .detail = text_of(j, "detail"),
    };
    unsigned char said[SHA256_LEN], sealed[SHA256_LEN];
    bool first = c->seq == 0 && r.seq > 1;
    if (r.seq < 1 || (!first && r.seq != c->seq + 1) ||
        !hex_decode(text_of(j, "hash"), said, sizeof said))
        return false;
    audit_seal(&r, (struct str){ (char *)c->before, SHA256_LEN }, sealed);
    c->seq = r.seq;
    memcpy(c->before, said, SHA256_LEN);
    return first || same_bytes(said, sealed, SHA256_LEN);
}

/* Lines that fit, until the first that does not; *bad: that line's number, 0: none. */
static int64_t verify(FILE *f, int64_t *bad)
{
    struct chain c = { 0 };
    char *line = NULL;
    size_t room = 0;
    int64_t n = 0;
    ssize_t got;
    *bad = 0;
    while (!*bad && (got = getline(&line, &room, f)) > 0) {
        json_t *j = json_loadb(line, (size_t)got, 0, NULL);
        if (j && fits(&c, j))
            n++;
        else
            *bad = n + 1;
        json_decref(j);
    }
    free(line);
    return n;
}

int cmd_audit(struct args *a)
{
    const char *path = args_word(a);
    int64_t n, bad;
    if (!args_end(a) || !path)
        return 2;
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "打不开这个文件，请检查路径：%s\n", path);
        return 1;
    }
    n = verify(f, &bad);
    fclose(f);
    if (bad || n == 0)
        fprintf(stderr, "第 %" PRId64 " 行与前面对不上：这份审计日志被改动过，或不完整。\n",
                bad ? bad : 1);
    else
        printf("审计日志完整：%" PRId64 " 行。\n", n);
    return bad || n == 0 ? 1 : 0;
}
