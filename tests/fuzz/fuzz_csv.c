/* Separated values in any charset. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    uint64_t sum = 0;
    (void)!csv_rows((struct str){ (const char *)p, n }, &(struct sheet_to){ &sum, fuzz_row });
    return 0;
}
