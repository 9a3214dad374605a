// Every page and every dialog of the desk over the mock, in both directions, both widths and both themes: no fault of axe, nothing wider
// than its window, no script error, no call to another host; and, when asked for, a picture of each to be looked at.
//
//     node test/pages.mjs [ALL | fr | dark | 3840 | name…]    ALL: every language, theme and width, 4K among them, or those
//                                                              that are named; with any word, pictures are taken
import { join } from 'node:path'
import { MARKUP, serve } from '../dev/mock.mjs'
import { axe, done, equal, open_browser, open_window, overflow, pictures, shots, test, truth, unrest } from './lib.mjs'
import { says } from './desk.mjs'

const args = process.argv.slice(2)
const EVERY = { lang: ['en', 'fr', 'ar'], theme: ['light', 'dark'], width: ['360', '1280', '3840'] }
const asked = (kind) => (EVERY[kind].some((x) => args.includes(x)) ? EVERY[kind].filter((x) => args.includes(x)) : EVERY[kind])
const words_of_looks = ['ALL', ...Object.values(EVERY).flat()]
const picture = args.length > 0
const only = args.filter((a) => !words_of_looks.includes(a))
const LOOKS = args.some((a) => words_of_looks.includes(a))
  ? asked('lang').flatMap((lang) => asked('theme').flatMap((theme) => asked('width').map((w) => ({ lang, theme, width: Number(w), height: { 360: 740, 1280: 800, 3840: 2160 }[w] }))))
  : [
      { lang: 'ar', theme: 'light', width: 1440, height: 900, motion: true },
      { lang: 'ar', theme: 'dark', width: 360, height: 740 },
      { lang: 'en', theme: 'light', width: 1440, height: 900 },
      { lang: 'en', theme: 'dark', width: 360, height: 740 },
    ]
/* Of these four the first and the last differ in language, theme and width, and so do the two between: each dialog is seen in
 * one of the pairs, and all of them in all looks that are asked for by name. */
const seen_in = (look, n) => args.length > 0 || [0, 3].includes(LOOKS.indexOf(look)) === (n % 2 === 0)

/* Opened by its button, whose words are `key`, or by a shortcut. */
const opens = (key, more) => async (page, lang) => {
  await page.getByRole('button', { name: says(lang, key) }).first().click()
  await page.waitForSelector('dialog[open]')
  await more?.(page, lang)
}
const key = (k) => async (page) => {
  await page.keyboard.press(k)
  await page.waitForSelector('dialog[open]')
}
const sends = async (page) => {
  await page.locator('dialog button[type=submit]').click()
  await page.waitForSelector('dialog .copy-me')
}
const fills = async (page, words) => {
  for (const [i, w] of words.entries()) await page.locator('main input:not([type=checkbox]), main textarea').nth(i).fill(w)
}

