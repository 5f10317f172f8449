/* The demo's places and people. */
#include "server/app/bell.h"
#include "server/app/demo.h"
#include "server/app/group.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/app/person.h"
#include "server/app/school.h"
#include "server/app/term.h"
#include "server/base/clock.h"
#include "server/base/mem.h"
#include "storage/dept.h"
#include "storage/role.h"
#include "storage/setting.h"
#include "storage/town.h"

#include <stdio.h>

static const char *const towns[DEMO_TOWNS][2] = {
    { "445222001", "河婆街道教育组" }, { "445222102", "龙潭镇教育组" },
    { "445222103", "南山镇教育组" },   { "445222104", "五经富镇教育组" },
    { "445222105", "京溪园镇教育组" }, { "445222106", "灰寨镇教育组" },
    { "445222107", "塔头镇教育组" },   { "445222108", "东园镇教育组" },
    { "445222109", "凤江镇教育组" },   { "445222110", "棉湖镇教育组" },
    { "445222111", "金和镇教育组" },   { "445222112", "大溪镇教育组" },
    { "445222113", "钱坑镇教育组" },   { "445222114", "坪上镇教育组" },
    { "445222115", "五云镇教育组" },   { "445222116", "上砂镇教育组" },
    { "445222201", "良田乡教育组" },
};

static const struct {
    const char *name, *type;
    int town; /* index */
    int pupils;
} schools[DEMO_SCHOOLS] = {
    { "河婆明德小学（演示）", "211", 0, 1860 }, { "龙潭启新小学（演示）", "211", 1, 720 },
    { "南山育苗小学（演示）", "211", 2, 540 },  { "京溪园晨光学校（演示）", "312", 4, 910 },
    { "棉湖文澜学校（演示）", "312", 9, 2240 }, { "金和求真初级中学（演示）", "311", 10, 1100 },
    { "凤江知行小学（演示）", "211", 8, 660 },  { "大溪思源学校（演示）", "312", 11, 800 },
};

enum { IN_PRIMARY = 8, IN_JUNIOR = 9 };

/* What there is to teach, in the order teachers get it. */
static const struct {
    const char *subject, *grade;
    bool junior;
} posts[] = {
    { "chinese", "P3", false },  { "math", "P3", false },    { "chinese", "P5", false },
    { "math", "P5", false },     { "english", "P5", false }, { "science", "P4", false },
    { "morality", "P5", false }, { "chinese", "J7", true },  { "math", "J7", true },
    { "english", "J7", true },   { "physics", "J8", true },
};
enum { POSTS_N = sizeof posts / sizeof *posts };

enum err demo_as(struct demo *d, int64_t person)
{
    arena_reset(d->call->arena);
    d->call->now = d->now;
    d->call->fault = (struct fault_note){ 0 };
    return viewer_of_person(d->call, person);
}

static enum err put_towns(struct demo *d, int64_t *ids)
{
    enum err e = E_OK;
    for (int i = 0; i < DEMO_TOWNS && !e; i++) {
        struct town t = { .code = str_of(towns[i][0]), .name = str_of(towns[i][1]), .ord = i + 1 };
        e = town_put(d->call->db, &t);
        ids[i] = t.id;
    }
    return e;
}

static enum err put_bell(struct demo *d, int64_t school, bool junior)
{
    static const int primary[][2] = { { 500, 540 }, { 550, 590 },  { 590, 620 },
                                      { 620, 660 }, { 670, 710 },  { 870, 910 },
                                      { 920, 960 }, { 970, 1010 }, { 1020, 1080 } };
    static const int second[][2] = { { 480, 525 }, { 535, 580 },  { 580, 610 },
                                     { 610, 655 }, { 665, 710 },  { 870, 915 },
                                     { 925, 970 }, { 980, 1025 }, { 1035, 1080 } };
    static const char *const names[] = { "第1节", "第2节", "大课间", "第3节",   "第4节",
                                         "第5节", "第6节", "第7节",  "课后服务" };
    struct period p[9];
    for (int i = 0; i < 9; i++) {
        const int *at = junior ? second[i] : primary[i];
        p[i] = (struct period){ str_of(names[i]), i != 2 && i != 8, at[0], at[1] };
    }
    struct bell b = { .school = school,
                      .from_day = d->today - 120,
                      .name = S("常规作息"),
                      .periods = p,
                      .periods_n = 9 };
    return bell_add(d->call, &b);
}

