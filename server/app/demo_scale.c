/* Very many resources, for benchmarks: invented texts whose words are as unequally frequent as
 * those of a language (Zipf: the k-th word comes 1/k as often as the first), on the demo's lessons,
 * by its teachers, sharing the files that are there. Every text differs. Rows are written in
 * slices, the search index is filled afterwards. */
#include "server/app/demo.h"
#include "server/app/dict.h"
#include "server/app/search.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/mem.h"
#include "server/base/utf.h"
#include "storage/blob.h"
#include "storage/bulk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { WORDS = 20000, LETTERS = 2400, SLICE = 4000, BLOBS = 1000 };

struct scale {
    struct demo *d;
    struct blob *blobs;
    size_t blobs_n;
    char (*words)[8]; /* two or three characters each, ended by NUL */
    struct str ext[BLOBS];
};

/* Characters from the middle of the CJK block, spread so that few words look alike. */
static void words_make(struct scale *s)
{
    struct rng g = rng_of(20250901);
    s->words = mem_array(WORDS, sizeof *s->words);
    for (size_t i = 0; i < WORDS; i++) {
        size_t at = utf_put(s->words[i], 0x4e00 + (uint32_t)rng_below(&g, LETTERS) * 8);
        at += utf_put(s->words[i] + at, 0x4e00 + (uint32_t)rng_below(&g, LETTERS) * 8);
        s->words[i][at] = 0;
    }
}

static const char *word(struct scale *s)
{
    double u = (double)(rng_next(&s->d->rng) >> 11) / 9007199254740992.0;
    size_t k = (size_t)exp(u * log(WORDS + 1.0));
    return s->words[(k ? k - 1 : 0) % WORDS];
}

static struct str sentence(struct scale *s, size_t words)
{
    struct buf b;
    buf_init(&b, 4096);
    for (size_t i = 0; i < words; i++) {
        buf_addz(&b, word(s));
        if (i % 7 == 6)
            buf_addz(&b, i + 1 < words ? "，" : "。");
    }
    struct str text = arena_str(s->d->call->arena, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* Most for the county and the groups, some for a school: as a library of years would be. */
static int64_t pick_key(struct demo *d, const struct demo_person *p)
{
    uint64_t at = rng_below(&d->rng, 100);
    if (at < 60)
        return AUDIENCE(AUD_COUNTY, 1);
    if (at < 85)
        return AUDIENCE(AUD_GROUP, d->group[p->school / 4]);
    return at < 97 ? AUDIENCE(AUD_SCHOOL, d->school[p->school]) : AUDIENCE(AUD_PERSON, p->id);
}

static enum err put_one(struct scale *s, int64_t at)
{
    struct demo *d = s->d;
    const struct demo_person *p =
        &d->people[DEMO_STAFF + rng_below(&d->rng, d->people_n - DEMO_STAFF)];
    const struct demo_book *b = &d->books[rng_below(&d->rng, d->books_n)];
    size_t lesson = (size_t)rng_below(&d->rng, b->lessons_n);
    const struct blob *blob = &s->blobs[rng_below(&d->rng, s->blobs_n)];
    struct resource_row r = {
        .kind = 1 + (int64_t)rng_below(&d->rng, 12),
        .lesson_type = 1 + (int64_t)rng_below(&d->rng, 6),
        .akey = pick_key(d, p),
        .owner = p->id,
        .school = d->school[p->school],
        .taxon = b->lessons[lesson],
        .created_at = at - HOUR_MS,
        .published_at = at,
    };
    r.approved_by = r.akey % 8 > AUD_SCHOOL ? p->id : 0;
    r.title = arena_fmt(d->call->arena, "%.*s%s%s%.*s", STR_ARG(b->names[lesson]), word(s), word(s),
                        STR_ARG(dict_text(DICT_resource_kind, r.kind)));
    r.summary = sentence(s, 16 + (size_t)rng_below(&d->rng, 32));
    struct str name =
        arena_fmt(d->call->arena, "%s%s.%.*s", word(s), word(s), STR_ARG(s->ext[blob - s->blobs]));
    return bulk_resource_put(d->call->db, &r, name, blob->id, blob->size);
}

static enum err put_slice(struct scale *s, int64_t *done, int64_t total, int64_t first,
                          int64_t step)
{
    struct txn tx = { 0 };
    arena_reset(s->d->call->arena);
    enum err e = txn_begin(&tx, s->d->call->db);
    for (int i = 0; i < SLICE && *done < total && !e; i++, (*done)++)
        e = put_one(s, first + *done * step);
    return txn_end(&tx, e);
}

/* The ending that goes with a content. */
static struct str ext_of(const struct blob *b)
{
    static const char *const by[][2] = { { "document", "docx" }, { "slides", "pptx" },
                                         { "sheet", "xlsx" },    { "pdf", "pdf" },
                                         { "video", "mp4" },     { "archive", "zip" },
                                         { "text", "txt" } };
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (str_eqz(b->kind, by[i][0]))
            return str_of(by[i][1]);
    return str_eqz(b->mime, "image/png")    ? S("png")
           : str_eqz(b->mime, "image/jpeg") ? S("jpg")
           : str_eqz(b->mime, "audio/mpeg") ? S("mp3")
                                            : S("wav");
}

static enum err fill(struct scale *s, int64_t total)
{
    int64_t days = 3 * 365, last = s->d->start - DAY_MS;
    int64_t first = last - days * DAY_MS, step = days * DAY_MS / (total + 1), done = 0, told = 0;
    enum err e = E_OK;
    while (done < total && !e) {
        e = put_slice(s, &done, total, first, step);
        if (done - told >= 100000) {
            told = done;
            printf("  已写入 %" PRId64 " 份资源\n", done);
            fflush(stdout);
        }
    }
    return e ? e : search_fill(s->d->call, true, NULL);
}

enum err demo_scale(struct demo *d, int64_t times)
{
    struct scale s = { .d = d };
    struct arena *keep = arena_new(); /* the call's arena is emptied again and again */
    enum err e = blob_list(d->call->db, keep, 0, BLOBS, &s.blobs, &s.blobs_n);
    words_make(&s);
    for (size_t i = 0; i < s.blobs_n; i++)
        s.ext[i] = ext_of(&s.blobs[i]);
    d->call->viewer = &viewer_house;
    if (!e)
        e = fill(&s, (times - 1) * DEMO_RESOURCES);
    mem_free(s.words);
    arena_free(keep);
    return e;
}
