// What the tests of the console share: Debian's Chromium, signing in, looking for faults, counting.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createHmac } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const shots = join(root, 'build/console/shots')
/* With MARSAD_PICTURES the pictures of the README are made anew. */
export const pictures = process.env.MARSAD_PICTURES ? join(root, 'docs/pictures') : null
/* To try the tests themselves. MARSAD_SLOW=20: the pages run as on a machine twenty times slower. MARSAD_JITTER=800: what a page
 * asks is up to 800 ms late on its way to the server, and the answer on its way back, and so is every piece of news; MARSAD_SEED
 * has the same chances again. */
const slow = Number(process.env.MARSAD_SLOW ?? 1)
const jitter = Number(process.env.MARSAD_JITTER ?? 0)
let seed = Number(process.env.MARSAD_SEED ?? Date.now() % 1e6)
if (jitter > 0 || slow > 1) console.log(`slow: ${slow} times, up to ${jitter} ms a request, seed ${seed}`)
mkdirSync(shots, { recursive: true })

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const BROWSERS = [process.env.MARSAD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function open_browser() {
  const path = BROWSERS.find((b) => b && existsSync(b))
  if (!path) {
    console.log('no Chromium: install the Debian package chromium, or name one in MARSAD_CHROMIUM')
    process.exit(77)
  }
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none'] })
}

/* In the page: half of all is at once, and the other half late. */
function be_late({ jitter, seed }) {
  const late = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed & 0x10000 ? 0 : (seed / 0x7fffffff) * jitter
  }
  const wait = () => new Promise((r) => setTimeout(r, late()))
  const { fetch } = globalThis
  globalThis.fetch = async (...asked) => {
    await wait()
    const answer = await fetch(...asked)
    await wait()
    return answer
  }
  const { addEventListener } = EventSource.prototype
  EventSource.prototype.addEventListener = function (kind, f) {
    addEventListener.call(this, kind, (e) => setTimeout(f, late(), e))
  }
}

/* To another address. Where that is another page of the one document, it has begun when this returns: nothing that is looked for
 * then is found on the page before. */
async function go_to(page, goto, to, ...how) {
  const from = await page.evaluate(() => ((globalThis.marsad_turned = false), location.href)).catch(() => '')
  const answer = await goto(to, ...how)
  const { href } = new URL(to)
  if (from !== href && from.split('#')[0] === href.split('#')[0]) await page.waitForFunction(() => globalThis.marsad_turned !== false)
  return answer
}

/* A window of its own with nothing stored but these choices. Whatever the page logs as an error, throws, asks another
 * host for or has refused by its Content-Security-Policy is kept in `window.faults`. */
export async function open_window(browser, { lang = 'en', theme = 'light', width = 1440, height = 900, motion = false, extra = {} } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: { en: 'en-GB', fr: 'fr-FR', ar: 'ar-MA' }[lang], reducedMotion: motion ? 'no-preference' : 'reduce', hasTouch: width < 700 })
  /* What the page's own policy refuses is told by the page itself too, whatever becomes of the console's line. */
  await context.exposeBinding('marsad_refused', ({ page }, what) => page.faults?.push(`refused by the content policy: ${what}`))
  await context.addInitScript((p) => {
    const frame = globalThis.requestAnimationFrame
    globalThis.marsad_frames = 0
    globalThis.requestAnimationFrame = (f) => (globalThis.marsad_frames++, frame(f))
    globalThis.marsad_turned = true
    addEventListener('hashchange', () => (globalThis.marsad_turned = true))
    addEventListener('securitypolicyviolation', (e) => globalThis.marsad_refused(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))
    if (location.protocol === 'http:' && !localStorage.getItem('marsad.prefs')) localStorage.setItem('marsad.prefs', JSON.stringify(p))
  }, { lang, theme, ...extra })
  if (jitter > 0) await context.addInitScript(be_late, { jitter, seed: seed++ })
  const page = await context.newPage()
  const goto = page.goto.bind(page)
  page.goto = (...to) => go_to(page, goto, ...to)
  /* What a condition waits for comes late on a small machine, and is no fault for that. */
  page.setDefaultTimeout(90_000)
  if (slow > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow })
  page.faults = []
  windows.push(page)
  page.on('pageerror', (e) => page.faults.push(`thrown: ${e.message}`))
  page.on('console', (m) => {
    if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) page.faults.push(`console: ${m.text()}`)
  })
  /* For whoever reads why a test failed: what the server refused last. */
  page.refused = []
  page.on('response', (r) => r.status() >= 400 && page.refused.push(`${r.status()} ${r.request().method()} ${new URL(r.url()).pathname}`))
  page.on('requestfailed', (r) => page.refused.push(`${r.failure()?.errorText} ${r.method()} ${new URL(r.url()).pathname}`))
  page.on('dialog', (d) => {
    page.faults.push(`a script ran: ${d.message()}`)
    void d.dismiss()
  })
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (!['127.0.0.1', 'localhost'].includes(u.hostname) && !['data:', 'blob:'].includes(u.protocol)) page.faults.push(`another host: ${r.url()}`)
  })
  return page
}