static enum err put_schools(struct demo *d, const int64_t *town)
{
    enum err e = E_OK;
    for (int i = 0; i < DEMO_SCHOOLS && !e; i++) {
        char code[16];
        bool junior = schools[i].type[0] == '3';
        snprintf(code, sizeof code, "%s9900%02d", junior ? "3144" : "2144", i + 1);
        struct school s = { .code = str_of(code),
                            .name = str_of(schools[i].name),
                            .type = str_of(schools[i].type),
                            .town = town[schools[i].town],
                            .ord = i + 1,
                            .pupils = schools[i].pupils };
        e = school_add(d->call, &s);
        d->school[i] = s.id;
        if (!e)
            e = put_bell(d, s.id, junior);
    }
    return e;
}

static enum err put_groups(struct demo *d)
{
    static const struct {
        const char *name, *mode;
    } groups[2] = { { "明德教育集团（演示）", "tight" }, { "文澜教育联盟（演示）", "alliance" } };
    enum err e = E_OK;
    for (int g = 0; g < 2 && !e; g++) {
        struct group row = { .name = str_of(groups[g].name),
                             .mode = str_of(groups[g].mode),
                             .lead_school = d->school[g * 4],
                             .ord = g + 1,
                             .founded_at = d->start,
                             .uuid = id_uuid(d->call->arena) };
        e = group_put(d->call->db, &row);
        d->group[g] = row.id;
        for (int i = 0; i < 4 && !e; i++) {
            struct group_member m = { .group = row.id,
                                      .school = d->school[g * 4 + i],
                                      .from_at = d->start,
                                      .until_at = FOREVER_MS };
            e = group_member_put(d->call->db, &m);
        }
    }
    return e;
}

/* ---- the term */

/* The half of the school year a day is in or, in the holidays, was in last; and its first day, a
 * Monday or 1 September. */
static int64_t term_days(int64_t today, int *half, int64_t *last, int *year)
{
    struct civil t = civil_utc(today * DAY_MS);
    *half = t.month >= 9 || t.month == 1 ? 1 : 2;
    *year = t.month >= 9 ? t.year : t.year - 1;
    if (*half == 1) {
        *last = day_number(*year + 1, 1, 23);
        return day_number(*year, 9, 1);
    }
    *last = day_number(*year + 1, 7, 10);
    int64_t first = day_number(*year + 1, 2, 24);
    return t.month == 2 && today < first ? day_number(*year + 1, 2, 1) : first;
}

static enum err put_term(struct demo *d)
{
    int year;
    int64_t last, first = term_days(d->today, &d->half, &last, &year);
    struct arena *a = d->call->arena;
    if (last < d->today)
        last = d->today + 7; /* the holidays: the term is made a little longer */
    int64_t october = day_number(year, 10, 1), new_year = day_number(year + 1, 1, 1);
    int64_t may = day_number(year + 1, 5, 1), april = day_number(year + 1, 4, 5);
    struct day_change c[12];
    size_t n = 0;
    if (d->half == 1) {
        for (int i = 0; i < 7; i++)
            c[n++] = (struct day_change){ october + i, 0, S("holiday"), S("国庆节") };
        int64_t saturday = october + 7;
        while (day_weekday(saturday) != 6)
            saturday++;
        c[n++] = (struct day_change){ saturday, 5, S("work"), S("国庆节调休") };
        c[n++] = (struct day_change){ new_year, 0, S("holiday"), S("元旦") };
    } else {
        c[n++] = (struct day_change){ april, 0, S("holiday"), S("清明节") };
        for (int i = 0; i < 5; i++)
            c[n++] = (struct day_change){ may + i, 0, S("holiday"), S("劳动节") };
        int64_t sunday = may - 1;
        while (day_weekday(sunday) != 7)
            sunday--;
        c[n++] = (struct day_change){ sunday, 1, S("work"), S("劳动节调休") };
    }
    struct term t = {
        .key = arena_fmt(a, "%d-%d", year, d->half),
        .name = arena_fmt(a, "%d—%d学年第%s学期", year, year + 1, d->half == 1 ? "一" : "二"),
        .first_day = first,
        .last_day = last,
        .changes = c,
        .changes_n = n,
    };
    enum err e = term_add(d->call, &t);
    d->term = t.id;
    return e;
}

