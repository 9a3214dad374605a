/* Every maximum of the house, and what happens when it is reached. A number here is a promise to whoever is woken
 * when a hostile input arrives: memory and time are bounded by these and by nothing else. */
#ifndef MARSAD_BASE_LIMITS_H
#define MARSAD_BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Laid out by hand: rooms add their own without moving those of others. */
/* clang-format off */

/* base */
#define ARENA_MAX_BYTES   ((size_t)256 << 20) /* allocation fails with ERR_NOMEM */
#define BUF_MAX_BYTES     ((size_t)1 << 30)   /* the buffer's sticky error is set */
#define MAP_MAX_KEY_BYTES ((size_t)4 << 30)   /* map_put fails with ERR_NOMEM */
#define JSON_MAX_BYTES    ((size_t)512 << 20) /* ERR_LIMIT: split the export into smaller files */
#define JSON_MAX_TREE_BYTES                                                                                  \
    ((size_t)4 << 30)         /* estimated memory of the parsed tree: ERR_LIMIT, split the export */
#define JSON_MAX_DEPTH   64   /* ERR_FORMAT */
#define NUMBER_MAX_BYTES 1024 /* a longer number in text is no number */
#define DIR_MAX_DEPTH    128  /* dir_remove_tree stops with ERR_LIMIT, what is above is left */

/* intake */
#define INTAKE_MAX_LINE_BYTES   ((size_t)16 << 20) /* the line is set aside, its first 64 KiB kept */
#define INTAKE_ASIDE_KEEP_BYTES ((size_t)64 << 10)
#define INTAKE_MAX_FOLDER_DEPTH 16                /* deeper folders are reported and skipped */
#define POST_MAX_TEXT_BYTES     ((size_t)1 << 20) /* a longer caption is cut at a character, the cut reported */
#define POST_MAX_TAGS                                                                                        \
    256 /* further hashtags or mentions are dropped from the lists (the caption keeps them) */
#define POST_MAX_MEDIA 64   /* further media are reported and left out */
#define POST_MAX_TEXTS 4096 /* transcript and screen parts; further parts are joined to the last */

/* media: what one file may cost. Beyond any of these the item is set aside with its reason, the run goes on. */
#define MEDIA_MAX_FILE_BYTES ((uint64_t)4 << 30)
#define MEDIA_MAX_PIXELS     ((uint64_t)30000 * 30000 / 4) /* declared width × height */
#define MEDIA_MAX_DIMENSION  32768
#define MEDIA_MAX_DURATION_US                                                                                \
    (INT64_C(4) * 3600 * 1000000) /* longer clips are read up to here and marked incomplete */
#define MEDIA_MAX_FRAMES 20000    /* sampled frames kept per clip; then marked incomplete */
#define MEDIA_MAX_RECORD_BYTES                                                                               \
    ((size_t)16 << 20) /* a worker's answer; more is nonsense and costs the worker */
#define MEDIA_WORKER_MEMORY_BYTES ((size_t)1536 << 20) /* RLIMIT_AS */
#define MEDIA_WORKER_CPU_SECONDS  120                  /* RLIMIT_CPU per item */
#define MEDIA_WORKER_WALL_MS      180000               /* then killed */
#define MEDIA_MAX_TRIES           2 /* an item that fails for the worker's sake is tried once more, then set aside */

/* text */
#define TEXT_MAX_BYTES ((size_t)16 << 20) /* normalisation refuses more: ERR_LIMIT */
#define TEXT_MAX_COMBINING_RUN                                                                               \
    16 /* further combining marks on one letter are dropped from the normalised form */