export async function axe(page) {
  const has = await page.evaluate(() => typeof window.axe !== 'undefined')
  /* Through the debugger, as the page's own policy lets no script in. */
  if (!has) await page.evaluate(AXE)
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }),
  )
  return found.violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => `${v.id}: ${n.target.join(' ')} · ${(n.failureSummary ?? '').split('\n').slice(1, 3).join(' ').trim()}`))
}

/* A page at rest does nothing: it asks for nothing, draws no frame after frame, and nothing on it moves without end. What loading
 * began comes to its end first, late on a small machine: it is looked at a few times until it rests, each time for longer than a turn
 * of the clock of deadlines. Returns what it did. */
export async function unrest(page) {
  let asked = 0
  let did
  const count = () => asked++
  const look = () => page.evaluate(() => ({ frames: globalThis.marsad_frames, endless: document.getAnimations().filter((a) => a.playState === 'running' && a.effect?.getComputedTiming().iterations === Infinity).length }))
  page.on('request', count)
  for (let i = 0; i < 6; i++) {
    asked = 0
    const before = await look()
    await page.waitForTimeout(1100)
    const after = await look()
    did = [asked && `asked ${asked} times`, after.frames - before.frames > 6 && `drew ${after.frames - before.frames} frames`, after.endless && 'moves without end'].filter(Boolean)
    if (!did.length) break
  }
  page.off('request', count)
  return did
}

/* How far the page is wider than its window; 0 when all is well. */
export const overflow = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))

export function totp(secret, at = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let bits = ''
  for (const c of secret.replace(/[\s=]/g, '').toUpperCase()) bits += alphabet.indexOf(c).toString(2).padStart(5, '0')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)))
  const h = createHmac('sha1', key).update(step).digest()
  const o = h[19] & 15
  return String((h.readUInt32BE(o) & 0x7fffffff) % 1e6).padStart(6, '0')
}

/* ---- counting ---- */

const windows = []

const results = { passed: 0, failed: 0, skipped: 0 }
const passed = new Set()
/* A test that goes on where another ended names it in `needs`; where that one did not pass, this one is not tried. */
export async function test(name, f, ...needs) {
  const lacking = needs.filter((n) => !passed.has(n))
  if (lacking.length) return skip(name, `needs “${lacking.join('”, “')}”, which did not pass`)
  const from = Date.now()
  try {
    await f()
    results.passed++
    passed.add(name)
    console.log(`ok       ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
  } catch (e) {
    results.failed++
    /* What stood on the screen then. */
    for (const [i, w] of windows.filter((p) => !p.isClosed()).entries())
      await w.screenshot({ path: join(shots, `failed-${basename(process.argv[1], '.mjs')}-${results.failed}-${i}.png`), timeout: 3000 }).catch(() => undefined)
    const said = String(e?.stack ?? e).replace(/\x1b\[\d+m/g, '')
    console.log(`FAILED   ${name}\n    ${said.split('\n').slice(0, 24).join('\n    ')}`)
    for (const p of windows.filter((w) => !w.isClosed()))
      console.log(`    ${p.url()} · ${[...p.faults, ...p.refused].slice(-12).join(' · ') || 'nothing was refused'}`)
  }
}
export function skip(name, why) {
  results.skipped++
  console.log(`skipped  ${name}: ${why}`)
}
export const done_so_far = () => results
export function done() {
  console.log(`${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`)
  return results.failed ? 1 : 0
}
export function equal(a, b, what = '') {
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${what} ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`)
}
export function truth(x, what) {
  if (!x) throw new Error(what)
}
/* For what no selector tells. */
export async function until(is, what) {
  for (const end = Date.now() + 90_000; !(await is()); ) {
    if (Date.now() > end) throw new Error(`not within 90 s: ${what}`)
    await new Promise((r) => setTimeout(r, 50))
  }
}