/* ---- people */

static struct str person_name(struct demo *d, size_t i)
{
    static const char *const family[] = { "王", "林", "陈", "黄", "李", "张", "刘",
                                          "杨", "蔡", "温", "曾", "贝", "彭", "邓",
                                          "邱", "侯", "吴", "郑", "谢", "许" };
    static const char *const given[] = { "晓荷", "思远", "雨晴", "文博", "静怡", "志鹏",
                                         "若兰", "子涵", "海燕", "国栋", "秀英", "俊杰",
                                         "梦洁", "伟强", "丽华", "明轩", "春梅", "建军",
                                         "慧敏", "天宇", "婉婷", "少华", "素芬", "一鸣" };
    return arena_fmt(d->call->arena, "%s%s（演示）", family[i % 20], given[(i * 7 + i / 20) % 24]);
}

static enum err put_one(struct demo *d, size_t i, const char *login, const char *name,
                        int64_t school, const char *subject, const char *grade, struct str hash)
{
    struct demo_person *to = &d->people[i];
    char staff[16], phone[16];
    snprintf(staff, sizeof staff, "Y%04d", (int)i + 1);
    snprintf(phone, sizeof phone, "1990000%04d", (int)i + 1);
    struct person p = { .login = str_of(login),
                        .staff_no = str_of(staff),
                        .phone = str_of(phone),
                        .name = name ? arena_fmt(d->call->arena, "%s（演示）", name)
                                     : person_name(d, i),
                        .subject = str_of(subject),
                        .grade = str_of(grade),
                        .school = school < 0 ? 0 : d->school[school],
                        .title = i % 5 == 0 ? S("高级教师")
                                 : i % 2    ? S("一级教师")
                                            : S("二级教师") };
    enum err e = person_add(d->call, &p, hash, false);
    *to = (struct demo_person){ p.id, school, subject, grade, STR_NONE };
    return e;
}

/* Named logins first, then teachers school by school; the k-th post of a school's list. */
static enum err put_people(struct demo *d, struct str hash)
{
    static const struct {
        const char *login, *name;
        int school;
        const char *subject, *grade;
    } named[] = {
        { "county", "陈明远", -1, "", "" },         { "system", "沈志行", -1, "", "" },
        { "security", "江慎言", -1, "", "" },       { "audit", "许清源", -1, "", "" },
        { "lead", "黄立群", 0, "chinese", "P5" },   { "school", "刘春华", 0, "math", "P5" },
        { "wang", "王晓荷", 0, "chinese", "P3" },   { "lin", "林思远", 1, "chinese", "P3" },
        { "keeper", "蔡建业", 0, "science", "P4" }, { "other", "郑欣怡", 4, "chinese", "P3" },
    };
    _Static_assert(sizeof named / sizeof *named == DEMO_NAMED, "as many as demo.h says");
    size_t n = 0, total = DEMO_TEACHERS + DEMO_STAFF;
    enum err e = E_OK;
    for (; n < DEMO_NAMED && !e; n++)
        e = put_one(d, n, named[n].login, named[n].name, named[n].school, named[n].subject,
                    named[n].grade, hash);
    for (size_t k = 0; n < total && !e; n++, k++) {
        char login[16];
        int school = (int)(k % DEMO_SCHOOLS);
        bool junior = schools[school].type[0] == '3';
        size_t post = (k / DEMO_SCHOOLS + (size_t)school) % POSTS_N;
        while (posts[post].junior && !junior)
            post = (post + 1) % POSTS_N;
        while (!posts[post].junior && schools[school].type[2] == '1' && junior)
            post = (post + 1) % POSTS_N; /* 311: a junior school only */
        snprintf(login, sizeof login, "t%02d", (int)k + 1);
        e = put_one(d, n, login, NULL, school, posts[post].subject, posts[post].grade, hash);
    }
    d->people_n = n;
    return e;
}

static enum err grant(struct demo *d, size_t who, const char *role, int kind, int64_t id)
{
    struct role_grant g = { .person = d->people[who].id,
                            .role = str_of(role),
                            .scope_kind = kind,
                            .scope_id = id,
                            .from_at = d->start,
                            .until_at = FOREVER_MS };
    return role_put(d->call->db, &g);
}

