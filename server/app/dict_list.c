/* Copies the tables of dict.def into what the wire carries. */
#include "server/app/dict_list.h"

#include "server/app/dict.h"

void dict_list_fill(struct call *c, struct dict_list *out)
{
    out->items = arena_array(c->arena, DICT_count, sizeof *out->items);
    out->items_n = DICT_count;
    for (int d = 0; d < DICT_count; d++) {
        struct dict_table t = dict_table((enum dict)d);
        struct dict_shown *to = &out->items[d];
        *to = (struct dict_shown){ t.name, t.text, NULL, t.rows_n };
        to->rows = arena_array(c->arena, t.rows_n, sizeof *to->rows);
        for (size_t i = 0; i < t.rows_n; i++)
            to->rows[i] = (struct dict_entry){ t.rows[i].code, t.rows[i].text };
    }
}
