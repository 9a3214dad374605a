/* The files under policy/, inside the program. builtin_data.c is made from them by tools/embed.py. */
#include "policy/builtin_priv.h"

#include "policy/policy.h"

struct sv builtin_file(struct sv name)
{
    for (size_t i = 0; builtin_names[i]; i++)
        if (sv_is(name, builtin_names[i])) return sv_of(builtin_bytes[i], builtin_sizes[i]);
    return SV_NULL;
}
