/* Runs one fuzzer's function over files: what fuzzing once found, replayed by every `make unit`. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        struct buf b;
        char t[65536];
        size_t k;
        if (!f)
            continue;
        buf_init(&b, (size_t)256 << 20);
        while ((k = fread(t, 1, sizeof t, f)) > 0)
            buf_put(&b, t, k);
        fclose(f);
        LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&b).p, b.n);
        buf_fini(&b);
    }
    return 0;
}
