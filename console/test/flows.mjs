// Flows over the mock, in Arabic and in English: what people do at the desk, from signing in to an overturned decision.
import { serve } from '../dev/mock.mjs'
import { axe, done, equal, open_browser, open_window, test, truth } from './lib.mjs'
import * as desk from './desk.mjs'
import { says } from './desk.mjs'

const browser = await open_browser()
const person = (login) => ({ login, password: 'a sentence of words', code: async () => '123456' })

for (const lang of ['en', 'ar']) {
  const mock = await serve()
  const page = await open_window(browser, { lang })
  const go = (hash) => page.goto(`${mock.url}/#/${hash}`)
  const named = (what) => `${what} (${lang})`

  await test(named('a wrong code is told, a right one lets in'), async () => {
    await page.goto(mock.url + '/#/')
    await page.waitForSelector('#title')
    equal(await page.evaluate(() => document.documentElement.dir), lang === 'ar' ? 'rtl' : 'ltr')
    await page.getByLabel(says(lang, 'enter.login')).fill('yusuf')
    await page.getByLabel(says(lang, 'enter.password'), { exact: true }).fill('a sentence of words')
    await page.keyboard.press('Enter')
    const code = page.getByLabel(says(lang, 'enter.code'), { exact: true })
    await code.fill('000000')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert]')
    equal(await axe(page), [])
    await code.fill('١٢٣٤٥٦')
    equal(await code.inputValue(), '123456', 'digits of any keyboard')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.queue-table')
    equal(page.faults, [])
  })
  await test(named('a reviewer sees the pages of a reviewer and no others'), async () => {
    equal(await page.locator('.rail a.place').count(), 9)
    await go('people')
    truth((await page.locator('.empty').textContent()).includes(says(lang, 'page.forbidden')), 'told so')
  })
  await test(named('finding a post by its words'), async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('menteuse')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.post-list li')
    truth((await page.locator('.post-list .said-line').first().textContent()).includes('menteuse'), 'found')
  })
  await test(named('filters stand in the address and hold'), async () => {
    await go('queue')
    await page.getByLabel(says(lang, 'head.category')).selectOption('extortion')
    await page.waitForFunction(() => location.hash.includes('category=extortion'))
    await page.reload()
    await page.waitForSelector('.queue-table tbody tr')
    const kinds = new Set(await page.locator('.q-what .strong').allTextContents())
    equal([...kinds], [says(lang, 'category.extortion')])
    await page.getByRole('button', { name: says(lang, 'queue.clear') }).click()
  })
  await test(named('the queue shows a page and the next by its cursor'), async () => {
    await go('queue')
    await page.waitForSelector('.queue-table tbody tr')
    equal(await page.locator('.queue-table tbody tr').count(), 30)
    await page.getByRole('button', { name: says(lang, 'do.more') }).click()
    await page.waitForFunction(() => document.querySelectorAll('.queue-table tbody tr').length > 30)
  })
  await test(named('clocks run'), async () => {
    const first = mock.desk.w.items.find((x) => x.state === 'queued' && !x.lease)
    const old = first.deadline_us
    first.deadline_us = Date.now() * 1000 + 8e6
    await go('item/' + first.post)
    const left = page.locator('.item-head .left')
    const before = await left.textContent()
    await page.waitForFunction((b) => document.querySelector('.item-head .left').textContent !== b, before)
    first.deadline_us = old
  })

  let post
  await test(named('review by keyboard alone, from the queue to the decision'), async () => {
    post = await desk.review_by_keyboard(page, { facts: ' كتبه المختبر.', choose: 1 })
    equal(mock.desk.decisions[0].post, post)
    equal(mock.desk.decisions[0].measure, 'content.remove')
    equal(mock.desk.decisions[0].ground_ref, '4.2')
    truth(mock.desk.decisions[0].facts.endsWith('كتبه المختبر.') && mock.desk.decisions[0].facts.length > 30, 'what was found is in the facts')
    equal(await axe(page), [])
  })
  await test(named('undo while the time runs'), async () => {
    truth((await page.locator('.toast').first().textContent()).length > 5, 'the toast counts down')
    await desk.undo_by_key(page)
    equal(mock.desk.decisions[0].state, 'undone')
    equal(mock.desk.w.items.find((x) => x.post === post).state, 'queued')
  })
  await test(named('the next one is taken by a key'), async () => {
    await page.keyboard.press('n')
    await page.waitForFunction((p) => location.hash.startsWith('#/item/') && !location.hash.includes(p), post)
    await page.waitForSelector('.lease .badge.accent')
  })
  await test(named('escalate with a word for the lead; a binding deadline is not slept through'), async () => {
    const id = new URL(page.url()).hash.split('/')[2]
    await page.keyboard.press('s')
    await page.waitForSelector('dialog[open]')
    await page.locator('dialog button[type=submit]').click()
    await page.waitForSelector('dialog [role=alert]')
    await desk.close_dialog(page)
    await page.keyboard.press('e')
    await page.waitForSelector('dialog[open]')
    await page.locator('dialog textarea').fill('لهجة لا أعرفها')
    await page.locator('dialog button[type=submit]').click()
    await page.waitForSelector('dialog[open]', { state: 'detached' })
    equal(mock.desk.w.items.find((x) => x.post === id).escalated, true)
  })

  let closing
  await test(named('closing an account waits for a second person, who cannot be the first'), async () => {
    const id = mock.desk.w.items.find((x) => x.state === 'queued' && !x.lease && !x.escalated).post
    await go('item/' + id)
    await page.waitForSelector('.decide')
    await desk.decide_by_keyboard(page, { measure: '9', facts: ' حساب للأذى وحده.' })
    closing = mock.desk.decisions[0]
    equal(closing.state, 'awaiting_second')
    equal(await page.getByRole('button', { name: says(lang, 'second.give') }).count(), 0)
  })
  const lead = await open_window(browser, { lang, theme: 'dark' })
  await test(named('a lead gives the second word'), async () => {
    await desk.sign_in(lead, mock.url, lang, person('amina'))
    await lead.goto(`${mock.url}/#/decisions?view=second`)
    await lead.waitForSelector('.table')
    await desk.give_second(lead, mock.url, lang, closing.id, true)
    equal(mock.desk.decisions.find((d) => d.id === closing.id).state, 'in_force')
  })
  await test(named('news of it come by themselves'), async () => {
    await page.waitForFunction((s) => [...document.querySelectorAll('.decision .badge')].some((b) => b.textContent.includes(s)), says(lang, 'decision.state.in_force'))
  })
  let way
  await test(named('link and PIN for the owner, shown once'), async () => {
    way = await desk.owner_link(page, mock.url, lang, closing.id)
    truth(/^\d{6}$/.test(way.pin), way.pin)
  })
  const owner = await open_window(browser, { lang, width: 360, height: 740 })
  const words = 'هذا حسابي وفيه سخرية فقط'
  await test(named('the owner reads the reasons and appeals'), async () => {
    await owner.goto(way.link)
    await owner.getByLabel(says(lang, 'own.pin')).fill('000000')
    await owner.keyboard.press('Enter')
    await owner.waitForSelector('[role=alert]')
    await desk.appeal_as_owner(owner, lang, way, words)
    equal(await axe(owner), [])
    truth(!(await owner.textContent('body')).includes('Heron'), 'no reviewer is named')
  })
  await test(named('whoever decided cannot answer the appeal'), async () => {
    await page.goto(`${mock.url}/#/appeals`)
    await page.getByRole('link', { name: words }).first().click()
    await page.waitForSelector('.two .notice')
    equal(await page.locator('textarea').count(), 0)
  })
  await test(named('somebody else overturns it, and the owner sees so'), async () => {
    await desk.answer_appeal(lead, mock.url, lang, words, true)
    equal(mock.desk.appeals.find((a) => a.text === words).state, 'overturned')
    await owner.goto('about:blank')
    await owner.goto(way.link)
    await owner.getByLabel(says(lang, 'own.pin')).fill(way.pin)
    await owner.keyboard.press('Enter')
    await owner.waitForSelector('.notice.green')
  })
  await test(named('a decision is reversed by a new one'), async () => {
    const d = mock.desk.decisions.find((x) => x.state === 'in_force' && x.measure === 'content.remove')
    await lead.goto(`${mock.url}/#/decision/${d.id}`)
    await lead.getByRole('button', { name: says(lang, 'reverse.give') }).click()
    await lead.locator('dialog textarea').fill('It was news.')
    await lead.locator('dialog button[type=submit]').click()
    await lead.waitForSelector('dialog[open]', { state: 'detached' })
    equal(d.state, 'reversed')
  })

  await test(named('nothing plays or stands clear unasked; what was seen before is not shown'), async () => {
    const clip = mock.desk.w.items.find((x) => x.kind === 'video' && x.category === 'terror.propaganda' && x.state === 'queued' && !x.seen)
    await go('item/' + clip.post)
    await page.waitForSelector('.frame.own .shown')
    equal(await page.locator('video').count(), 0)
    truth((await page.locator('.frame.own .shown').getAttribute('class')).includes('blurred grey'), 'blurred and grey')
    truth((await page.locator('.regions rect').count()) > 0, 'regions are drawn over the frame')
    truth((await page.locator('.reference').textContent()).includes('org-convoy'), 'the reference stands beside')
    const beside = page.locator('.frame.other .shown')
    await page.waitForFunction(() => document.querySelector('.frame.other .shown')?.naturalWidth > 0)
    truth((await beside.getAttribute('class')).includes('blurred grey'), 'the picture of the reference too')
    await page.keyboard.press('r')
    await page.waitForFunction(() => !document.querySelector('.frame.other .shown').classList.contains('blurred'))
    truth((await page.locator('.frame.own .shown').getAttribute('class')).includes('blurred'), 'each is asked for by itself')
    await page.waitForTimeout(1600)
    await page.keyboard.press('r')
    await page.waitForFunction(() => document.querySelector('.frame.other .shown').classList.contains('blurred'))
    while (!mock.desk.people[1].care.reference_s) await page.waitForTimeout(50)
    await page.keyboard.press('b')
    truth(!(await page.locator('.frame.own .shown').getAttribute('class')).includes('blurred'), 'clear when asked')
    const before = mock.desk.people[1].care.exposure
    await page.waitForTimeout(1600)
    await page.keyboard.press('b')
    while (mock.desk.people[1].care.exposure <= before) await page.waitForTimeout(50) /* what was seen is counted */
    const seen = mock.desk.w.items.find((x) => x.seen && x.kind === 'video')
    if (seen) {
      await go('item/' + seen.post)
      await page.waitForSelector('.viewer .notice')
      equal(await page.locator('.viewer img').count(), 0)
    }
  })
  await test(named('a break covers what harms and nothing else'), async () => {
    await go('care')
    await page.getByRole('button', { name: new RegExp(says(lang, 'care.take', '.*')) }).first().click()
    await go('queue')
    await page.waitForSelector('.break')
    equal(await axe(page), [])
    await go('settings')
    await page.waitForSelector('.segments')
    equal(await page.locator('.break').count(), 0)
    delete mock.desk.people[1].care.break_until_us
  })
  await test(named('markup in captions and handles is shown and never run'), async () => {
    for (const x of mock.desk.w.items.filter((y) => /[<\u202e\u0000]/.test(y.caption + y.account.handle)).slice(0, 4)) {
      await go('item/' + x.post)
      await page.waitForSelector('.part.caption .said')
      equal(await page.locator('.part.caption .said').evaluate((e) => e.textContent), x.caption.replace(/\u0000/g, '\u2400'))
      equal(await page.locator('.words-of img, .words-of script, .words-of b').count(), 0)
    }
  })
  await test(named('the language changes everywhere at once'), async () => {
    const other = lang === 'ar' ? 'fr' : 'ar'
    await go('queue')
    await page.getByLabel(says(lang, 'settings.language'), { exact: true }).first().selectOption(other)
    await page.waitForFunction((l) => document.documentElement.lang === l, other)
    equal(await page.locator('h1').textContent(), says(other, 'queue.title'))
    await page.getByLabel(says(other, 'settings.language'), { exact: true }).first().selectOption(lang)
    await page.waitForFunction((l) => document.documentElement.lang === l, lang)
  })
  await test(named('the session ends and nothing of it stays on the page'), async () => {
    await page.getByRole('button', { name: says(lang, 'enter.out_of', '').replace(/[ ،,]+$/, '') }).click()
    await page.waitForSelector('input[autocomplete=username]')
    equal(await page.locator('.shell').count(), 0)
  })
  await test(named('first set-up: a password, then the second factor by a QR code made here'), async () => {
    const fresh = await open_window(browser, { lang })
    await fresh.goto(mock.url + '/setup#ONCE')
    await fresh.getByLabel(says(lang, 'enter.login')).fill('first')
    await fresh.getByLabel(says(lang, 'people.name'), { exact: true }).fill('الأولى')
    await fresh.getByLabel(says(lang, 'enter.password'), { exact: true }).fill('a sentence of words')
    await fresh.getByLabel(says(lang, 'enter.password_again')).fill('a sentence of words')
    await fresh.keyboard.press('Enter')
    await fresh.waitForSelector('svg.qr')
    equal(await axe(fresh), [])
    await fresh.getByLabel(says(lang, 'enter.code'), { exact: true }).fill('123456')
    await fresh.keyboard.press('Enter')
    await fresh.waitForSelector('.shell')
    equal(fresh.faults, [])
    await fresh.context().close()
  })
  await test(named('anybody reports a post and asks what became of it'), async () => {
    const any = await open_window(browser, { lang, width: 360, height: 740 })
    await any.goto(mock.url + '/#/report')
    await any.getByLabel(says(lang, 'tell.url')).fill('https://example.org/v/1')
    await any.getByLabel(says(lang, 'tell.harm')).selectOption('hate')
    await any.getByLabel(says(lang, 'tell.words')).fill('يؤذي جيراننا')
    await any.getByLabel(says(lang, 'tell.faith')).check()
    await any.getByRole('button', { name: says(lang, 'tell.send') }).click()
    await any.waitForSelector('.secret')
    const [number, pin] = await any.locator('.secret').allTextContents()
    equal(await axe(any), [])
    await any.goto(mock.url + '/#/report/status')
    await any.getByLabel(says(lang, 'reports.number')).fill(number)
    await any.getByLabel(says(lang, 'own.pin')).fill(pin)
    await any.getByRole('button', { name: says(lang, 'tell.ask') }).click()
    await any.getByRole('heading', { name: says(lang, 'report.state.received') }).waitFor()
    await any.context().close()
  })
  await test(named('no script error, no other host, nothing refused by the content policy'), async () => equal([...page.faults, ...lead.faults, ...owner.faults], []))
  for (const w of [page, lead, owner]) await w.context().close()
  mock.close()
}
await browser.close()
process.exit(done())
