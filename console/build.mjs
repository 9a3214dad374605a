// Makes the console: build/console/dist, a folder of hashed files and index.html (README.md has the contract).
//
//     node build.mjs [--dev]    --dev: readable, with source maps
import * as esbuild from 'esbuild'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAll } from './tools/texts.mjs'
import { writeApi } from './tools/api-types.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
const out = join(root, 'build/console/dist')
const gen = join(root, 'build/console/gen')
const dev = process.argv.includes('--dev')

writeAll(root, gen)
writeApi(join(root, 'src/serve/openapi.json'), join(gen, 'api.ts'))
if (process.argv.includes('--gen')) process.exit(0)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

const result = await esbuild.build({
  entryPoints: [join(here, 'src/main.tsx'), join(here, 'styles/main.css')],
  tsconfig: join(here, 'tsconfig.json'),
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome105', 'firefox121', 'safari16'],
  minify: !dev,
  sourcemap: dev,
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'file' },
})

const made = Object.entries(result.metafile.outputs).map(([path, o]) => ({ path: relative(out, join(process.cwd(), path)), entry: o.entryPoint ?? '' }))
const js = made.find((m) => m.entry.endsWith('main.tsx')).path
const css = made.find((m) => m.entry.endsWith('main.css')).path
const icon = readFileSync(join(here, 'src/icon.svg'))
writeFileSync(join(out, 'icon.svg'), icon)
writeFileSync(
  join(out, 'index.html'),
  readFileSync(join(here, 'src/index.html'), 'utf8').replace('{{js}}', '/' + js).replace('{{css}}', '/' + css),
)

let plain = 0
let packed = 0
const sizes = []
for (const f of ['index.html', 'icon.svg', ...readdirSync(join(out, 'assets')).map((f) => 'assets/' + f)]) {
  if (f.endsWith('.map') || !existsSync(join(out, f)) || !statSync(join(out, f)).isFile()) continue
  const bytes = readFileSync(join(out, f))
  const gz = gzipSync(bytes, { level: 9 }).length
  plain += bytes.length
  packed += gz
  sizes.push(`${String(bytes.length).padStart(8)} ${String(gz).padStart(7)} gz  ${f}`)
}
console.log(sizes.join('\n'))
console.log(`${plain} bytes, ${packed} compressed`)