#define FEATURE_MAX_SYMBOLS    16384  /* characters of a text that the classifier reads; further ones are not scored */
#define LEARN_MAX_BYTES       ((size_t)16 << 30) /* memory for texts to learn from: ERR_NOMEM */
#define LEARN_MAX_LINE_BYTES  ((size_t)4 << 20)  /* a longer line to learn from is cut there */
#define FEATURE_MAX_WORD_TIMES 16     /* a model that counts words more often is refused */
#define TERM_MAX_PATTERNS      200000 /* the lexicon is refused */
#define TERM_MAX_PATTERN_BYTES 512    /* that entry is refused, with its line */
#define TERM_MAX_HITS          10000  /* per text; then the finding list says it is cut */
#define PRIVATE_MAX_HITS         10000 /* per text; further ones are not looked for */
#define PRIVATE_MAX_PHONE_CHECKS 1000  /* numbers put to libphonenumber per text; further ones are no phones */
#define PRIVATE_MAX_NUMBERS       100000 /* groups of digits per text that are looked at */
#define PRIVATE_MAX_MARKS         200000 /* words and numbers per text that tell of private data; further ones are not seen */
#define DIALECT_MAX_WORDS        20000 /* of a text; those beyond go with the last span */

#define DETECT_MAX_TEXT_BYTES  ((size_t)8 << 20) /* texts of one post that are searched; the log names what is left out */

/* banks and index */
#define BANK_MAX_ITEMS 50000000
#define BANK_MAX_LINE_BYTES                                                                                  \
    ((size_t)16 << 20) /* a line of a hash list (vPDQ JSON is long); more is counted as unreadable */
#define BANK_MAX_FRAMES     200000 /* of one clip in a hash list; the clip is counted as unreadable */
#define BANK_NAME_MAX_BYTES 128
#define BANK_MAX_STILLS      8        /* of one file, where stills are kept: a further one is refused */
#define BANK_MAX_STILL_BYTES (1 << 20)
#define MIH_MAX_ENTRIES ((size_t)1 << 31) /* of one index: ERR_LIMIT */
#define MATCH_MAX_PER_FRAME 16 /* nearest bank items kept per frame, and as many known innocents */
#define MATCH_MAX_DISTANCE  64 /* bits; a threshold above is taken as this: unrelated pictures begin to match */
#define NEARDUP_MAX_TEXTS  100000000u /* texts of one index: ERR_LIMIT */
#define NEARDUP_MAX_BUCKET 1024 /* texts followed under one key; the rest is counted */
#define LANDMARKS_MAX_TICKS ((uint32_t)4 * 3600 * 500) /* of one reference, 4 hours: ERR_LIMIT */
#define LANDMARKS_MAX_PEAKS 1000000 /* landmarks of one sound, about 2.8 hours: then it is marked incomplete */
#define KEYS_MAX       256 /* key frames kept of a clip: then every second goes, and they come half as often */
#define KEY_POINTS_MAX 220 /* points of one picture; the weakest are left out */
#define SOUND_MAX_MARKS     65536   /* stretches of one sound; of further ones nothing is said */
#define SOUND_MAX_TUNE      ((size_t)1 << 17) /* steps of one tune, 4.6 hours; further ones are left out */
#define TUNES_MAX_STEPS     ((size_t)36000000) /* of all tunes of banks, 1,000 hours and more; the log names how many are not looked for */
#define SAID_MAX_WORDS      ((size_t)40000) /* heard in one medium; further ones are left out and counted in the log */
#define SPEECH_MAX_US       (INT64_C(3600) * 1000000) /* of speech in one medium that a recogniser is asked for; the log says what is left */
#define SPEECH_PIECE_US     (INT64_C(240) * 1000000) /* that it is asked for at a time */
#define SPEECH_ANSWER_MAX_BYTES ((size_t)4 << 20) /* a recogniser's answer; more is refused and ends it */
#define SPEECH_MAX_FAILURES 3 /* of a recogniser in a row: then it is not asked again in this run */
#define FINDING_MAX_PLACES  64 /* further places of one finding are left out */

