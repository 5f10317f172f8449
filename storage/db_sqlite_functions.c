/* Our own functions inside SQLite: the tokenizer of the search index and its measure of fit. Every
 * connection registers them, because the schema names the tokenizer. */
#include "storage/db_sqlite.h"

#include "server/base/log.h"
#include "server/base/utf.h"
#include "storage/gram.h"

#include <sqlite3.h>
#include <string.h>

/* FTS5 wants an object; ours has nothing to keep. */
static char nothing;

static int grams_create(void *arg, const char **args, int n, Fts5Tokenizer **out)
{
    (void)arg, (void)args, (void)n;
    *out = (Fts5Tokenizer *)&nothing;
    return SQLITE_OK;
}

static void grams_delete(Fts5Tokenizer *t)
{
    (void)t;
}

typedef int give_fn(void *arg, int flags, const char *p, int n, int start, int end);

/* Texts also give each different character once, at the place of its pair, so that a query of one
 * character is one lookup. A query is one run: its last character alone only when it is all there
 * is. */
static int grams_run(Fts5Tokenizer *t, void *arg, int flags, const char *p, int n, give_fn *give)
{
    struct grams g = grams_of((struct str){ p, (size_t)n });
    struct gram_seen seen;
    struct gram k;
    bool query = (flags & FTS5_TOKENIZE_QUERY) != 0;
    int rc = SQLITE_OK;
    (void)t;
    gram_seen_init(&seen);
    while (rc == SQLITE_OK && grams_next(&g, &k)) {
        if (query && k.kind == GRAM_LAST && k.position > 0)
            continue;
        rc = give(arg, 0, k.p, (int)k.n, (int)k.start, (int)k.end);
        if (rc == SQLITE_OK && !query && gram_first(&seen, &k))
            rc = give(arg, FTS5_TOKEN_COLOCATED, k.p, (int)k.first_n, (int)k.start, (int)k.end);
    }
    return rc;
}

/* How well a row fits: a phrase in the title counts most, then how often it is in the text, eight
 * times at most. */
static void fit(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *out, int n,
                sqlite3_value **args)
{
    sqlite3_int64 score = 0;
    (void)n, (void)args;
    for (int i = 0; i < api->xPhraseCount(fts); i++) {
        Fts5PhraseIter it;
        int col, off, in_text = 0, in_title = 0;
        int rc = api->xPhraseFirst(fts, i, &it, &col, &off);
        for (; rc == SQLITE_OK && col >= 0 && in_text < 8; api->xPhraseNext(fts, &it, &col, &off)) {
            in_text += col == 0;
            in_title += col == 1;
            if (col == 1 && in_title > 1)
                break;
        }
        score += in_text * 10 + (in_title ? 400 : 0);
    }
    sqlite3_result_int64(out, score);
}

enum err sqlite_functions(struct sqlite3 *db)
{
    static fts5_tokenizer grams = { grams_create, grams_delete, grams_run };
    fts5_api *api = NULL;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL)) == 0)
        sqlite3_step(st);
    sqlite3_finalize(st);
    if (api)
        rc = api->xCreateTokenizer(api, "grams", NULL, &grams, NULL);
    if (api && rc == SQLITE_OK)
        rc = api->xCreateFunction(api, "fit", NULL, fit, NULL);
    if (api && rc == SQLITE_OK)
        return E_OK;
    log_error("db.no_fts5 code=%d", rc);
    return E_DB;
}
