// A fictional desk, made by code from a seed: the same on every machine but for its times, which are those of now.
// People, accounts, organisations and numbers are invented; numbers ring nowhere.
export function random(seed) {
  let s = seed >>> 0
  const next = () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return { next, int: (n) => Math.floor(next() * n), pick: (a) => a[Math.floor(next() * a.length)] }
}

export const MIN = 60e6
export const HOUR = 60 * MIN
export const DAY = 24 * HOUR

// severity, clock, binding, then captions in the languages of the two countries. Nothing in them is a real call to harm.
const KINDS = {
  'privacy.doxxing': { severity: 85, clock: 15 * MIN, hard: true, says: ['هادي هي سلمى الوهمية، ها نمرتها 0600000003 عيطوليها كاملين', 'Voici le numéro de cette menteuse : 06 00 00 00 17, faites passer', 'عطيوها حقها فالتيليفون 06 00 00 03 00 @salma.wahmia'] },
  extortion: { severity: 95, clock: 15 * MIN, hard: true, says: ['رسل 500 درهم ولا غادي ننشر كلشي، عندك ساعة', 'Paie ou je publie tout ce soir'] },
  'terror.propaganda': { severity: 90, clock: HOUR, hard: true, says: ['راية الغسق باقية #راية_الغسق', 'نشيد القافلة الجديد، انشروه قبل الحذف', 'Convoy at dusk — full clip in bio <b>link</b>'] },
  'terror.glorification': { severity: 75, clock: HOUR, hard: true, says: ['سلام على فرسان الغسق'] },
  'incitement.violence': { severity: 85, clock: 4 * HOUR, says: ['غدا قدام المدرسة، جيبو العصي', 'They should all be beaten at the market tomorrow'] },
  'harassment.women': { severity: 60, clock: DAY, says: ['شوفو هاد المراة الوهمية <img src=x onerror=alert(1)> كتكذب على الناس', 'Encore une menteuse, allez lui dire ce que vous pensez @nour.fictive'] },
  'harassment.smear': { severity: 50, clock: DAY, says: ['فضيحة المتجر الخيالي: كلشي كذوب', 'La vérité sur la boutique imaginaire, partie 4'] },
  hate: { severity: 60, clock: DAY, says: ['هادوك ماشي بشر بحالنا'] },
  'fabricated.media': { severity: 55, clock: DAY, says: ['فيديو مسرب للوزير الخيالي', 'Leaked call, turn the sound on'] },
}
const HANDLES = ['songe.ma2600', 'hulm.ma2636', 'mirage.ma2612', 'ghasaq_iq_11', 'ghasaq_iq_12', 'convoy.dusk', 'nil\u0000shadow', 'vérité.fictive', 'sawt_khayali', 'bint_wahmia', '<script>alert(1)</script>', 'dusk\u202egnp.evil']
const NAMES = ['حلم', 'Songe', 'سراب', 'غسق', 'صوت', 'Mirage']

const hex = (r, n) => Array.from({ length: n }, () => r.int(16).toString(16)).join('')
export const id_of = (seed) => hex(random(seed), 32)

const utf8 = (s) => Buffer.byteLength(s)
function place(text, index, field, words) {
  const at = text.indexOf(words)
  if (at < 0) return null
  return { in: 'text', field, index, start: utf8(text.slice(0, at)), end: utf8(text.slice(0, at + words.length)), utf16: [at, at + words.length] }
}