/* name, address, and how: out (signed out), then (what is done there), before and after (to the mock's world), dialog. */
function pages_of({ desk }) {
  const posts = desk.w.items
  const clip = posts.find((x) => x.kind === 'video' && x.category === 'terror.propaganda' && x.findings.some((f) => f.reference?.negative)) ?? posts[3]
  const seen = posts.find((x) => x.seen && x.kind === 'video') ?? clip
  const words = posts.find((x) => x.category === 'privacy.doxxing')
  const html = posts.find((x) => x.caption.includes('onerror'))
  const waiting = desk.appeals.find((a) => a.state === 'waiting')
  const answered = desk.appeals.find((a) => a.state === 'overturned')
  const second = desk.decisions.find((d) => d.state === 'awaiting_second')
  const stands = desk.decisions.find((d) => d.state === 'in_force' && d.measure === 'content.remove')
  const report = desk.reports[0]
  const me = desk.people[0]
  const dialog = true
  const due_in = (x, minutes) => (x.deadline_us = (Date.now() + minutes * 60e3) * 1000)
  const pin = (way) => async (p) => (await fills(p, ['730194']), await p.keyboard.press('Enter'), await p.waitForSelector(way))
  const pages = [
    ['sign-in', '', { out: true }],
    ['sign-in-refused', '', { out: true, then: async (p) => (await fills(p, ['nobody', 'short']), await p.keyboard.press('Enter'), await p.waitForSelector('[role=alert]')) }],
    ['code', '', { out: true, then: async (p) => (await fills(p, ['amina', 'a sentence of words']), await p.keyboard.press('Enter'), await p.waitForSelector('input[autocomplete=one-time-code]')) }],
    ['setup', 'setup/ONCE', { out: true }],
    ['invite', 'invite/INVITED', { out: true, then: (p) => fills(p, ['a sentence of words', 'another one']) }],
    ['enrol', 'setup/ONCE', { out: true, then: async (p) => (await fills(p, ['first', 'الأولى', 'a sentence of words', 'a sentence of words']), await p.keyboard.press('Enter'), await p.waitForSelector('svg.qr'), await p.locator('details summary').click()) }],
    ['queue', 'queue'],
    ['queue-empty', 'queue?category=harassment.child&platform=file'],
    ['item-clip', `item/${clip.post}`],
    ['item-clear', `item/${clip.post}`, { then: async (p) => (await p.waitForSelector('.frame.own .shown'), await p.keyboard.press('b'), await p.keyboard.press('r')) }],
    ['item-film', `item/${clip.post}`, { then: async (p) => (await p.waitForSelector('.frame.own .shown'), await p.keyboard.press('p'), await p.waitForSelector('video')) }],
    ['item-words', `item/${words.post}`, { then: (p) => p.keyboard.press('2') }],
    ['item-statement', `item/${words.post}`, { then: async (p, l) => (await p.keyboard.press('3'), await p.getByText(says(l, 'decide.more')).click()) }],
    ['item-html', `item/${html.post}`],
    ['item-seen', `item/${seen.post}`],
    ['item-again', `item/${seen.post}`, { dialog, then: key('t') }],
    ['item-taken', `item/${posts[8].post}`],
    ['item-escalate', `item/${words.post}`, { dialog, then: key('e') }],
    ['item-snooze', `item/${words.post}`, { dialog, before: () => due_in(words, 600), then: async (p) => (await key('s')(p), due_in(words, 1), await p.locator('dialog button[type=submit]').click(), await p.waitForSelector('dialog [role=alert]')) }],
    ['item-snooze-never', `item/${words.post}`, { dialog, before: () => due_in(words, 10), then: async (p) => (await key('s')(p), await p.waitForSelector('dialog .notice')) }],
    ['item-hand-over', `item/${words.post}`, { dialog, then: async (p) => (await key('h')(p), await p.waitForSelector('dialog select')) }],
    ['item-graph', `item/${clip.post}`, { then: async (p) => (await p.locator('.item-deep .button').first().click(), await p.waitForSelector('.graph'), await p.locator('.item-deep').scrollIntoViewIfNeeded()) }],
    ['item-history', `item/${clip.post}`, { then: async (p) => (await p.locator('.item-deep .button').last().click(), await p.waitForSelector('.steps'), await p.locator('.steps summary').first().click()) }],
    ['search', 'search?q=راية'],
    ['search-empty', 'search?q=zzzz'],
    ['account', `account/${clip.account.id}`],
    ['account-list', `account/${clip.account.id}`, { then: async (p, l) => (await p.getByRole('button', { name: says(l, 'graph.list'), exact: true }).click(), await p.waitForSelector('.ties')) }],
    ['decisions', 'decisions?view=all'],
    ['decision-second', `decision/${second.id}`],
    ['second-dialog', `decision/${second.id}`, { dialog, then: opens('second.give') }],
    ['reverse-dialog', `decision/${stands.id}`, { dialog, then: opens('reverse.give') }],
    ['link-dialog', `decision/${stands.id}`, { dialog, then: opens('appeal_link.give', (p) => p.waitForSelector('dialog .copy-me')) }],
    ['appeals', 'appeals'],
    ['appeal', `appealed/${waiting.id}`],
    ['reports', 'reports'],
    ['cases', 'cases'],
    ['case', 'case/c-2026-0007'],
    ['dashboard', 'dashboard'],
    ['quality', 'quality'],
    ['golden', 'golden'],
    ['golden-add', 'golden', { dialog, then: opens('golden.add') }],
    ['adjudications', 'adjudications'],
    ['policies', 'policies'],
    ['policy', `policy/${desk.policies[1].version}`, { then: async (p) => (await p.locator('.page-head .button').first().click(), await p.waitForSelector('.figures')) }],
    ['policy-add', 'policies', { dialog, then: opens('policies.add', (p) => p.waitForFunction(() => document.querySelector('dialog .source textarea')?.value.length > 100)) }],
    ['policy-publish', `policy/${desk.policies[1].version}`, { dialog, then: async (p, l) => (await p.getByRole('button', { name: says(l, 'policies.backtest') }).click(), await p.waitForSelector('.versus'), await opens('policies.publish')(p, l)) }],
    ['policy-rollback', 'policies', { dialog, then: opens('policies.rollback') }],
    ['audit', 'audit'],
    ['people', 'people'],
    ['people-invite', 'people', { dialog, then: opens('people.invite') }],
    ['people-change', 'people', { dialog, then: opens('people.change') }],
    ['people-invited', 'people', { dialog, then: opens('people.invite', async (p) => (await p.locator('dialog input').first().fill('sami' + desk.people.length), await p.locator('dialog input').nth(1).fill('سامي'), await sends(p))), after: () => desk.people.pop() }],
    ['roles', 'roles'],
    ['keys', 'keys'],
    ['key-add', 'keys', { dialog, then: opens('keys.add') }],
    ['key-made', 'keys', { dialog, then: opens('keys.add', async (p) => (await p.locator('dialog input').first().fill('منصة'), await sends(p))), after: () => desk.keys.pop() }],
    ['key-end', 'keys', { dialog, then: opens('keys.end') }],
    ['care', 'care'],
    ['settings', 'settings'],
    ['shortcuts', `item/${words.post}`, { dialog, then: key('?') }],
    ['menu', 'queue', { dialog, then: async (p) => (await p.locator('.menu-button').isVisible()) && (await p.locator('.menu-button').click()) }],
    ['missing', 'nowhere'],
    ['gone', `item/${'0'.repeat(32)}`],
    ['forbidden', 'people', { before: () => (me.roles = ['reviewer']), after: () => (me.roles = ['lead', 'admin', 'officer', 'auditor', 'reviewer']) }],
    ['break', 'queue', { dialog, before: () => (me.care.break_until_us = Date.now() * 1000 + 8 * 60e6), after: () => delete me.care.break_until_us }],
    ['public-appeal', `appeal/${waiting.decision.id.slice(0, 16)}`, { out: true, then: pin('.facts') }],
    ['public-appeal-pin', `appeal/${waiting.decision.id.slice(0, 16)}`, { out: true, then: async (p) => (await fills(p, ['1']), await p.keyboard.press('Enter'), await p.waitForSelector('[role=alert]')) }],
    ['public-appeal-form', `appeal/${stands.id.slice(0, 16)}`, { out: true, before: () => (desk.kept = desk.appeals, desk.appeals = []), then: pin('textarea'), after: () => (desk.appeals = desk.kept) }],
    ['public-appeal-answered', `appeal/${answered.decision.id.slice(0, 16)}`, { out: true, then: pin('.notice') }],
    ['public-report', 'report', { out: true }],
    ['public-reported', 'report', { out: true, after: () => desk.reports.shift(), then: async (p) => (await fills(p, ['https://example.org/v/1', 'يؤذي جيراننا']), await p.locator('main select').last().selectOption('hate'), await p.locator('main input[type=checkbox]').check(), await p.locator('main button[type=submit]').click(), await p.waitForSelector('.secret')) }],
    ['public-status', 'report/status', { out: true, then: async (p) => (await fills(p, [report.number, report.pin]), await p.keyboard.press('Enter'), await p.waitForSelector('.card h2')) }],
  ]
  return pages
}

