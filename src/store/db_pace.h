/* How pages get from SQLite's log of writes to their places in the file without anybody waiting. A checkpoint writes all of
 * them as fast as the kernel takes them and then asks for them to be on the disk: for a tenth of a second every commit
 * stands behind them, whichever thread it is that carries. Paced, it writes a little, waits until the disk has that, rests
 * as long, and goes on: a commit finds at most that little before it. */
#ifndef MARSAD_STORE_DB_PACE_H
#define MARSAD_STORE_DB_PACE_H

#include <stdatomic.h>

#include "store/db.h"

struct db_pace {
    const atomic_bool *hurry; /* true: no rests any more; may become so at any time */
};

/* Before the first file is opened. */
void pace_prepare(void);
/* What this thread writes through SQLite from here on is paced; NULL: as fast as it goes. Takes turns with pace_end. */
void pace_begin(struct db_pace *pace);
void pace_end(void);

#endif
