/* `jibei demo`: makes the demo county in an empty data folder, and with --scale very many
 * resources; with --docs it adds live documents to one. */
#include "server/app/demo.h"

#include "server/app/command.h"
#include "server/app/doc.h"
#include "server/app/house.h"
#include "server/app/password.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "storage/bulk.h"
#include "storage/group.h"
#include "storage/person.h"

#include <stdio.h>
#include <stdlib.h>

static enum err fill(struct demo *d, struct str password, int64_t times)
{
    enum err e = bulk_relax(d->call->db, true);
    if (e || (e = demo_people(d, password)) || (e = demo_books(d)) || (e = demo_teaching(d)))
        return e;
    if ((e = demo_library(d)) || (e = demo_preps(d)))
        return e;
    if (times > 1 && (e = demo_scale(d, times)))
        return e;
    return bulk_relax(d->call->db, false);
}

static void forget(struct demo *d)
{
    for (size_t i = 0; i < d->books_n; i++) {
        mem_free(d->books[i].lessons);
        mem_free(d->books[i].names);
    }
    mem_free(d->books);
    mem_free(d->people);
}

static int run(struct house *h, uint64_t seed, const char *password, int64_t times, int64_t today)
{
    struct call c = { .house = h,
                      .arena = arena_new(),
                      .viewer = &viewer_house,
                      .now = clock_now(),
                      .request = "demo" };
    struct demo d = { .call = &c, .rng = rng_of(seed), .today = today };
    int64_t people = 0;
    d.start = day_start(today - 21) + 8 * HOUR_MS;
    d.now = c.now = d.start;
    enum err e = db_open(h->store, &c.db);
    if (!e)
        e = person_count(c.db, &people);
    if (!e && people) {
        fprintf(stderr, "这个数据目录里已经有人员，演示数据只能建在空的数据目录中。\n");
        e = E_STATE;
    } else if (!e) {
        char word[64];
        struct str made = password ? str_of(password) : password_make(c.arena);
        snprintf(word, sizeof word, "%.*s", STR_ARG(made));
        struct person leader = { 0 };
        if (!(e = fill(&d, str_of(word), times)) &&
            !(e = person_get(c.db, c.arena, d.leader, &leader)))
            printf(
                "演示县已建好：17 个乡镇教育组、2 个集团、8 所学校、60 名教师。\n"
                "账号：county 教育局 · system 系统管理员 · security 安全管理员 · audit 审计管理员\n"
                "　　　lead 集团管理员 · school 学校管理员 · wang、lin 教师（第一集团两所学校）· "
                "keeper 场馆管理员 · other "
                "教师（第二集团）\n"
                "　　　%.*s 三年级语文备课组组长（wang、lin "
                "的备课组），可以试学期计划、一键建立备课\n"
                "密码（各账号相同）：%s\n",
                STR_ARG(leader.login), word);
    }
    if (e && !people)
        fprintf(stderr, "没有建成：%s %.*s\n", err_row(e)->text, STR_ARG(c.fault.text));
    forget(&d);
    db_close(c.db);
    arena_free(c.arena);
    return e ? 1 : 0;
}

/* ---- documents for load generators and scripts */

static enum err add_docs(struct call *c, int64_t n)
{
    struct txn tx = { 0 };
    struct doc d = { .kind = S("blank"), .owner_noun = S("audience") };
    int64_t person, school = 0, group, until;
    enum err e;
    if ((e = person_by_login(c->db, S("wang"), &person)) ||
        (e = person_standing(c->db, person, &school, &until)) ||
        (e = group_of_school(c->db, school, c->now, &group)) || (e = viewer_of_person(c, person)) ||
        (e = txn_begin(&tx, c->db)))
        return e;
    d.read_key = d.write_key = AUDIENCE(AUD_GROUP, group);
    for (int64_t i = 0; i < n && !e; i++) {
        d.title = arena_fmt(c->arena, "协作文档 %lld", (long long)i + 1);
        if (!(e = doc_make(c, &d)) && !(e = doc_fill(c, &d, STR_NONE)))
            printf("%lld\n", (long long)d.id);
    }
    return txn_end(&tx, e);
}

static int run_docs(struct house *h, int64_t n)
{
    struct call c = { .house = h,
                      .arena = arena_new(),
                      .viewer = &viewer_house,
                      .now = clock_now(),
                      .request = "demo" };
    enum err e = db_open(h->store, &c.db);
    if (!e)
        e = add_docs(&c, n);
    if (e == E_NOT_FOUND)
        fprintf(stderr, "这个数据目录里没有演示县，请先运行 jibei demo。\n");
    else if (e)
        fprintf(stderr, "没有建成：%s\n", err_row(e)->text);
    db_close(c.db);
    arena_free(c.arena);
    return e ? 1 : 0;
}

static bool number(const char *text, int64_t least, int64_t *v)
{
    return !text || (str_int(str_of(text), v) && *v >= least);
}

int cmd_demo(struct args *a)
{
    struct house *h;
    int64_t seed = 1, times = 1, docs = 0, today = day_local(clock_now());
    const char *password = args_option(a, "password"), *day = args_option(a, "today");
    bool good = number(args_option(a, "seed"), 0, &seed) &&
                number(args_option(a, "scale"), 1, &times) &&
                number(args_option(a, "docs"), 1, &docs);
    if (day)
        good = good && day_parse(str_of(day), &today);
    if (!args_end(a) || !good)
        return 2;
    log_level("warn");
    if (house_open(a->config, docs ? HOUSE_BESIDE : HOUSE_UPGRADE, &h))
        return 1;
    int status = docs ? run_docs(h, docs) : run(h, (uint64_t)seed, password, times, today);
    house_close(h);
    return status;
}
