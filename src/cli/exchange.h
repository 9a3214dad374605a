/* What the commands of exchange share. */
#ifndef MARSAD_CLI_EXCHANGE_H
#define MARSAD_CLI_EXCHANGE_H

#include "cli/refer.h"
#include "exchange/exchange.h"

#endif