function findings_of(category, caption, transcript, kind, r) {
  const out = []
  const terms = (words, probability, label, extra = {}) => {
    const places = [place(caption, 0, 'caption', words)].filter(Boolean)
    if (places.length) out.push({ kind: 'term', detector: 'terms', version: 3, category, probability, label, quote: words, places, ...extra })
  }
  if (category.startsWith('terror') && kind === 'video') {
    out.push({
      kind: 'match.media', detector: 'hash', version: 2, category, probability: 0.97, label: 'org-convoy.mp4',
      places: [
        { in: 'media', media: 0, start_us: 2_000_000, end_us: 7_500_000, region: [180, 120, 640, 620] },
        { in: 'media', media: 0, start_us: 11_000_000, end_us: 13_000_000, region: [0, 0, 1000, 1000] },
      ],
      reference: { bank: 'rayat-al-ghasaq', item: hex(r, 32), time_us: 1_500_000, distance: 12, form: 'flipy', speed: 1, label: 'org-convoy.mp4', picture: true, source: 'demo world', why: 'clips, emblem and chant of a banned organisation (fictional)' },
    })
    out.push({
      kind: 'match.sound', detector: 'recording', version: 1, category, probability: 0.91, label: 'chant-2',
      places: [{ in: 'media', media: 0, start_us: 0, end_us: 16_000_000 }],
      reference: { bank: 'rayat-al-ghasaq', item: hex(r, 32), time_us: 4_000_000, speed: 1.25, label: 'chant-2.opus', source: 'demo world', why: 'chant of the same organisation (fictional)' },
    })
    if (r.next() < 0.4)
      out.push({
        kind: 'match.media', detector: 'hash', version: 2, probability: 0.88, label: 'newsroom emblem', context: 'news',
        places: [{ in: 'media', media: 0, start_us: 14_000_000, end_us: 16_500_000, region: [760, 40, 200, 160] }],
        reference: { bank: 'newsrooms', item: hex(r, 32), negative: true, time_us: 0, distance: 20, form: 'original', label: 'قناة الميناء الخيالية', picture: true, source: 'demo world', why: 'a newsroom’s own emblem (fictional)' },
      })
  }
  for (const number of ['0600000003', '06 00 00 00 17', '06 00 00 03 00']) {
    const p = place(caption, 0, 'caption', number)
    if (p) out.push({ kind: 'private', detector: 'private', version: 2, category: 'privacy.doxxing', probability: 0.96, label: 'phone', quote: number, places: [p] })
  }
  terms('عيطوليها كاملين', 0.9, 'doxxing/42')
  terms('faites passer', 0.71, 'doxxing/17')
  terms('راية الغسق', 0.82, 'dusk-banner/1')
  terms('انشروه', 0.6, 'dusk-banner/9')
  terms('العصي', 0.66, 'threats/30')
  terms('beaten at the market', 0.74, 'threats/12')
  terms('كتكذب', 0.55, 'abuse-darija/88')
  terms('menteuse', 0.58, 'abuse-french/20')
  terms('ماشي بشر', 0.79, 'targeted/4')
  terms('غادي ننشر كلشي', 0.83, 'extortion/3')
  terms('je publie tout', 0.8, 'extortion/14')
  if (transcript) {
    const words = transcript.split(' ').slice(2, 5).join(' ')
    const p = place(transcript, 1, 'transcript', words)
    if (p) out.push({ kind: 'classifier', detector: 'read', version: 1, category, probability: 0.63, label: 'harm', quote: words, places: [{ ...p, start_us: 3_000_000, end_us: 6_000_000 }] })
  }
  if (!out.length) out.push({ kind: 'classifier', detector: 'read', version: 1, category, probability: 0.61, label: 'harm', quote: caption.slice(0, 12), places: [place(caption, 0, 'caption', caption.slice(0, 12))] })
  return out
}

