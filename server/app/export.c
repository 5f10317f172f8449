/* `jibei export DIR --login NAME` or `--school CODE`: resources as plain folders anybody can read
 * without this program, and live documents. DIR/<uuid>/ holds a resource's current files, under
 * their own names as far as a disk can have them, and manifest.json with all its fields;
 * DIR/manifest.json lists them. A uuid stands for the same resource in every export of this county:
 * it is made from the data folder's secret and the id. Of a person: all but what he discarded; of a
 * school: what others of the school may know of, so no drafts. */
#include "server/app/export.h"

#include "server/app/audit.h"
#include "server/app/command.h"
#include "server/app/dict.h"
#include "server/app/house.h"
#include "server/app/resource.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/utf.h"
#include "server/format/name.h"
#include "storage/blob.h"
#include "storage/disk.h"
#include "storage/person.h"
#include "storage/school.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

enum { PAGE = 100, PIECE = 256 * 1024, TEXT_CAP = 64 * 1024 * 1024 };

struct export
{
    struct call *call;
    int root;         /* DIR */
    struct buf index; /* DIR/manifest.json */
    int64_t resources, files, bytes, docs;
};

struct str export_uuid(struct call *c, const char *noun, int64_t id)
{
    unsigned char m[SHA256_LEN];
    struct str secret = { (const char *)c->house->secret, sizeof c->house->secret };
    hmac_sha256(secret, arena_fmt(c->arena, "%s %" PRId64, noun, id), m);
    m[6] = (unsigned char)((m[6] & 0x0f) | 0x80); /* version 8 (RFC 9562, 5.8) */
    m[8] = (unsigned char)((m[8] & 0x3f) | 0x80);
    return arena_fmt(c->arena,
                     "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", m[0],
                     m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11], m[12],
                     m[13], m[14], m[15]);
}

void export_text(struct buf *b, const char *name, struct str value)
{
    buf_fmt(b, ",\n  \"%s\": ", name);
    buf_json(b, value);
}

static void texts(struct buf *b, const char *name, const struct str *v, size_t n)
{
    buf_fmt(b, ",\n  \"%s\": [", name);
    for (size_t i = 0; i < n; i++) {
        buf_addz(b, i ? ", " : "");
        buf_json(b, v[i]);
    }
    buf_addz(b, "]");
}

enum err export_save(int dir, const char *name, struct str bytes)
{
    int fd = -1;
    enum err e = disk_open_write(dir, name, &fd);
    if (!e && !(e = disk_truncate(fd, 0)) && !(e = disk_write(fd, bytes.p, bytes.n, 0)))
        e = disk_sync(fd);
    disk_close(fd);
    return e;
}

static enum err copy(struct export *x, int dir, const char *name, const struct blob *b)
{
    char *piece = mem_new(PIECE);
    int from = -1, to = -1;
    uint64_t at = 0;
    size_t got = 1;
    enum err e = blobs_fd(x->call->house->blobs, b->sha256, (uint64_t)b->size, &from);
    if (!e && !(e = disk_open_write(dir, name, &to)))
        e = disk_truncate(to, 0);
    while (!e && got) {
        if ((e = disk_read(from, piece, PIECE, at, &got)) || !got)
            break;
        e = disk_write(to, piece, got, at);
        at += got;
    }
    if (!e)
        e = disk_sync(to);
    disk_close(from);
    disk_close(to);
    mem_free(piece);
    return e;
}

/* Windows and its shares make no difference between a.txt and A.txt. */
static bool is_given(struct call *c, const char *const *given, size_t n, struct str name)
{
    struct str folded = utf_folded(c->arena, name);
    for (size_t i = 0; i < n; i++)
        if (str_eq(utf_folded(c->arena, str_of(given[i])), folded))
            return true;
    return str_eqz(folded, "manifest.json");
}

/* Two files of a resource may have one name, and a third the one that the second would get; on the
 * disk each has its own. */