static enum err put_roles(struct demo *d)
{
    enum err e;
    if ((e = grant(d, 0, "bureau", SCOPE_COUNTY, 1)) ||
        (e = grant(d, 1, "sysadmin", SCOPE_COUNTY, 1)) ||
        (e = grant(d, 2, "secadmin", SCOPE_COUNTY, 1)) ||
        (e = grant(d, 3, "auditor", SCOPE_COUNTY, 1)) ||
        (e = grant(d, 4, "group_admin", SCOPE_GROUP, d->group[0])) ||
        (e = grant(d, 5, "school_admin", SCOPE_SCHOOL, d->school[0])) ||
        (e = grant(d, 8, "venue_keeper", SCOPE_SCHOOL, d->school[0])))
        return e;
    /* the other schools have an administrator too: the first of their teachers */
    for (int64_t s = 1; s < DEMO_SCHOOLS && !e; s++)
        for (size_t i = DEMO_NAMED; i < d->people_n; i++)
            if (d->people[i].school == s) {
                e = grant(d, i, "school_admin", SCOPE_SCHOOL, d->school[s]);
                break;
            }
    return e;
}

/* A 备课组 across each group for each post that two or more of its teachers have. */
static enum err put_dept(struct demo *d, int group, size_t post, const char *name)
{
    struct dept row = { .uuid = id_uuid(d->call->arena),
                        .kind = S("prep"),
                        .name = str_of(name),
                        .group = d->group[group],
                        .subject = str_of(posts[post].subject),
                        .grade = str_of(posts[post].grade),
                        .created_at = d->start };
    size_t members = 0;
    for (size_t i = DEMO_STAFF; i < d->people_n; i++)
        members += d->people[i].school / 4 == group && str_eqz(row.subject, d->people[i].subject) &&
                   str_eqz(row.grade, d->people[i].grade);
    if (members < 2)
        return E_OK;
    enum err e = dept_put(d->call->db, &row);
    bool first = true; /* wang and lin are members, whoever comes after them leads */
    for (size_t i = d->people_n; i-- > DEMO_STAFF && !e;) {
        if (d->people[i].school / 4 != group || !str_eqz(row.subject, d->people[i].subject) ||
            !str_eqz(row.grade, d->people[i].grade))
            continue;
        struct dept_member m = { .dept = row.id,
                                 .person = d->people[i].id,
                                 .leader = first,
                                 .from_at = d->start,
                                 .until_at = FOREVER_MS };
        e = dept_member_put(d->call->db, &m);
        first = false;
    }
    return e;
}

static enum err put_depts(struct demo *d)
{
    static const char *const names[POSTS_N] = {
        "三年级语文备课组", "三年级数学备课组", "五年级语文备课组",       "五年级数学备课组",
        "五年级英语备课组", "四年级科学备课组", "五年级道德与法治备课组", "七年级语文备课组",
        "七年级数学备课组", "七年级英语备课组", "八年级物理备课组",
    };
    enum err e = E_OK;
    for (int g = 0; g < 2 && !e; g++)
        for (size_t p = 0; p < POSTS_N && !e; p++)
            e = put_dept(d, g, p, names[p]);
    return e;
}

enum err demo_people(struct demo *d, struct str password)
{
    struct txn tx = { 0 };
    int64_t town[DEMO_TOWNS];
    struct str hash = password_hash(d->call->arena, password);
    d->people = mem_array(100, sizeof *d->people);
    enum err e = txn_begin(&tx, d->call->db);
    if (e)
        goto done;
    if ((e = put_towns(d, town)) || (e = put_schools(d, town)) || (e = put_groups(d)) ||
        (e = put_term(d)) || (e = put_people(d, hash)) || (e = put_roles(d)) ||
        (e = put_depts(d)) ||
        (e = setting_put(d->call->db, "county_name", S("揭西县（演示）"), d->people[0].id, d->now)))
        goto done;
    for (size_t i = 0; i < d->people_n && !e; i++)
        e = viewer_stale_person(d->call->db, d->people[i].id);
    if (!e)
        e = viewer_rebuild(d->call->db, d->now);
done:
    return txn_end(&tx, e);
}
