// The flows of the desk, as people walk them, over a server: the mock's (flows.mjs) or the real one (real.mjs). Words are
// looked up in the texts that the console is built with, so that each flow runs in any language.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equal, root, truth } from './lib.mjs'

const LANG_TEXTS = {}
export function says(lang, key, ...args) {
  LANG_TEXTS[lang] ??= JSON.parse(readFileSync(join(root, `build/console/gen/texts.${lang}.json`), 'utf8'))
  const text = LANG_TEXTS[lang][key]
  if (text === undefined) throw new Error(`no text ${key}`)
  return text.replace(/\{(\d)\}/g, (_, i) => args[i] ?? '')
}

/* Escape closes what is open, and nothing goes on before it is gone. */
export async function close_dialog(page) {
  await page.waitForSelector('dialog[open]')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
}

export const button = (page, lang, key) => page.getByRole('button', { name: says(lang, key) }).first()

export async function sign_in(page, url, lang, who) {
  await page.goto(url + '/#/')
  await page.getByLabel(says(lang, 'enter.login')).fill(who.login)
  await page.getByLabel(says(lang, 'enter.password'), { exact: true }).fill(who.password)
  await page.keyboard.press('Enter')
  const code = page.getByLabel(says(lang, 'enter.code'), { exact: true })
  await code.waitFor()
  await code.fill(await who.code())
  await page.keyboard.press('Enter')
  await page.waitForSelector('.shell')
}

/* Keys alone from here: whatever is reached by them has the focus. */
export const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute('href') ?? document.activeElement?.getAttribute('value') ?? document.activeElement?.tagName)

/* A post of the queue, from the n-th on, whose time to undo is not cut short by its deadline meanwhile, on a slow machine too. */
export async function unhurried(page, n) {
  const { items } = await ask(page, 'queue?limit=50')
  const left = (x) => x.deadline_us / 1000 - Date.now()
  const x = items.find((y, i) => i >= n && y.state === 'open' && (!y.hard || left(y) < 0 || left(y) > 180e3))
  truth(x, 'a post whose deadline is not in these minutes')
  return x.post
}

/* The n-th post of a category, or the last, that nobody else has taken. */
export async function free_post(page, category, n) {
  const { items } = await ask(page, `queue?limit=50&category=${category}`)
  const free = items.filter((x) => ['open', 'mine'].includes(x.state))
  truth(free.length, `a post of ${category} that nobody has taken`)
  return free[Math.min(n, free.length - 1)].post
}

/* By j and k to the row of a post, wherever news put it meanwhile. */
export async function to_row(page, post) {
  await page.waitForSelector(`.queue-table a.open[href*="${post}"]`)
  for (let i = 0; i < 200; i++) {
    const way = await page.evaluate((id) => {
      const rows = [...document.querySelectorAll('.queue-table a.open')]
      const to = rows.findIndex((a) => a.getAttribute('href').includes(id))
      const at = rows.indexOf(document.activeElement)
      return to === at ? '' : to < at ? 'k' : 'j'
    }, post)
    if (!way) return
    await page.keyboard.press(way)
  }
  throw new Error(`j does not reach the row of ${post}`)
}

/* From the queue to a decision without a pointer: on that post, or on the n-th row. Returns the post's id. */
export async function review_by_keyboard(page, { measure = '2', facts, ground, post, row = 0 }) {
  /* One right after the other, as fingers press them, however long the page takes over the first. */
  await Promise.all([page.keyboard.press('g'), page.keyboard.press('q')])
  await page.waitForFunction(() => location.hash.startsWith('#/queue') && document.querySelector('.queue-table a.open'))
  const id = post ?? (await page.locator('.queue-table a.open').nth(row).getAttribute('href')).split('/')[2]
  await to_row(page, id)
  await page.keyboard.press('Enter')
  await page.waitForSelector('.decide')
  equal(new URL(page.url()).hash.split('/')[2], id)
  await decide_by_keyboard(page, { measure, facts, ground })
  return id
}

