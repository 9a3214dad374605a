// The words of the console, of texts/*.txt and of the product's own policy/texts, checked and made into one JSON
// file a language and a TypeScript list of the keys. A key is followed by its three translations:
//
//     queue.waiting
//         en {0} post waits|{0} posts wait
//         fr …
//
// “|” divides the plural forms of a language (PLURALS); {0}, {1} are filled in.
import { readFileSync, readdirSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const LANGUAGES = ['en', 'fr', 'ar']
export const PLURALS = { en: 2, fr: 2, ar: 6 }
// What the program's own texts have that the console says too.
const SHARED = /^(category|about|reason|finding|private|field|context|form|place|media|head|network\.what)\./

export function readBlocks(text, name) {
  const out = new Map()
  let key = null
  text.split('\n').forEach((line, i) => {
    const where = `${name}:${i + 1}`
    if (!line.trim() || line.startsWith('#')) return
    if (!/^\s/.test(line)) {
      key = line.trim()
      if (!/^[A-Za-z0-9_.-]+$/.test(key)) throw new Error(`${where}: “${key}” is no key`)
      if (out.has(key)) throw new Error(`${where}: ${key} stands there twice`)
      out.set(key, {})
      return
    }
    const m = /^\s+(en|fr|ar) (.*\S)\s*$/.exec(line)
    if (!m || !key) throw new Error(`${where}: a line is “    en words”`)
    if (m[1] in out.get(key)) throw new Error(`${where}: ${key} has ${m[1]} twice`)
    out.get(key)[m[1]] = m[2]
  })
  return out
}

const holes = (s) => [...new Set(s.match(/\{\d\}/g) ?? [])].sort().join(' ')

// What is wrong with these texts, one line each; nothing when all is well.
export function faults(blocks) {
  const bad = []
  for (const [key, by] of blocks) {
    for (const l of LANGUAGES) {
      if (!by[l]) {
        bad.push(`${key}: no ${l}`)
        continue
      }
      const forms = by[l].split('|').length
      const plural = by.en?.includes('|')
      if (plural ? forms !== PLURALS[l] : forms !== 1) bad.push(`${key}: ${l} has ${forms} forms, ${plural ? PLURALS[l] : 1} needed`)
      if (by.en && holes(by[l]) !== holes(by.en)) bad.push(`${key}: ${l} has other holes than en`)
    }
  }
  return bad
}

export function readAll(root) {
  const all = new Map()
  const dir = join(root, 'console/texts')
  for (const f of readdirSync(dir).filter((f) => f.endsWith('.txt')).sort())
    for (const [k, v] of readBlocks(readFileSync(join(dir, f), 'utf8'), f)) {
      if (all.has(k)) throw new Error(`${f}: ${k} stands in another file too`)
      all.set(k, v)
    }
  for (const l of LANGUAGES)
    for (const line of ['', 'network.'].flatMap((f) => readFileSync(join(root, `policy/texts/${f}${l}.txt`), 'utf8').split('\n'))) {
      const m = /^([a-z0-9_.]+) = (.*\S)\s*$/.exec(line)
      if (!m || !SHARED.test(m[1])) continue
      if (!all.has(m[1])) all.set(m[1], {})
      all.get(m[1])[l] ??= m[2]
    }
  return all
}

// What the server says in English, with its key (src/base/refusal.ts).
export const refusals = (all) => [...all].filter(([k]) => k.startsWith('refusal.')).map(([k, by]) => [k, by.en])

export function writeAll(root, gen) {
  const all = readAll(root)
  const bad = faults(all)
  if (bad.length) throw new Error('console/texts:\n  ' + bad.join('\n  '))
  mkdirSync(gen, { recursive: true })
  for (const l of LANGUAGES)
    writeFileSync(join(gen, `texts.${l}.json`), JSON.stringify(Object.fromEntries([...all].map(([k, v]) => [k, v[l]]))))
  writeFileSync(join(gen, 'refusals.ts'), `import type { Key } from './keys'\nexport const refusals: [Key, string][] = ${JSON.stringify(refusals(all))}\n`)
  writeFileSync(join(gen, 'keys.ts'), 'export type Key =\n' + [...all.keys()].sort().map((k) => `  | '${k}'`).join('\n') + '\n')
  return all
}
