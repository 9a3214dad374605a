/* Writes the table of words.h as C to standard output. Runs at build time only. */
#include "text/word_lists.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct word_entry table[WORD_TABLE];
static uint8_t bits[sizeof word_bits];
static size_t used;

static void die(const char *what, const char *word)
{
    fprintf(stderr, "mkwords: %s: %s\n", what, word);
    exit(1);
}

/* Up to the first sign of a phrase. */
static size_t first_word(const char *word)
{
    size_t n = 0;
    while (word[n] != '\0' && word[n] != ' ' && word[n] != '\'' && word[n] != '-') n++;
    return n;
}

static void add(const char *word, size_t n, uint32_t classes, int value)
{
    char *copy = malloc(n + 1);
    if (!copy || n == 0 || n > WORD_MAX_BYTES) die("a word of that length", word);
    memcpy(copy, word, n);
    copy[n] = '\0';
    size_t first = first_word(copy);
    uint32_t hash = word_hash(copy, first), at = hash & (WORD_TABLE - 1);
    bits[hash >> 19] |= (uint8_t)(1u << (hash >> 16 & 7));
    while (table[at].text && strcmp(table[at].text, copy) != 0) at = (at + 1) & (WORD_TABLE - 1);
    if (table[at].text) {
        free(copy);
    } else {
        table[at] = (struct word_entry){copy, (uint8_t)n, (uint8_t)first, -1, 0};
        if (++used > WORD_TABLE / 2) die("the table is too small", copy);
    }
    table[at].classes |= classes;
    if (value >= 0) table[at].value = (int8_t)value;
}

static void add_list(const char *list, uint32_t classes, int value)
{
    while (list) {
        const char *bar = strchr(list, '|');
        add(list, bar ? (size_t)(bar - list) : strlen(list), classes, value);
        list = bar ? bar + 1 : NULL;
    }
}

int main(void)
{
    for (size_t c = 0; c < WORDS_CLASSES; c++)
        if (word_lists[c]) add_list(word_lists[c], UINT32_C(1) << c, -1);
    for (size_t i = 0; i < sizeof word_numbers / sizeof *word_numbers; i++)
        add_list(word_numbers[i].words, UINT32_C(1) << WORDS_SPELLED, word_numbers[i].value);
    printf("/* Made by mkwords.c; change word_lists.h instead. */\n#include \"text/words.h\"\n");
    printf("const struct word_entry word_table[WORD_TABLE] = {\n");
    for (size_t i = 0; i < WORD_TABLE; i++)
        if (table[i].text)
            printf("[%zu] = {\"%s\", %u, %u, %d, %#x},\n", i, table[i].text, table[i].bytes,
                   table[i].first_bytes, table[i].value, table[i].classes);
    printf("};\nconst uint8_t word_bits[1 << 13] = {");
    for (size_t i = 0; i < sizeof bits; i++) printf("%s%u,", i % 32 == 0 ? "\n" : "", bits[i]);
    printf("\n};\n");
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
