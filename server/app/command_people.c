/* init, user, token: what whoever runs the machine does to accounts, beside a serving process or
 * without one. They act as the house itself and are recorded as nobody's. */
#include "server/app/command.h"
#include "server/app/house.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/app/person.h"
#include "server/app/role.h"
#include "server/app/setup.h"
#include "server/app/token.h"
#include "server/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct desk {
    struct house *house;
    struct call call;
};

static enum err desk_open(struct args *a, enum house_use use, struct desk *d)
{
    enum err e = house_open(a->config, use, &d->house);
    d->call = (struct call){
        .house = d->house,
        .arena = arena_new(),
        .viewer = &viewer_house,
        .now = clock_now(),
        .request = a->name,
    };
    return e ? e : db_open(d->house->store, &d->call.db);
}

/* Says why it failed; gives the exit status. */
static int desk_close(struct desk *d, enum err e)
{
    if (e && d->call.fault.text.n)
        fprintf(stderr, "%.*s\n", STR_ARG(d->call.fault.text));
    else if (e && d->house) /* house_open has said it */
        fprintf(stderr, "%s\n", err_row(e)->text);
    db_close(d->call.db);
    arena_free(d->call.arena);
    house_close(d->house);
    return e ? 1 : 0;
}

/* Runs it again while another process was faster. */
static enum err desk_run(struct desk *d, enum err (*run)(struct desk *d, void *arg), void *arg)
{
    enum err e = E_RETRY;
    for (int i = 0; e == E_RETRY && i < DB_TRIES; i++) {
        db_pause(i);
        d->call.fault = (struct fault_note){ 0 };
        e = run(d, arg);
    }
    return e;
}

/* ---- init */

static enum err run_init(struct desk *d, void *arg)
{
    return setup_first(&d->call, arg);
}

int cmd_init(struct args *a)
{
    struct desk d = { 0 };
    const char *county = args_option(a, "county"), *name = args_option(a, "name"),
               *login = args_option(a, "login"), *password = args_option(a, "password");
    if (!args_end(a) || !county || !name || !login)
        return 2;
    enum err e = desk_open(a, HOUSE_FOUND, &d);
    if (e)
        return desk_close(&d, e);
    struct str made = password ? str_of(password) : password_make(d.call.arena);
    struct setup in = {
        .county = str_of(county), .name = str_of(name), .login = str_of(login), .password = made
    };
    e = desk_run(&d, run_init, &in);
    if (!e)
        printf(
            "已建立管理员：%s\n登录名：%s\n密码：%.*s\n请登录后先添加乡镇、学校，再导入教师花名册；"
            "并请两位同事分别担任系统管理员和审计管理员。\n",
            name, login, STR_ARG(made));
    return desk_close(&d, e);
}

/* ---- user */

struct user_order {
    const char *verb, *login, *role;
    int64_t person;
    struct slip slip;
};

static enum err print_people(struct desk *d)
{
    struct person_filter f = { .now = d->call.now };
    struct person *rows;
    size_t n;
    enum err e;
    do {
        e = person_list(d->call.db, d->call.arena, &f, 500, &rows, &n);
        for (size_t i = 0; i < n && !e; i++)
            printf("%.*s\t%.*s\t%.*s\n", STR_ARG(rows[i].login), STR_ARG(rows[i].name),
                   STR_ARG(rows[i].school_name));
        if (n) {
            f.after = rows[n - 1].pinyin;
            f.after_id = rows[n - 1].id;
        }
    } while (!e && n == 500);
    return e;
}

static enum err run_user(struct desk *d, void *arg)
{
    struct user_order *o = arg;
    struct call *c = &d->call;
    struct txn tx = { 0 };
    enum err e = person_by_login(c->db, str_of(o->login), &o->person);
    if (e == E_NOT_FOUND)
        return fail(c, e, NULL, "没有这个登录名、工号或手机号，或不止一个人：%s", o->login);
    if (e)
        return e;
    if (strcmp(o->verb, "reset") == 0) {
        struct person_ids ids = { &o->person, 1 };
        struct slip_page page;
        e = person_reset(c, &ids, &page);
        if (!e)
            o->slip = page.items[0];
        return e;
    }
    if (strcmp(o->verb, "disable") == 0)
        return person_leave(c, o->person);
    if (strcmp(o->verb, "grant") == 0) {
        struct role_new in = { .role = str_of(o->role), .scope_kind = S("county") };
        struct role_view out;
        return role_grant_to(c, o->person, &in, &out);
    }
    struct attempt at = { .person = o->person };
    e = txn_begin(&tx, c->db);
    if (!e)
        e = attempt_succeeded(c, &at);
    return txn_end(&tx, e);
}

static bool known_verb(const struct user_order *o)
{
    static const char *const verbs[] = { "reset", "disable", "unlock", "grant" };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (o->verb && o->login && strcmp(o->verb, verbs[i]) == 0)
            return strcmp(o->verb, "grant") != 0 || o->role;
    return false;
}

int cmd_user(struct args *a)
{
    struct desk d = { 0 };
    struct user_order o = { .verb = args_word(a) };
    o.login = args_word(a);
    o.role = args_word(a);
    if (!args_end(a))
        return 2;
    bool list = o.verb && strcmp(o.verb, "list") == 0 && !o.login;
    if (!list && !known_verb(&o))
        return 2;
    enum err e = desk_open(a, HOUSE_BESIDE, &d);
    if (!e)
        e = list ? print_people(&d) : desk_run(&d, run_user, &o);
    if (!e && o.slip.password.n)
        printf("登录名：%.*s\n新密码：%.*s\n登录后须修改密码。\n", STR_ARG(o.slip.login),
               STR_ARG(o.slip.password));
    else if (!e && !list)
        printf("已办理。\n");
    return desk_close(&d, e);
}

/* ---- token */

struct token_order {
    const char *login;
    int64_t days;
    unsigned scopes;
    struct str token;
};

static enum err run_token(struct desk *d, void *arg)
{
    struct token_order *o = arg;
    enum err e = token_make_for(&d->call, str_of(o->login), o->scopes, o->days, &o->token);
    return e == E_NOT_FOUND
               ? fail(&d->call, e, NULL, "没有这个登录名、工号或手机号，或不止一个人：%s", o->login)
               : e;
}

static unsigned scopes_of(const char *words)
{
    static const char *const all[] = { "read", "write", "admin" };
    struct str rest = str_of(words ? words : "read,write,admin"), word;
    unsigned scopes = 0;
    while (str_next(&rest, ',', &word)) {
        unsigned i = 0;
        while (i < 3 && !str_eqz(word, all[i]))
            i++;
        if (i == 3)
            return 0;
        scopes |= 1u << i;
    }
    return scopes;
}

int cmd_token(struct args *a)
{
    struct desk d = { 0 };
    struct token_order o = { .login = args_option(a, "login"), .days = 90 };
    const char *days = args_option(a, "days");
    o.scopes = scopes_of(args_option(a, "scopes"));
    if (!args_end(a) || !o.login || !o.scopes || (days && !str_int(str_of(days), &o.days)) ||
        o.days < 1 || o.days > 3660)
        return 2;
    enum err e = desk_open(a, HOUSE_BESIDE, &d);
    if (!e)
        e = desk_run(&d, run_token, &o);
    if (!e)
        printf("%.*s\n", STR_ARG(o.token));
    return desk_close(&d, e);
}