/* findings and policy */
#define POST_MAX_FINDINGS       2000 /* further findings of a post are counted, not kept */
#define POLICY_MAX_FILE_BYTES   ((size_t)1 << 20)
#define POLICY_MAX_MEMORY_BYTES ((size_t)32 << 20) /* ERR_POLICY */
#define POLICY_MAX_INSTRUCTIONS 2000000            /* per call: ERR_POLICY */
#define POLICY_MAX_BLOCK_BYTES  ((size_t)256 << 10) /* one string or table while running: ERR_POLICY */
#define POLICY_MAX_CPU_MS       2000               /* per call, processor time: ERR_POLICY */
#define POLICY_MAX_TEXT_BYTES   ((size_t)16 << 10) /* a policy sees this much of a caption or quote */
#define POLICY_MAX_PLACES       16                 /* a policy sees this many places of a finding */
#define TEXTS_MAX_FILE_BYTES    ((size_t)1 << 20)  /* a file of texts is refused: ERR_LIMIT */

/* network */
#define NETWORK_MAX_LINE_BYTES ((size_t)1 << 20)    /* the line is counted as too long and passed over */
#define NETWORK_MAX_ROWS       (UINT32_MAX - 1u)    /* per layer: ERR_LIMIT, split the data by time */
#define NETWORK_MAX_NAME_BYTES (UINT32_MAX - 1u)    /* text of all distinct ids of one table: ERR_LIMIT */
#define NETWORK_MAX_TIME_US    (INT64_C(1) << 60)   /* times beyond are counted as no times */
#define NETWORK_MAX_OBJECTS    64                   /* of one post in one layer; further ones are counted, not used */
#define NETWORK_MAX_NEIGHBOURS 128                  /* pairs per post and object, later posts in the window; the rest counted */
#define NETWORK_PAIR_BLOCK     ((uint64_t)16 << 20) /* pairs held at a time (8 bytes each); more take more passes */
#define NETWORK_MAX_PAIRS      ((uint64_t)1 << 30)  /* exact mode refuses more: ERR_LIMIT with what to do */
#define NETWORK_STREAM_MAX_ROWS ((uint64_t)100000000) /* ERR_LIMIT: forget old rows */
#define NETWORK_STATE_MAX_BYTES ((size_t)8 << 30)   /* of a saved stream: ERR_LIMIT */
#define NETWORK_KEY_FOLLOW     256                  /* things compared under one key of likeness, oldest first; later ones are not */
#define PILEON_HISTORY          20000                /* messages to a target in a workspace: the latest are looked at */
#define PILEON_MAX_CONTACTS     ((uint64_t)1 << 30) /* pairs of accounts remembered: ERR_LIMIT */
#define RESURFACED_MAX_ACCOUNTS 10000000            /* closed accounts in one index: ERR_LIMIT */
#define RESURFACED_MAX_COMMON   2000                /* things of more closed accounts than this are not followed */
#define NETWORK_MAX_STANDING   5000000              /* edges kept with their evidence: ERR_LIMIT, take a stricter rule */
#define NETWORK_MAX_DRAWN      3000                 /* accounts in a picture; the page says how many are left out */
#define NETWORK_MAX_KNOWN_BYTES ((size_t)64 << 20)  /* a list of known groups: ERR_LIMIT */
#define NETWORK_MAX_EVIDENCE   64                   /* posts shown per edge, at most */

/* the store: pages have 8 KiB */
#define STORE_LOG_PAGES        8000  /* in the log of writes: the commit that finds so many carries them to their places */
#define STORE_LOG_MAX_PAGES    128000 /* the same, where a thread is there that should have done so long before */
#define STORE_PACE_BYTES       ((size_t)256 << 10) /* that are carried before the disk is waited for */
#define STORE_PACE_MAX_REST_US 20000 /* between two such portions */

/* the ledger */
#define LEDGER_STEP_ROWS 256 /* rows named in one entry; further ones begin another entry of the same step */

/* cases */
#define CASE_MAX_OBJECTS      10000              /* objects of one case: ERR_LIMIT, open another */
#define CASE_OBJECT_MAX_BYTES 128                /* an object's id: ERR_ARG */
#define CASE_WORDS_MAX_BYTES  ((size_t)4 << 10)  /* title, reference, authority, a reason: ERR_ARG */
#define CASE_TEXT_MAX_BYTES   ((size_t)1 << 20)  /* a note or complaint: ERR_ARG */

