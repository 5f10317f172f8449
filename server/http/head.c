/* See head.h for the rules; RFC 9110, 5.6.2 has the tokens. */
#include "server/http/head.h"

#include "server/base/utf.h"

#include <string.h>

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.n > 0;
}

static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

void head_see(struct head *h, struct str name, struct str value)
{
    h->bad_name |= !is_token(name);
    h->bad_value |= !is_value(value);
    if (str_ieqz(name, "Host"))
        h->hosts++;
    if (str_ieqz(name, "Content-Length")) {
        h->lengths++;
        h->bad_length |= !str_int(value, &h->length) || h->length < 0 || value.p[0] == '-';
    }
    if (str_ieqz(name, "Transfer-Encoding")) {
        h->codings++;
        h->chunked = str_ieqz(value, "chunked");
        h->bad_coding |= !h->chunked;
        h->length = BODY_UNKNOWN;
    }
}

enum err head_verdict(const struct head *h, bool one_one)
{
    if (h->bad_name || h->bad_value || h->bad_length || h->lengths > 1 || h->hosts > 1)
        return E_SYNTAX;
    if (h->codings && (h->lengths || !one_one))
        return E_SYNTAX;
    return h->bad_coding || h->codings > 1 ? E_CODING : E_OK;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* H5, without keeping what was decoded: at most one character of UTF-8 is held. */
static bool is_path(struct str s)
{
    char held[8];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (i + 2 >= s.n || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
                return false;
            c = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return false;
        if (n && ((unsigned char)c & 0xc0) != 0x80) {
            if (!utf_valid((struct str){ held, n }))
                return false;
            n = 0;
        }
        if (n == sizeof held)
            return false;
        if ((unsigned char)c >= 0x80 || n)
            held[n++] = c;
    }
    return n == 0 || utf_valid((struct str){ held, n });
}

enum err head_target(struct str target, struct str *path, struct str *query)
{
    size_t scheme = str_find(target, S("://"), 0);
    if (target.n && target.p[0] != '/' && scheme != SIZE_MAX) {
        size_t slash = str_chr(target, '/', scheme + 3);
        target = slash == SIZE_MAX ? S("/") : str_sub(target, slash, target.n);
    }
    size_t mark = str_chr(target, '?', 0);
    *path = str_sub(target, 0, mark);
    *query = mark == SIZE_MAX ? STR_NONE : str_sub(target, mark + 1, target.n);
    if (path->n == 0 || path->p[0] != '/' || !is_path(*path) || !is_value(*query))
        return E_SYNTAX;
    return E_OK;
}
