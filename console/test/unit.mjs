// What needs no browser: texts, marks, types of the API, the closed lists.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { faults, readAll, readBlocks, refusals } from '../tools/texts.mjs'
import { apiTypes, typeOf } from '../tools/api-types.mjs'
import { done, equal, root, test, truth } from './lib.mjs'

const here = join(root, 'console')
const source = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? source(join(dir, e.name)) : /\.tsx?$/.test(e.name) ? [readFileSync(join(dir, e.name), 'utf8')] : []))
const code = source(join(here, 'src')).join('\n')

/* A module of src, bundled for node with the browser's few words that it touches. */
async function load(path) {
  const r = await esbuild.build({ entryPoints: [join(here, path)], bundle: true, format: 'esm', write: false, platform: 'node', tsconfig: join(here, 'tsconfig.json'), jsx: 'automatic', jsxImportSource: 'preact',
    banner: { js: 'globalThis.navigator ??= {}; globalThis.location ??= { hash: "" }; globalThis.window ??= { addEventListener() {} }; globalThis.document ??= { addEventListener() {}, documentElement: {} }; globalThis.localStorage ??= { getItem() {} };' } })
  return import('data:text/javascript;base64,' + Buffer.from(r.outputFiles[0].text).toString('base64'))
}

await test('every text stands in three languages with the same holes and all plural forms', () => equal(faults(readAll(root)), []))
await test('a missing language, hole or plural form is told', () => {
  const of = (t) => faults(readBlocks(t, 'x'))
  equal(of('a.b\n  en {0} x\n  fr {0} x\n'), ['a.b: no ar'])
  equal(of('a.b\n  en {0}\n  fr x\n  ar {0}\n'), ['a.b: fr has other holes than en'])
  equal(of('a.b\n  en x|y\n  fr x\n  ar x\n'), ['a.b: fr has 1 forms, 2 needed', 'a.b: ar has 1 forms, 6 needed'])
})
await test('every key of the console’s own texts is used', () => {
  const own = readdirSync(join(here, 'texts')).flatMap((f) => [...readBlocks(readFileSync(join(here, 'texts', f), 'utf8'), f).keys()])
  const prefixes = [...code.matchAll(/named\('([a-z_.]+)'/g)].map((m) => m[1] + '.').concat(['error.', 'measure.', 'escalate.', 'snooze.', 'hand.', 'again.', 'dashboard.', 'refusal', 'member.', 'thing.'])
  equal(own.filter((k) => !code.includes(`'${k}'`) && !prefixes.some((p) => k.startsWith(p))), [])
})
await test('the closed lists are those of the API', () => {
  const doc = JSON.parse(readFileSync(join(root, 'src/serve/openapi.json'), 'utf8'))
  const lists = readFileSync(join(here, 'src/desk/lists.ts'), 'utf8')
  const all = readAll(root)
  const named = { Category: 'category', Measure: 'measure', Permission: 'permission', Role: 'role', Scope: 'scope_of_key' }
  for (const [schema, prefix] of Object.entries(named))
    for (const v of doc.components.schemas[schema].enum) {
      truth(lists.includes(`'${v}'`), `${schema} ${v} is not in lists.ts`)
      truth(all.has(`${prefix}.${v}`), `no text for ${prefix}.${v}`)
    }
})
/* What the server can say when it refuses: the words of these calls in its source, with what their holes may hold. */
function said_by_the_server() {
  const words = { in_bad: 2, call_fail: 4, review_fail: 2, error_set: 3 }
  const out = []
  for (const dir of ['src/serve', 'src/review'])
    for (const f of readdirSync(join(root, dir)).filter((f) => f.endsWith('.c') && !['taxii.c', 'tls.c', 'http.c'].includes(f))) {
      const text = readFileSync(join(root, dir, f), 'utf8')
      for (const m of text.matchAll(/\b(in_bad|call_fail|review_fail|error_set)\(((?:"(?:[^"\\]|\\.)*"|[^"()]|\((?:"(?:[^"\\]|\\.)*"|[^"()]|\([^()]*\))*\))*)\)/g)) {
        const all = [...m[2].matchAll(/(?:"(?:[^"\\]|\\.)*"|\((?:"(?:[^"\\]|\\.)*"|[^"()]|\([^()]*\))*\)|[^",()])+/g)].map((x) => x[0])
        const strings = [...(all[words[m[1]]] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((x) => x[1]).join('')
        if (strings) out.push([f, strings.replace(/\\"/g, '"')])
      }
    }
  return out
}
/* For programs alone, which read English; for nobody's eyes; or words that come from elsewhere. */
const NOT_TO_PEOPLE = [/^no memory/, /^%s$/, /^%s: %s$/, /^X-|Content-Type must|has not the scope|this key |a key has at most|a key that may not read|PUT \/api|64 hex digits|texts are there in|^the file has|a file has at most|the file broke off|no file can be kept|^no frame$|^no file$/, /thread does not start|cannot be|does not open/]
await test('what the server says to people is known in their language, word for word', () => {
  const all = said_by_the_server()
  truth(all.length > 120, `${all.length} refusals were found in the source`)
  const known = refusals(readAll(root)).map(([key, en]) => [key, new RegExp('^' + en.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\d\}/g, '.*') + '$')])
  const is_known = (s) => known.some(([, r]) => r.test(s) || r.test(s.replace(/^[%.*\w-]+: /, '')))
  equal([...new Set(all.filter(([, s]) => !NOT_TO_PEOPLE.some((r) => r.test(s)) && !is_known(s)).map((x) => x.join(': ')))], [])
})
await test('types are made of schemas', () => {
  equal(typeOf({ type: 'array', items: { enum: ['a', 'b'] } }), '("a" | "b")[]')
  equal(typeOf({ type: ['string', 'null'] }), 'string | null')
  equal(typeOf({ $ref: '#/components/schemas/X' }), 'X')
  truth(apiTypes({ components: { schemas: { X: { type: 'object', properties: { a: { type: 'integer' } } } } }, paths: {} }).includes('a?: number'), 'optional member')
})
await test('marks divide the words and lose none of them', async () => {
  const { pieces, spans_of } = await load('src/item/marks.tsx')
  const text = 'هادي نمرتها 0600 عيطوليها'
  const spans = [{ from: 5, to: 16, finding: 0 }, { from: 12, to: 25, finding: 1 }]
  const p = pieces(text.length, spans)
  equal(p.map((x) => text.slice(x.from, x.to)).join(''), text)
  equal(p.map((x) => x.findings), [[], [0], [0, 1], [1]])
  const byte = Buffer.byteLength(text.slice(0, 12))
  equal(spans_of([{ places: [{ in: 'text', field: 'caption', index: 0, start: byte, end: byte + 4 }] }], () => true, text), [{ from: 12, to: 16, finding: 0 }], 'bytes of UTF-8')
  equal(spans_of([{ places: [{ in: 'text', index: 0, utf16: [3, 999] }] }], () => true, text), [], 'a place outside the text')
})
await test('hidden characters are shown', async () => {
  const { visible } = await load('src/ui/ui.tsx')
  equal(visible('a\u0000b\u202egnp'), 'a\u2400b\u2423gnp')
  equal(visible('مرحبا\nبك'), 'مرحبا\nبك')
})
await test('the source has no inline style, script or foreign address', () => {
  for (const word of ['dangerouslySetInnerHTML', 'innerHTML', 'eval(', 'style="', 'new Function', 'document.write']) truth(!code.includes(word), word)
  const hosts = [...code.matchAll(/https?:\/\/[^'"` )]+/g)].map((m) => m[0])
  equal(hosts, [])
})
await test('the bundle is small: under 200 kB compressed with every language in it', async () => {
  const { gzipSync } = await import('node:zlib')
  const dist = join(root, 'build/console/dist')
  const files = readdirSync(join(dist, 'assets')).map((f) => join(dist, 'assets', f))
  const size = files.reduce((s, f) => s + gzipSync(readFileSync(f), { level: 9 }).length, 0)
  truth(size < 200_000, `${size} bytes`)
})
process.exit(done())
