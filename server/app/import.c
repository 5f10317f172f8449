/* `jibei import DIR --login NAME`: takes an old net disk in. Folders become places on the textbook
 * spine, names become fields, files of one name (荷花.docx, 荷花.pptx) in one folder become one
 * resource. All are drafts of that person: nothing is seen by others before he has looked at it,
 * filled in the licence and published it. A second run goes on where the first ended: what is there
 * already is left alone (by the path it came from). */
#include "server/app/command.h"
#include "server/app/dict.h"
#include "server/app/house.h"
#include "server/app/import_guess.h"
#include "server/app/intake.h"
#include "server/app/resource.h"
#include "server/app/taxon.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/utf.h"
#include "server/format/charset.h"
#include "storage/person.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 20, TITLE_CHARS = 200, NOTE_CHARS = 400, BATCH_MAX = 64 };

struct disk {
    struct call *call;   /* its arena is emptied for each file */
    struct arena *paths; /* what lives as long as the walk */
    int64_t person;
    bool dry;
    int64_t made, files, placed, known, refused;
};

/* A name as UTF-8: old disks hold GBK. */
static struct str utf_name(struct disk *k, const char *name)
{
    struct buf b;
    buf_init(&b, 4096);
    if (utf_valid(str_of(name)))
        buf_addz(&b, name);
    else
        charset_utf8(&b, str_of(name));
    struct str s = arena_str(k->paths, buf_str(&b));
    buf_fini(&b);
    return s;
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.' && strncmp(d->d_name, "~$", 2) != 0 &&
           strcasecmp(d->d_name, "Thumbs.db") != 0 && strcasecmp(d->d_name, "desktop.ini") != 0;
}

/* The lesson whose name the title or a folder holds, the longest one; else the only volume that
 * fits; else none. */
static enum err place_of(struct disk *k, const struct guess *g, struct str path, int64_t *taxon)
{
    struct call *c = k->call;
    struct taxon *volumes, *lessons;
    size_t n, m, best = 0, fits = 0;
    enum err e = taxon_volumes(c->db, c->arena, g->subject, g->grade, g->edition, &volumes, &n);
    for (size_t i = 0; i < n && !e; i++) {
        int half = str_ends(volumes[i].name, S("上册")) ? 1 : 2;
        if (g->half && g->half != half)
            continue;
        fits++;
        if (best == 0)
            *taxon = volumes[i].id;
        e = taxon_lessons(c->db, c->arena, volumes[i].id, &lessons, &m);
        for (size_t l = 0; l < m && !e; l++) {
            struct str core = lesson_core(lessons[l].name);
            if (core.n > best && str_find(path, core, 0) != SIZE_MAX) {
                best = core.n;
                *taxon = lessons[l].id;
            }
        }
    }
    if (best == 0 && fits != 1)
        *taxon = 0;
    return e;
}

static struct str clipped(struct str s, size_t chars)
{
    while (utf_count(s) > chars)
        s = utf_head(s, s.n - 1);
    return s;
}

static enum err make(struct disk *k, const struct guess *g, struct str path, struct str note,
                     int64_t *id)
{
    int64_t taxon = 0;
    enum err e = place_of(k, g, path, &taxon);
    if (e)
        return e;
    k->placed += taxon != 0;
    struct resource_form f = {
        .title = clipped(g->title, TITLE_CHARS),
        .has_title = true,
        .kind = dict_code(DICT_resource_kind, g->kind),
        .has_kind = true,
        .taxons = &taxon,
        .taxons_n = taxon != 0,
        .has_taxons = true,
        .origin = S("collected"),
        .has_origin = true,
        .origin_note = note,
        .has_origin_note = true,
    };
    return k->dry ? E_OK : resource_create(k->call, &f, id);
}

/* One folder's files; those of the same title lie together in sorted order or not, so each looks
 * for its title. */
struct batch {
    struct str title[BATCH_MAX];
    int64_t id[BATCH_MAX];
    size_t n;
};

static enum err refused(struct disk *k, struct str path)
{
    k->refused++;
    fprintf(stderr, "没有收下 %.*s：%.*s\n", STR_ARG(path), STR_ARG(k->call->fault.text));
    k->call->fault = (struct fault_note){ 0 };
    return E_OK;
}

