/* The dictionaries as tables, made from dict.def. They are short (at most some thirty rows), so
 * looking up is walking. */
#include "server/app/dict.h"

static const struct dict_row all[] = {
#define DICT(name, text)
#define ROW(dict, number, code, text)                                                              \
    { number, { #code, sizeof #code - 1 }, { text, sizeof text - 1 } },
#include "server/app/dict.def"
#undef DICT
#undef ROW
};

/* Where each dictionary's rows begin in all[]. A DICT line takes no number: the enumerator behind
 * it starts again at its own. */
enum {
#define DICT(name, text) AT_##name, BEFORE_##name = AT_##name - 1,
#define ROW(dict, number, code, text) AT_##dict##_##code,
#include "server/app/dict.def"
#undef DICT
#undef ROW
    AT_end
};

static const struct {
    int start;
    struct str name, text;
} heads[] = {
#define DICT(name, text) { AT_##name, { #name, sizeof #name - 1 }, { text, sizeof text - 1 } },
#define ROW(dict, number, code, text)
#include "server/app/dict.def"
#undef DICT
#undef ROW
    { AT_end, { "", 0 }, { "", 0 } },
};

struct dict_table dict_table(enum dict d)
{
    return (struct dict_table){
        .name = heads[d].name,
        .text = heads[d].text,
        .rows = all + heads[d].start,
        .rows_n = (size_t)(heads[d + 1].start - heads[d].start),
    };
}

int64_t dict_number(enum dict d, struct str code)
{
    for (int i = heads[d].start; i < heads[d + 1].start; i++)
        if (str_eq(all[i].code, code))
            return all[i].number;
    return 0;
}

int64_t dict_number_of_text(enum dict d, struct str text)
{
    for (int i = heads[d].start; i < heads[d + 1].start; i++)
        if (str_eq(all[i].text, text))
            return all[i].number;
    return 0;
}

static const struct dict_row *row_of(enum dict d, int64_t number)
{
    for (int i = heads[d].start; i < heads[d + 1].start; i++)
        if (all[i].number == number)
            return &all[i];
    return NULL;
}

struct str dict_code(enum dict d, int64_t number)
{
    const struct dict_row *r = row_of(d, number);
    return r ? r->code : S("");
}

struct str dict_text(enum dict d, int64_t number)
{
    const struct dict_row *r = row_of(d, number);
    return r ? r->text : S("");
}
