/* The capabilities' own steps of the schema, each in a file schema_<name>.c, NULL-ended as struct migration has it. */
#ifndef MARSAD_STORE_SCHEMA_PARTS_H
#define MARSAD_STORE_SCHEMA_PARTS_H

extern const char *const schema_case[];
extern const char *const schema_exchange[];

#endif