export function make_world(now_us = Date.now() * 1000) {
  const r = random(20261122)
  const accounts = HANDLES.map((handle, i) => ({
    id: id_of(1000 + i), platform: i % 5 === 4 ? 'telegram' : 'tiktok', native_id: `${7000000000000 + i}`, handle, name: r.pick(NAMES), bio: i % 3 ? 'كل شيء هنا خيالي' : 'tout est fictif ici', verified: false, private: false,
    created_us: now_us - (20 + r.int(400)) * DAY, followers: r.int(90000), following: r.int(900), likes: r.int(400000), posts: 4 + r.int(60),
  }))
  const kinds = Object.keys(KINDS)
  const items = []
  for (let i = 0; i < 64; i++) {
    const category = kinds[i < 18 ? [0, 0, 1, 2, 2, 2, 3, 4, 5][i % 9] : r.int(kinds.length)]
    const k = KINDS[category]
    const account = category.startsWith('terror') ? accounts[3 + r.int(3)] : r.pick(accounts)
    const kind = category.startsWith('terror') || category === 'fabricated.media' || r.next() < 0.4 ? 'video' : 'text'
    const caption = k.says[r.int(k.says.length)]
    const transcript = kind === 'video' && r.next() < 0.7 ? 'هذا كلام متخيل عن مدينة لا توجد، كُتب ليُقرأ في الاختبار' : ''
    const screen = kind === 'video' && r.next() < 0.5 ? 'قناة الغسق' : ''
    const known_us = now_us - Math.floor((k.hard ? r.next() * 0.92 : r.next()) * k.clock) - (i === 3 ? 16 * MIN : 0)
    const findings = findings_of(category, caption, transcript, kind, r)
    const probability = Math.max(...findings.map((f) => (f.reference?.negative ? 0 : f.probability)))
    const views = 200 + r.int(40000)
    const expected_views = Math.round(views * (0.3 + r.next()))
    const post = id_of(5000 + i)
    const copies = category.startsWith('terror') ? 1 + r.int(7) : 1
    items.push({
      post, account, category, k, kind, caption, transcript, screen, known_us, findings, probability, views, expected_views, copies,
      native_id: `${7500000000000000000n + BigInt(i) * 7919n}`,
      deadline_us: known_us + k.clock,
      language: /[؀-ۿ]/.test(caption) ? (account.handle.includes('iq') ? 'ar-IQ' : 'ar-MA') : /[éèàù]|vérité|numéro|Paie|allez/.test(caption) ? 'fr' : 'en',
      created_us: known_us - r.int(3 * 3600) * 1e6, reports: r.next() < 0.3 ? 1 + r.int(4) : 0, state: 'queued', decisions: [], notes: [], lease: null, reason: findings[0].kind === 'match.media' ? 'reason.match_media' : findings[0].kind === 'private' ? 'reason.doxxing_intent' : 'reason.terms', seen: i === 6,
    })
  }
  /* The three dusk accounts act as one; one of them is like an account that was closed. */
  const dusk = items.filter((x) => x.category.startsWith('terror'))
  for (const [i, x] of dusk.entries()) {
    const y = dusk.find((z) => z.account !== x.account)
    if (i % 2 === 0 && y) x.findings.push({ kind: 'network.together', detector: 'network', version: 1, category: 'network.coordinated', probability: 0.86, label: 'clip', places: [{ in: 'post' }], other: { account: y.account.id, handle: y.account.handle, post: y.post, gap_us: 41_000_000, accounts: 6 } })
    if (i === 0) x.findings.push({ kind: 'network.return', detector: 'network', version: 1, category: 'network.resurfaced', probability: 0.93, label: 'content words', places: [{ in: 'post' }], other: { account: accounts[5].id, handle: accounts[5].handle } })
  }
  items[1].findings.push({ kind: 'network.pileon', detector: 'network', version: 1, category: 'harassment.abuse', probability: 0.8, label: 'strangers young', quote: '@salma.wahmia', places: [{ in: 'post' }], other: { accounts: 23 } })
  for (const x of items)
    x.findings.forEach((f, n) => f.reference?.picture && (f.reference.picture = `/api/v1/items/${x.post}/findings/${n}/reference`))
  return { now_us, accounts, items, r }
}

// A still as a picture of nothing: a horizon, a moon, a caption bar.
export function still_svg(seed, at_us) {
  const r = random(seed ^ (at_us / 1e5))
  const hue = 170 + r.int(60)
  const moon = [80 + r.int(260), 120 + r.int(160)]
  const hills = Array.from({ length: 7 }, (_, i) => `${i * 60},${430 + r.int(120)}`).join(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 640" width="360" height="640"><rect width="360" height="640" fill="hsl(${hue} 35% ${24 + r.int(14)}%)"/><circle cx="${moon[0]}" cy="${moon[1]}" r="42" fill="hsl(40 70% 78%)"/><polygon points="0,640 ${hills} 360,640" fill="hsl(${hue} 30% 14%)"/><rect x="65" y="77" width="230" height="397" rx="6" fill="none" stroke="hsl(40 40% 70% / .35)" stroke-width="3"/><rect x="0" y="580" width="360" height="60" fill="#0008"/><text x="180" y="620" font-family="sans-serif" font-size="26" fill="#fff" text-anchor="middle">${(at_us / 1e6).toFixed(1)} s</text></svg>`
}