static const char *const *own_names(struct call *c, const struct file *all, size_t n)
{
    const char **given = arena_array(c->arena, n ? n : 1, sizeof *given);
    for (size_t i = 0; i < n; i++) {
        struct str name = name_safe(c->arena, all[i].name, NAME_MAX);
        for (size_t k = i + 1; is_given(c, given, i, name); k++) {
            struct str head = arena_fmt(c->arena, "%zu-", k);
            struct str rest = name_safe(c->arena, all[i].name, NAME_MAX - head.n);
            name = arena_fmt(c->arena, "%.*s%.*s", STR_ARG(head), STR_ARG(rest));
        }
        given[i] = arena_z(c->arena, name);
    }
    return given;
}

static enum err files_out(struct export *x, int dir, int64_t id, struct buf *b)
{
    struct file *all;
    size_t n;
    struct call *c = x->call;
    enum err e = file_list(c->db, c->arena, id, &all, &n);
    const char *const *names = e ? NULL : own_names(c, all, n);
    buf_addz(b, ",\n  \"files\": [");
    for (size_t i = 0; i < n && !e; i++) {
        struct blob blob;
        if ((e = blob_get(c->db, c->arena, all[i].blob_id, &blob)) ||
            (e = copy(x, dir, names[i], &blob)))
            break;
        buf_addz(b, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
        buf_json(b, str_of(names[i]));
        buf_addz(b, ", \"called\": ");
        buf_json(b, all[i].name);
        buf_addz(b, ", \"folder\": ");
        buf_json(b, all[i].path);
        buf_fmt(b, ", \"size\": %" PRId64 ", \"version\": %" PRId64 ", \"mime\": ", all[i].size,
                all[i].version);
        buf_json(b, all[i].mime);
        buf_fmt(b, ", \"sha256\": \"%.*s\"}", STR_ARG(blob.sha256));
        x->files++;
        x->bytes += all[i].size;
    }
    buf_addz(b, "]\n}\n");
    return e;
}

static void fields(struct buf *b, struct str uuid, const struct resource *r)
{
    buf_fmt(b, "{\n  \"uuid\": \"%.*s\"", STR_ARG(uuid));
    export_text(b, "title", r->title);
    export_text(b, "kind", r->kind);
    export_text(b, "state", r->state);
    export_text(b, "scope", r->scope);
    export_text(b, "lesson_type", r->lesson_type);
    export_text(b, "owner", r->owner_name);
    export_text(b, "school", r->school_name);
    export_text(b, "origin", r->origin);
    export_text(b, "origin_note", r->origin_note);
    export_text(b, "licence", r->licence);
    export_text(b, "summary", r->summary);
    texts(b, "authors", r->authors, r->authors_n);
    texts(b, "modes", r->modes, r->modes_n);
    buf_addz(b, ",\n  \"places\": [");
    for (size_t i = 0; i < r->places_n; i++) {
        buf_addz(b, i ? ", " : "");
        buf_json(b, r->places[i].path);
    }
    buf_fmt(b, "],\n  \"created_at\": %" PRId64 ",\n  \"published_at\": %" PRId64, r->created_at,
            r->published_at);
}

static enum err one(struct export *x, int64_t id)
{
    struct call *c = x->call;
    struct resource r;
    struct buf b;
    int dir = -1;
    enum err e = resource_show(c, id, &r);
    if (e)
        return e;
    struct str uuid = export_uuid(c, "resource", id);
    buf_init(&b, TEXT_CAP);
    fields(&b, uuid, &r);
    if (!(e = disk_folder(x->root, arena_z(c->arena, uuid), &dir, NULL)) &&
        !(e = files_out(x, dir, id, &b)) && !(e = b.err) &&
        !(e = export_save(dir, "manifest.json", buf_str(&b))))
        e = disk_sync_folder(dir);
    buf_addz(&x->index, x->resources++ ? ",\n    {\"uuid\": \"" : "\n    {\"uuid\": \"");
    buf_fmt(&x->index, "%.*s\", \"title\": ", STR_ARG(uuid));
    buf_json(&x->index, r.title);
    buf_addz(&x->index, "}");
    disk_close(dir);
    buf_fini(&b);
    return e;
}

/* Walks one list to its end; the arena is emptied page by page, as whoever acts is the house. */
static enum err walk(struct export *x, int64_t person, int64_t school, int64_t state)
{
    struct resource_filter f = {
        .viewer = person, .school = school, .after = INT64_MAX, .after_id = INT64_MAX, .limit = PAGE
    };
    struct call *c = x->call;
    for (;;) {
        struct resource_card *cards;
        size_t n;
        int64_t ids[PAGE];
        arena_reset(c->arena);
        enum err e = person ? resource_list_own(c->db, c->arena, &f, 0, &cards, &n)
                            : resource_list_school(c->db, c->arena, &f, state, &cards, &n);
        if (e || n == 0)
            return e;
        f.after = cards[n - 1].changed_at;
        f.after_id = cards[n - 1].id;
        for (size_t i = 0; i < n; i++)
            ids[i] = cards[i].id;
        for (size_t i = 0; i < n && !e; i++) {
            arena_reset(c->arena);
            e = one(x, ids[i]);
        }
        if (e)
            return e;
    }
}

static enum err docs_out(struct export *x, int64_t person, int64_t school)
{
    buf_addz(&x->index, "{\n  \"documents\": [");
    enum err e = export_docs(x->call, x->root, person, school, &x->index, &x->docs);
    buf_addz(&x->index, "],\n  \"resources\": [");
    return e;
}

static enum err whose(struct export *x, const char *login, const char *school)
{
    struct call *c = x->call;
    int64_t id;
    enum err e = login ? person_by_login(c->db, str_of(login), &id)
                       : school_by_word(c->db, str_of(school), &id);
    if (e == E_NOT_FOUND)
        return fail(c, e, NULL, login ? "没有登录名为 %s 的人员。" : "没有代码或名称为 %s 的学校。",
                    login ? login : school);
    if (!e)
        e = docs_out(x, login ? id : 0, login ? 0 : id);
    if (e || login)
        return e ? e : walk(x, id, 0, 0);
    for (int64_t state = RS_SUBMITTED; state <= RS_WITHDRAWN && !e; state++)
        e = walk(x, 0, id, state);
    return e;
}

static enum err record(struct export *x)
{
    struct txn tx = { 0 };
    struct call *c = x->call;
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = audit_add(c, "resource.export", "resource", 0,
                      arena_fmt(c->arena, "resources: %" PRId64 ", files: %" PRId64, x->resources,
                                x->files));
    return txn_end(&tx, e);
}

static int run(struct house *h, const char *dir, const char *login, const char *school)
{
    struct call c = { .house = h,
                      .arena = arena_new(),
                      .viewer = &viewer_house,
                      .now = clock_now(),
                      .request = "export" };
    struct export x = { .call = &c, .root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
    buf_init(&x.index, TEXT_CAP);
    enum err e = x.root < 0 ? E_IO : db_open(h->store, &c.db);
    if (!e)
        e = whose(&x, login, school);
    buf_addz(&x.index, "]\n}\n");
    if (!e && !(e = x.index.err) && !(e = export_save(x.root, "manifest.json", buf_str(&x.index))))
        e = record(&x);
    if (e)
        fprintf(stderr, "导出没有完成：%.*s\n",
                STR_ARG(c.fault.text.n ? c.fault.text : str_of(err_row(e)->text)));
    else
        printf("已导出 %" PRId64 " 份资源、%" PRId64 " 个文件，共 %" PRId64
               " 字节；协作文档 %" PRId64 " 份。\n",
               x.resources, x.files, x.bytes, x.docs);
    buf_fini(&x.index);
    disk_close(x.root);
    db_close(c.db);
    arena_free(c.arena);
    return e ? 1 : 0;
}

int cmd_export(struct args *a)
{
    struct house *h;
    const char *login = args_option(a, "login"), *school = args_option(a, "school");
    const char *dir = args_word(a);
    if (!args_end(a) || !dir || !login == !school)
        return 2;
    if (mkdir(dir, 0700) && errno != EEXIST) {
        fprintf(stderr, "不能建立文件夹 %s：%s\n", dir, err_reason(errno));
        return 1;
    }
    log_level("warn");
    if (house_open(a->config, HOUSE_BESIDE, &h))
        return 1;
    int status = run(h, dir, login, school);
    house_close(h);
    return status;
}
