/* What the files of marsad bench share. */
#ifndef MARSAD_CLI_BENCH_H
#define MARSAD_CLI_BENCH_H

#include "cli/cli.h"

/* The core time of a clip from its bytes to its signals, beside that of ffmpeg decoding it to nothing with the same frames left out,
 * one at a time and two at once, `runs` times each in turn: a table, or an object a row with --json. Without ffmpeg on the path its
 * rows are left out, and it is said. What is no clip is passed over. As media_analyse. */
int bench_clip(struct cli *cli, const char *path, size_t runs, struct error *err) MUST_USE;

#endif
