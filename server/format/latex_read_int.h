/* Reading LaTeX, between its files: latex_lex.c has characters and commands, latex_read.c rows and
 * scripts, latex_command.c what a command or a character stands for. */
#ifndef FORMAT_LATEX_READ_INT_H
#define FORMAT_LATEX_READ_INT_H

#include "server/format/latex_int.h"

struct lex {
    struct arena *arena;
    struct str s, bad; /* bad: what was not understood */
    size_t at, nodes;
    int depth;
    bool failed;
    const struct tex_style *style;
};

struct lex_token {
    struct str text; /* a command's name, or one character; empty: the end */
    bool command;
    size_t end;
};

void lex_fail(struct lex *p, struct str what); /* the first one is kept; nothing is read any more */
struct lex_token lex_peek(struct lex *p);      /* past white space; p->at = token.end takes it */
bool lex_take(struct lex *p, char c);          /* if it comes next */
void lex_want(struct lex *p, char c);          /* fails if not */
bool lex_letter(char c);
bool lex_is_char(struct lex_token t, char c);
bool lex_is_command(struct lex_token t, const char *name);
struct tex *lex_node(struct lex *p, enum tex_kind kind);
/* In the style that is on. */
struct tex *lex_run(struct lex *p, struct str text, enum tex_class class);

/* Up to what ends a row; bracket: ']' does as well. */
struct tex *latex_parse_row(struct lex *p, bool bracket);
struct tex *latex_parse_group(struct lex *p);    /* {…} */
struct tex *latex_parse_argument(struct lex *p); /* {…}, or what stands there alone */
struct tex *latex_parse_bracket(struct lex *p);  /* […], or NULL */
/* One thing without its scripts: a group, a command with its arguments, a character. */
struct tex *latex_parse_atom(struct lex *p);
struct tex *latex_limit(struct lex *p, struct tex *base, struct tex *what, bool under);

#endif
