/* Live documents of an export: as docx for people, and as the whole of their state for programs
 * that speak Yjs. */
#include "server/app/export.h"

#include "server/app/doc_export.h"
#include "storage/disk.h"

#include <inttypes.h>

enum { FILE_CAP = 256 * 1024 * 1024 };

static enum err docx_out(struct call *c, int dir, int64_t id)
{
    struct doc_export_query q = { .format = S("docx") };
    struct doc_exported what;
    struct buf b;
    buf_init(&b, FILE_CAP);
    enum err e = doc_export(c, id, &q, &b, &what);
    if (!e)
        e = export_save(dir, "document.docx", buf_str(&b));
    buf_fini(&b);
    return e;
}

static enum err state_out(struct call *c, int dir, int64_t id)
{
    struct buf b;
    buf_init(&b, FILE_CAP);
    enum err e = doc_state(c, id, &b);
    if (!e)
        e = export_save(dir, "state.yjs", buf_str(&b));
    buf_fini(&b);
    return e;
}

static enum err manifest_out(int dir, struct str uuid, const struct doc *d)
{
    struct buf b;
    buf_init(&b, FILE_CAP);
    buf_fmt(&b, "{\n  \"uuid\": \"%.*s\"", STR_ARG(uuid));
    export_text(&b, "title", d->title);
    export_text(&b, "kind", d->kind);
    export_text(&b, "author", d->author_name);
    export_text(&b, "school", d->school_name);
    buf_fmt(&b, ",\n  \"made_at\": %" PRId64 ",\n  \"changed_at\": %" PRId64 "\n}\n", d->made_at,
            d->changed_at);
    enum err e = b.err ? b.err : export_save(dir, "manifest.json", buf_str(&b));
    buf_fini(&b);
    return e;
}

static enum err one(struct call *c, int root, const struct doc *d, struct buf *index, bool first)
{
    struct str uuid = export_uuid(c, "doc", d->id);
    int dir = -1;
    enum err e;
    if (!(e = disk_folder(root, arena_z(c->arena, uuid), &dir, NULL)) &&
        !(e = docx_out(c, dir, d->id)) && !(e = state_out(c, dir, d->id)) &&
        !(e = manifest_out(dir, uuid, d)))
        e = disk_sync_folder(dir);
    disk_close(dir);
    buf_addz(index, first ? "\n    {\"uuid\": " : ",\n    {\"uuid\": ");
    buf_json(index, uuid);
    buf_addz(index, ", \"title\": ");
    buf_json(index, d->title);
    buf_addz(index, "}");
    return e;
}

enum err export_docs(struct call *c, int root, int64_t person, int64_t school, struct buf *index,
                     int64_t *n)
{
    struct doc d;
    int64_t id;
    enum err e = doc_next(c->db, 0, &id);
    while (!e && id) {
        arena_reset(c->arena);
        if ((e = doc_get(c->db, c->arena, id, &d)))
            break;
        if (person ? d.author == person : d.school == school)
            e = one(c, root, &d, index, (*n)++ == 0);
        if (!e)
            e = doc_next(c->db, id, &id);
    }
    return e;
}
