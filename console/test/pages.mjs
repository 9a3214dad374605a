// Every page of the desk over the mock, in both directions, both widths and both themes: no fault of axe, nothing wider
// than its window, no script error, no call to another host; and a picture of each to be looked at.
//
//     node test/pages.mjs [ALL | fr | dark | 3840 | name…]    ALL: every language, theme and width, 4K among them, or those
//                                                              that are named
import { join } from 'node:path'
import { serve } from '../dev/mock.mjs'
import { axe, done, equal, open_browser, open_window, overflow, pictures, shots, test, unrest } from './lib.mjs'

const args = process.argv.slice(2)
const EVERY = { lang: ['en', 'fr', 'ar'], theme: ['light', 'dark'], width: ['360', '1280', '3840'] }
const asked = (kind) => (EVERY[kind].some((x) => args.includes(x)) ? EVERY[kind].filter((x) => args.includes(x)) : EVERY[kind])
const words_of_looks = ['ALL', ...Object.values(EVERY).flat()]
const only = args.filter((a) => !words_of_looks.includes(a))
const LOOKS = args.some((a) => words_of_looks.includes(a))
  ? asked('lang').flatMap((lang) => asked('theme').flatMap((theme) => asked('width').map((w) => ({ lang, theme, width: Number(w), height: { 360: 740, 1280: 800, 3840: 2160 }[w] }))))
  : [
      { lang: 'ar', theme: 'light', width: 1440, height: 900, motion: true },
      { lang: 'ar', theme: 'dark', width: 360, height: 740 },
      { lang: 'en', theme: 'dark', width: 1440, height: 900 },
      { lang: 'en', theme: 'light', width: 360, height: 740 },
    ]

const mock = await serve()
const { desk } = mock
const posts = desk.w.items
const clip = posts.find((x) => x.kind === 'video' && x.category === 'terror.propaganda' && x.findings.some((f) => f.reference?.negative)) ?? posts[3]
const seen = posts.find((x) => x.seen && x.kind === 'video') ?? clip
const words = posts.find((x) => x.category === 'privacy.doxxing')
const html = posts.find((x) => x.caption.includes('onerror'))
const waiting = desk.appeals.find((a) => a.state === 'waiting')
const second = desk.decisions.find((d) => d.state === 'awaiting_second')

const key = (k) => async (page) => {
  await page.keyboard.press(k)
  await page.waitForSelector('dialog[open]')
}
const PAGES = [
  ['sign-in', '', { out: true }],
  ['setup', 'setup/ONCE', { out: true }],
  ['queue', 'queue'],
  ['item-clip', `item/${clip.post}`],
  ['item-words', `item/${words.post}`, { then: (p) => p.keyboard.press('2') }],
  ['item-html', `item/${html.post}`],
  ['item-seen', `item/${seen.post}`],
  ['item-taken', `item/${posts[8].post}`],
  ['item-graph', `item/${clip.post}`, { then: async (p) => (await p.locator('.item-deep .button').first().click(), await p.waitForSelector('.graph'), await p.locator('.item-deep').scrollIntoViewIfNeeded()) }],
  ['search', 'search?q=راية'],
  ['account', `account/${clip.account.id}`],
  ['decisions', 'decisions?view=all'],
  ['decision-second', `decision/${second.id}`],
  ['second-dialog', `decision/${second.id}`, { then: async (p) => (await p.locator('.decision .button.primary').click(), await p.waitForSelector('dialog[open]')) }],
  ['appeals', 'appeals'],
  ['appeal', `appealed/${waiting.id}`],
  ['reports', 'reports'],
  ['cases', 'cases'],
  ['case', 'case/c-2026-0007'],
  ['dashboard', 'dashboard'],
  ['quality', 'quality'],
  ['golden', 'golden'],
  ['adjudications', 'adjudications'],
  ['policies', 'policies'],
  ['policy', `policy/${desk.policies[1].version}`, { then: async (p) => (await p.locator('.page-head .button').first().click(), await p.waitForSelector('.figures')) }],
  ['audit', 'audit'],
  ['people', 'people'],
  ['people-invite', 'people', { then: async (p) => (await p.locator('.page-head .button').click(), await p.waitForSelector('dialog[open]')) }],
  ['roles', 'roles'],
  ['keys', 'keys'],
  ['care', 'care'],
  ['settings', 'settings'],
  ['shortcuts', `item/${words.post}`, { then: key('?') }],
  ['menu', 'queue', { then: async (p) => (await p.locator('.menu-button').isVisible()) && (await p.locator('.menu-button').click()) }],
  ['missing', 'nowhere'],
  ['break', 'queue', { before: () => (desk.people[0].care.break_until_us = Date.now() * 1000 + 8 * 60e6), after: () => delete desk.people[0].care.break_until_us }],
  ['public-appeal', `appeal/${waiting.decision.id.slice(0, 16)}`, { out: true, then: async (p) => (await p.locator('input').first().fill('730194'), await p.keyboard.press('Enter'), await p.waitForSelector('.facts')) }],
  ['public-report', 'report', { out: true }],
  ['public-status', 'report/status', { out: true }],
]