static enum err one_file(struct disk *k, struct batch *b, const char *file, struct str path)
{
    struct call *c = k->call;
    struct guess g = guess_of(path);
    arena_reset(c->arena);
    enum err e = viewer_of_person(c, k->person);
    if (e)
        return e;
    struct str name = path, part, rest = path;
    while (str_next(&rest, '/', &part))
        name = part;
    struct str note =
        clipped(arena_fmt(c->arena, "旧网盘：%.*s", STR_ARG(str_sub(path, 0, path.n - name.n))),
                NOTE_CHARS);
    note = arena_fmt(c->arena, "%.*s%.*s", STR_ARG(note), STR_ARG(clipped(g.title, 90)));
    int64_t id = 0;
    for (size_t i = 0; i < b->n && !id; i++)
        if (str_eq(b->title[i], g.title))
            id = b->id[i];
    if (!id && (e = resource_by_origin(c->db, k->person, note, &id)) != E_NOT_FOUND) {
        k->known += !e;
        return e;
    }
    struct blob blob;
    struct file_done done;
    e = k->dry ? E_OK : intake_path(c, file, name, &blob);
    if (e == E_FILE_REFUSED)
        return refused(k, path);
    if (!e && !id) {
        if ((e = make(k, &g, path, note, &id)))
            return e;
        k->made++;
        if (b->n < BATCH_MAX) {
            b->title[b->n] = g.title;
            b->id[b->n++] = k->dry ? -1 : id;
        }
    }
    if (!e && !k->dry)
        e = intake_attach(c, id, name, S(""), &blob, &done);
    if (e == E_INPUT)
        return refused(k, path);
    k->files += !e;
    return e;
}

static enum err folder(struct disk *k, const char *dir, struct str path, int depth);

static enum err entry(struct disk *k, struct batch *b, const char *dir, struct str path,
                      const char *name, int depth)
{
    char full[4096];
    struct stat st;
    int n = snprintf(full, sizeof full, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof full || lstat(full, &st))
        return E_OK; /* gone meanwhile, or longer than any path can be */
    struct str shown =
        path.n ? arena_fmt(k->paths, "%.*s/%.*s", STR_ARG(path), STR_ARG(utf_name(k, name)))
               : utf_name(k, name);
    if (S_ISDIR(st.st_mode))
        return depth < DEPTH_MAX ? folder(k, full, shown, depth + 1) : E_OK;
    return S_ISREG(st.st_mode) ? one_file(k, b, full, shown) : E_OK;
}

static enum err folder(struct disk *k, const char *dir, struct str path, int depth)
{
    struct dirent **list;
    struct batch b = { .n = 0 };
    int n = scandir(dir, &list, visible, alphasort);
    enum err e = E_OK;
    if (n < 0) {
        fprintf(stderr, "不能读取文件夹 %s，已跳过。\n", dir);
        return E_OK;
    }
    for (int i = 0; i < n; i++) {
        if (!e)
            e = entry(k, &b, dir, path, list[i]->d_name, depth);
        free(list[i]);
    }
    free(list);
    return e;
}

static int run(struct house *h, const char *dir, const char *login, bool dry)
{
    struct call c = { .house = h,
                      .arena = arena_new(),
                      .viewer = &viewer_house,
                      .now = clock_now(),
                      .request = "import" };
    struct disk k = { .call = &c, .paths = arena_new(), .dry = dry };
    enum err e = db_open(h->store, &c.db);
    if (!e && (e = person_by_login(c.db, str_of(login), &k.person)) == E_NOT_FOUND)
        fail(&c, e, NULL, "没有登录名为 %s 的人员。", login);
    if (!e)
        e = folder(&k, dir, STR_NONE, 0);
    if (e)
        fprintf(stderr, "导入中断：%s %.*s\n再次运行会从中断处继续。\n", err_row(e)->text,
                STR_ARG(c.fault.text));
    printf("%s %" PRId64 " 份草稿、%" PRId64 " 个文件，其中 %" PRId64 " 份已对上教材目录；"
           "以前导入过 %" PRId64 " 份，没有收下 %" PRId64 " 个文件。\n",
           dry ? "将新建" : "已新建", k.made, k.files, k.placed, k.known, k.refused);
    if (!dry && k.made)
        printf("请 %s 登录后在“我的资源—草稿”中逐份核对、补上使用许可，再发布。\n", login);
    db_close(c.db);
    arena_free(k.paths);
    arena_free(c.arena);
    return e ? 1 : 0;
}

int cmd_import(struct args *a)
{
    struct house *h;
    struct stat st;
    const char *login = args_option(a, "login");
    bool dry = args_flag(a, "dry-run");
    const char *dir = args_word(a);
    if (!args_end(a) || !dir || !login)
        return 2;
    if (stat(dir, &st) || !S_ISDIR(st.st_mode)) {
        fprintf(stderr, "没有这个文件夹：%s\n", dir);
        return 1;
    }
    log_level("warn");
    if (house_open(a->config, false, &h))
        return 1;
    int status = run(h, dir, login, dry);
    house_close(h);
    return status;
}
