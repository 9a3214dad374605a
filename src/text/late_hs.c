/* Vectorscan, loaded late: see late_hs_priv.h. */
#include "text/late_hs_priv.h"

LATE_NOTE(note_hs, LATE_SAYS("lexicons", LATE_HS))
LATE_TABLE(hs, HS_CALLS, "looking for terms", LATE_HS)