async function sign_in(page, url) {
  await page.goto(url + '/#/')
  await page.locator('input[autocomplete=username]').fill('amina')
  await page.locator('input[type=password]').fill('a sentence of words')
  await page.keyboard.press('Enter')
  await page.locator('input[autocomplete=one-time-code]').fill('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.shell')
}

const browser = await open_browser()

/* One look at everything, over a world of its own. */
async function look_at(look) {
  const mock = await serve()
  const page = await open_window(browser, look)
  const name_of = (n) => `${n}-${look.lang}-${look.width}-${look.theme}`
  let inside = false
  for (const out of [true, false])
    for (const [n, [name, hash, how = {}]] of pages_of(mock).entries()) {
      if (!!how.out !== out || (only.length && !only.includes(name)) || (how.dialog && !seen_in(look, n))) continue
      await test(name_of(name), async () => {
        if (!inside) await page.context().clearCookies()
        if (!out && !inside) {
          await sign_in(page, mock.url)
          inside = true
        }
        how.before?.()
        page.faults.length = 0
        try {
          await page.goto('about:blank')
          await page.goto(`${mock.url}/#/${hash}`)
          await page.waitForSelector('#title')
          await page.waitForFunction(() => !document.querySelector('.turning'))
          await how.then?.(page, look.lang)
          const wide = await overflow(page)
          if (picture) await page.screenshot({ path: join(shots, name_of(name) + '.png'), fullPage: !how.dialog })
          /* What the head of a scrolled page, or the edge of a scrolled form, half covers is no small target. */
          await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.decide-card, .decide-card *')].forEach((e) => e.scrollTo(0, 0)))
          equal(await axe(page), [], 'axe:')
          equal(wide, 0, 'wider than its window by')
          if (look.motion && !how.then) equal(await unrest(page), [], 'at rest it')
          equal(page.faults, [])
        } finally {
          how.after?.()
        }
      })
    }
  await page.context().close()
  mock.close()
}

