/* All dictionaries as the client gets them. */
#ifndef APP_DICT_LIST_H
#define APP_DICT_LIST_H

#include "server/app/call.h"

struct dict_entry {
    struct str code, name;
};

struct dict_shown {
    struct str name, text;
    struct dict_entry *rows;
    size_t rows_n;
};

struct dict_list {
    struct dict_shown *items;
    size_t items_n;
};

void dict_list_fill(struct call *c, struct dict_list *out);

#endif
