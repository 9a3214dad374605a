/* Writes a made-up world as CSV: network_gen [-n POSTS] [-a ACCOUNTS] [-o OBJECTS] [-z ZIPF] [-g GROUPS] [-j SPREAD_S]
 * [-k SKIP] [-s SEED] [-t TRUTH.csv] > posts.csv. The truth file names each member's group. */
#include "network_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int write_truth(const struct world *w, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) return -1;
    fputs("account_id,group\n", f);
    for (uint32_t i = 0; i < w->o.accounts; i++)
        if (w->group[i]) fprintf(f, "u%06u,%u\n", i, w->group[i]);
    return fclose(f);
}

int main(int argc, char **argv)
{
    struct world_options o;
    struct world w;
    const char *truth = NULL;
    world_options_init(&o);
    for (int c; (c = getopt(argc, argv, "n:a:o:z:g:j:k:s:t:")) != -1;) {
        if (c == 'n')
            o.posts = (uint32_t)atol(optarg);
        else if (c == 'a')
            o.accounts = (uint32_t)atol(optarg);
        else if (c == 'o')
            o.objects = (uint32_t)atol(optarg);
        else if (c == 'z')
            o.zipf = atof(optarg);
        else if (c == 'g')
            o.groups = (uint32_t)atol(optarg);
        else if (c == 'j')
            o.spread_s = atof(optarg);
        else if (c == 'k')
            o.skip = atof(optarg);
        else if (c == 's')
            o.seed = (uint64_t)atol(optarg);
        else if (c == 't')
            truth = optarg;
        else
            return 2;
    }
    if (world_make(&o, &w)) return 1;
    puts("object_id,account_id,content_id,timestamp_share");
    for (uint32_t i = 0; i < w.n; i++)
        printf("o%06u,u%06u,c%07u,%lld\n", w.v[i].object, w.v[i].account, i, (long long)w.v[i].time_s);
    int rc = truth ? write_truth(&w, truth) : 0;
    world_done(&w);
    return rc ? 1 : 0;
}