/* Markup in every text that the interface brings: shown wherever it stands, run nowhere. */
async function look_for_scripts() {
  const mock = await serve()
  const page = await open_window(browser, { lang: 'en', width: 1280, height: 800 })
  let shown = 0
  await test('markup in every text of every page is shown and never run', async () => {
    await sign_in(page, mock.url)
    mock.desk.hostile = true
    for (const [name, hash, how = {}] of pages_of(mock)) {
      if (how.then || how.before || name === 'setup') continue
      await page.goto('about:blank')
      await page.goto(`${mock.url}/#/${hash}`)
      await page.waitForSelector('#title')
      await page.waitForFunction(() => !document.querySelector('.turning'))
      const found = await page.evaluate((m) => [document.querySelectorAll('main img[src="x"], main script').length, document.querySelector('main').innerHTML.includes('<img src="x"'), document.querySelector('main').textContent.includes(m)], MARKUP)
      equal(found.slice(0, 2), [0, false], name)
      equal(page.faults, [], name)
      shown += found[2] ? 1 : 0
    }
    truth(shown >= 15, `${shown} pages showed it`)
  })
  await page.context().close()
  mock.close()
}
if (!only.length) await look_for_scripts()

/* Two at a time: that is as many cores as there are. */
const left = [...LOOKS]
const look_on = async () => {
  for (let look; (look = left.shift()); ) await look_at(look)
}
await Promise.all([look_on(), look_on()])

if (pictures) {
  const mock = await serve()
  const { desk } = mock
  const clip = desk.w.items.find((x) => x.kind === 'video' && x.category === 'terror.propaganda' && x.findings.some((f) => f.reference?.negative))
  const waiting = desk.appeals.find((a) => a.state === 'waiting')
  for (const [name, hash, look] of [
    ['figures', 'dashboard', { lang: 'en', theme: 'dark', width: 1280, height: 800 }],
    ['phone', `item/${clip.post}`, { lang: 'ar', theme: 'dark', width: 390, height: 800 }],
    ['group', `account/${clip.account.id}`, { lang: 'fr', theme: 'light', width: 1280, height: 800 }],
    ['appeal', `appeal/${waiting.decision.id.slice(0, 16)}`, { lang: 'fr', theme: 'light', width: 1280, height: 800 }],
  ]) {
    const page = await open_window(browser, look)
    if (name === 'appeal') desk.appeals = []
    else await sign_in(page, mock.url)
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
  mock.close()
}
await browser.close()
process.exit(done())