export async function decide_by_keyboard(page, { measure = '2', facts, ground = '4.2' }) {
  if (await page.locator('.lease .button').count()) {
    await page.keyboard.press('t')
    await page.waitForSelector('.lease .badge.accent')
  }
  await page.keyboard.press(measure)
  await page.waitForSelector(`.measure input:checked`)
  if (measure !== '1') {
    /* Tab from the measure to the rule's field, as a person would. */
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(() => document.activeElement?.tagName === 'INPUT' && document.activeElement.type === 'text')) break
    }
    await page.keyboard.type(ground)
  }
  await page.keyboard.press('Escape')
  await page.keyboard.press('i')
  await page.waitForFunction(() => document.activeElement?.dataset.name === 'facts')
  await page.keyboard.press('Control+End')
  await page.keyboard.type(facts)
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.decide-card .decision, .decide [role=alert]')
  const refused = await page.locator('.decide [role=alert]').allTextContents()
  if (refused.length) throw new Error('the server refused: ' + refused.join(' '))
}

export async function undo_by_key(page) {
  await page.keyboard.press('Escape')
  await page.keyboard.press('u')
  await page.waitForSelector('.decide-card .decision', { state: 'detached' })
}

/* The card of the decision, from its own page. */
export async function decision_of(page) {
  return (await page.locator('.decision a.small').first().getAttribute('href')).split('/').pop()
}

export async function give_second(page, url, lang, id, agree) {
  await page.goto(`${url}/#/decision/${id}`)
  await button(page, lang, 'second.give').click()
  await page.waitForSelector('dialog[open]')
  await page.locator('dialog .segments label').nth(agree ? 0 : 1).click()
  await page.locator('dialog textarea').fill('I looked for myself. نظرت بنفسي.')
  await page.locator('dialog button[type=submit]').click()
  await page.waitForSelector('dialog[open]', { state: 'detached' })
}

export async function owner_link(page, url, lang, id) {
  await page.goto(`${url}/#/decision/${id}`)
  await button(page, lang, 'appeal_link.give').click()
  await page.waitForSelector('dialog .copy-me')
  const link = await page.locator('dialog .copy-me').textContent()
  const pin = await page.locator('dialog .secret').textContent()
  await close_dialog(page)
  return { link, pin }
}

export async function appeal_as_owner(page, lang, { link, pin }, words) {
  await page.goto(link)
  await page.getByLabel(says(lang, 'own.pin')).fill(pin)
  await page.keyboard.press('Enter')
  await page.waitForSelector('textarea')
  await page.locator('textarea').fill(words)
  await button(page, lang, 'own.send').click()
  await page.waitForSelector('.notice[role=status]')
}

export async function answer_appeal(page, url, lang, words, overturn) {
  await page.goto(`${url}/#/appeals`)
  await page.getByRole('link', { name: words }).first().click()
  await page.waitForSelector('.segments')
  await page.locator('.segments label').nth(overturn ? 0 : 1).click()
  await page.locator('textarea').fill('The words are satire; nobody real is named.')
  await button(page, lang, 'appeal.send').click()
  await page.waitForSelector('.segments', { state: 'detached' })
}

/* Asks the server as the page would. */
export const ask = (page, path) => page.evaluate(async (p) => (await fetch('/api/v1/' + p)).json(), path)

/* Tab by Tab to what the selector names. */
export async function tab_to(page, selector) {
  await page.waitForSelector(selector)
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${selector}`)
}

/* From the queue to the next post, taken. Returns its id. With the window of an `other`: one that is in the queue, for now and
 * then one that is settled is given to be judged blind, which only others can tell. */
export async function take_by_key(page, url, other) {
  for (let i = 0; i < 5; i++) {
    await page.goto(`${url}/#/queue`)
    await page.waitForSelector('.queue-table')
    await page.keyboard.press('n')
    await page.waitForFunction(() => location.hash.startsWith('#/item/'))
    await page.waitForSelector('.lease .badge.accent')
    const post = new URL(page.url()).hash.split('/')[2]
    if (!other || (await ask(other, 'items/' + post)).state === 'queued') return post
  }
  throw new Error('none of the queue is given')
}

/* Posts of the queue with a clip that this person has not seen. */
export async function clips(page) {
  const q = await ask(page, 'queue?limit=50&state=all')
  const out = []
  for (const x of q.items.filter((y) => y.media_kind === 'video')) {
    const item = await ask(page, 'items/' + x.post)
    if (item.media[0]?.state === 'ready' && item.media[0].file && !item.media[0].seen_before) out.push(x.post)
  }
  return out
}