async function sign_in(page) {
  await page.goto(mock.url + '/#/')
  await page.locator('input[autocomplete=username]').fill('amina')
  await page.locator('input[type=password]').fill('a sentence of words')
  await page.keyboard.press('Enter')
  await page.locator('input[autocomplete=one-time-code]').fill('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.shell')
}

const browser = await open_browser()
for (const look of LOOKS) {
  const page = await open_window(browser, look)
  const name_of = (n) => `${n}-${look.lang}-${look.width}-${look.theme}`
  let inside = false
  for (const out of [true, false])
    for (const [name, hash, how = {}] of PAGES) {
      if (!!how.out !== out || (only.length && !only.includes(name))) continue
      await test(name_of(name), async () => {
        if (!out && !inside) {
          await sign_in(page)
          inside = true
        }
        how.before?.()
        page.faults.length = 0
        await page.goto('about:blank')
        await page.goto(`${mock.url}/#/${hash}`)
        await page.waitForSelector('#title')
        await page.waitForFunction(() => !document.querySelector('.turning'))
        await how.then?.(page)
        const wide = await overflow(page)
        await page.screenshot({ path: join(shots, name_of(name) + '.png'), fullPage: !['break', 'shortcuts', 'second-dialog', 'people-invite', 'menu'].includes(name) })
        how.after?.()
        /* What the head of a scrolled page half covers is no small target. */
        await page.evaluate(() => scrollTo(0, 0))
        equal(await axe(page), [], 'axe:')
        equal(wide, 0, 'wider than its window by')
        if (look.motion) equal(await unrest(page), [], 'at rest it')
        equal(page.faults, [])
      })
    }
  await page.context().close()
}
if (pictures)
  for (const [name, hash, look] of [
    ['figures', 'dashboard', { lang: 'en', theme: 'dark', width: 1280, height: 800 }],
    ['phone', `item/${clip.post}`, { lang: 'ar', theme: 'dark', width: 390, height: 800 }],
    ['group', `account/${clip.account.id}`, { lang: 'fr', theme: 'light', width: 1280, height: 800 }],
    ['appeal', `appeal/${waiting.decision.id.slice(0, 16)}`, { lang: 'fr', theme: 'light', width: 1280, height: 800 }],
  ]) {
    const page = await open_window(browser, look)
    if (name === 'appeal') desk.appeals = []
    else await sign_in(page)
    await page.goto(`${mock.url}/#/${hash}`)
    await page.waitForFunction(() => document.getElementById('title') && !document.querySelector('.turning'))
    if (name === 'appeal') {
      await page.locator('input').first().fill('730194')
      await page.keyboard.press('Enter')
      await page.waitForSelector('textarea')
    }
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(pictures, name + '.png') })
  }
await browser.close()
mock.close()
process.exit(done())