/* evidence */
#define NOTE_MAX_BYTES       (256 << 10)       /* a larger signed note is refused: ERR_LIMIT */
#define PROOF_MAX_BYTES      ((size_t)4 << 20) /* a larger proof is refused: ERR_LIMIT */
#define EVIDENCE_MAX_WITNESS 64                /* keys of witnesses; further ones are refused: ERR_LIMIT */
#define DOSSIER_MAX_BYTES    ((size_t)2 << 30)  /* what is read of a case for a package: ERR_NOMEM, make two cases */
#define PACKAGE_MAX_FILES    200000            /* in an archive or package: refused, ERR_LIMIT */
#define PACKAGE_MAX_BYTES    ((uint64_t)64 << 30) /* of an archive when unpacked: refused, ERR_LIMIT */
#define PACKAGE_MAX_NAME_BYTES 512             /* a path in a package: refused */
#define PACKAGE_MAX_DEPTH    16                /* folders in folders in a package: refused */
#define PACKAGE_MAX_TEXT_BYTES ((size_t)256 << 20) /* a manifest or another text of a package: ERR_LIMIT */
#define TIMESTAMP_MAX_BYTES  (64 << 10)        /* an authority's answer: ERR_FORMAT */
#define VERIFY_MAX_FAULTS    10000             /* faults told one by one; further ones are counted */

/* exchange and referrals */
#define EXCHANGE_MAX_OBJECTS      1000000            /* in one bundle: ERR_LIMIT, split it */
#define EXCHANGE_MAX_ORIGIN_BYTES ((size_t)64 << 10) /* kept of a partner's record; the rest is cut */
#define TEMPLATE_MAX_BYTES        ((size_t)256 << 10) /* of a letter's template: ERR_LIMIT */
#define TEMPLATE_MAX_DEPTH        8                  /* sections within each other: ERR_FORMAT */
#define LETTER_MAX_BYTES          ((size_t)8 << 20)  /* of a letter, and of what is read of an answer: ERR_LIMIT */
#define REFERRAL_MAX_TARGETS      1000               /* addresses in one referral: ERR_LIMIT, make several */
#define HTTP_MAX_BODY_BYTES       ((size_t)64 << 20) /* of an answer: ERR_LIMIT */
#define FETCH_MAX_BODY_BYTES      ((size_t)1 << 20)  /* read of a page that is only looked at; the rest is not */
#define EXCHANGE_MAX_VALUE_BYTES  ((size_t)64 << 10) /* of one value that is kept and not matched: the item is refused */
/* the desk */
#define SERVE_MAX_WAITING      4096                 /* writes that wait for the owner; a further one is told to come again */
#define SERVE_MAX_JSON_BYTES   ((size_t)1 << 20)    /* body of a request: 413 */
#define SERVE_MAX_UPLOAD_BYTES ((uint64_t)2 << 30)  /* one file: 413 */
#define SERVE_MAX_PATH_BYTES   1024                 /* 400 */
#define SERVE_MAX_QUERY_BYTES  4096                 /* 400 */
#define SERVE_MAX_TEXT_BYTES   16384                /* words of a person in one member: 422 */
#define SERVE_MAX_SESSIONS     20                   /* of one person; older ones end */
#define SERVE_MAX_LISTENERS    64                   /* streams of events at once: 503 */
#define REVIEW_MAX_WORDS       2000                 /* of a post that it is found by; further ones are not */
#define REVIEW_MAX_CLUSTER     1000                 /* posts that one decision settles; further ones wait their turn */
#define REVIEW_MAX_LEASES      5                    /* of one person at once */

/* jobs */
#define JOB_LEASE_US     (INT64_C(10) * 60 * 1000000) /* then any worker may claim it again */
#define JOB_MAX_ATTEMPTS 3                            /* then set aside for a person */

/* clang-format on */

#endif
