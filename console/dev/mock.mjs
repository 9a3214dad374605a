// The desk's interface over the fictional world of world.mjs, in memory: for looking at pages and for the tests of what
// a real workspace cannot show in minutes. Routes come from src/serve/openapi.json; an operation without an answer here
// is 404, so that nothing is invented beside the interface.
//
//     node dev/mock.mjs [PORT]      sign in as amina (everything), yusuf (a reviewer), huda (an officer); any password
//                                   of 12 characters, code 123456
import { createServer } from 'node:http'
import { readFileSync, existsSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DAY, HOUR, MIN, id_of, make_world, random, still_svg } from './world.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const dist = join(root, 'build/console/dist')
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

const doc = JSON.parse(readFileSync(join(root, 'src/serve/openapi.json'), 'utf8'))
const routes = Object.entries(doc.paths).flatMap(([path, ops]) =>
  Object.entries(ops)
    .filter(([, o]) => o.operationId)
    .map(([method, o]) => ({
      method: method.toUpperCase(),
      op: o.operationId,
      roles: o['x-roles'],
      names: [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]),
      re: new RegExp('^' + path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]+)') + '$'),
      literal: !path.includes('{'),
      query: (o.parameters ?? []).filter((p) => p.in === 'query'),
    })),
)
routes.sort((a, b) => Number(b.literal) - Number(a.literal))
const permissions_of = (roles) => {
  const all = new Map()
  for (const ops of Object.values(doc.paths))
    for (const o of Object.values(ops)) if (o['x-permission']) all.set(o['x-permission'], new Set([...(all.get(o['x-permission']) ?? []), ...(o['x-roles'] ?? [])]))
  return [...all].filter(([, r]) => roles.some((x) => r.has(x))).map(([p]) => p)
}

class Refusal extends Error {
  constructor(status, code, message = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

/* What the file lets be asked: the server is no milder. */
const schema_of = (s) => (s.$ref ? s.$ref.split('/').slice(1).reduce((at, part) => at[part], doc) : s)
const fits = (s, v) =>
  (s.type !== 'integer' || (/^-?\d+$/.test(v) && Number(v) >= (s.minimum ?? -Infinity) && Number(v) <= (s.maximum ?? Infinity))) &&
  (!s.enum || s.enum.includes(v)) && (!s.pattern || new RegExp(s.pattern).test(v)) && (s.type !== 'boolean' || ['true', 'false'].includes(v))
function look_at_query(route, given) {
  for (const [name, v] of given) {
    const p = route.query.find((x) => x.name === name)
    if (!p) throw new Refusal(400, 'invalid', `${route.op} is not asked by ${name}`)
    if (v !== '' && !fits(schema_of(p.schema), v)) throw new Refusal(400, 'invalid', `${name}: ${v} is not what ${route.op} takes`)
  }
}

export function make_desk() {
  const w = make_world()
  const now = () => Date.now() * 1000
  const people = [
    { id: id_of(1), login: 'amina', name: 'أمينة الخيالية', pseudonym: 'Kestrel 41', roles: ['lead', 'admin', 'officer', 'auditor', 'reviewer'], languages: ['ar', 'fr', 'en'], state: 'active' },
    { id: id_of(2), login: 'yusuf', name: 'يوسف الوهمي', pseudonym: 'Heron 7', roles: ['reviewer'], languages: ['ar', 'ar-MA'], state: 'active' },
    { id: id_of(3), login: 'huda', name: 'Huda Fictive', pseudonym: 'Ibis 23', roles: ['officer'], languages: ['fr'], state: 'active' },
    { id: id_of(4), login: 'new.one', name: 'Sami', pseudonym: 'Plover 5', roles: ['analyst'], languages: ['en'], state: 'invited' },
  ].map((p) => ({ ...p, locked: p.login === 'huda2', two_factor: p.state === 'active', created_us: w.now_us - 40 * DAY, seen_us: p.state === 'active' ? w.now_us - 3 * HOUR : undefined, opt_outs: [], settings: {}, care: { day: '2026-11-22', exposure: 37.5, budget: 120, working_s: 4100, break_due: false, rotate: false, next_break_s: 3100 } }))
  const desk = { w, people, decisions: [], appeals: [], reports: [], sessions: new Map(), keys: [], goldens: [], adjudications: [], policies: [], streams: new Set(), version: 1, serial: 100, needs_setup: false, steps: [] }

  const item = (id) => w.items.find((x) => x.post === id) ?? fail(404, 'not_found')
  function fail(status, code, message) {
    throw new Refusal(status, code, message)
  }
  const fresh = () => id_of(9_000_000 + desk.serial++)
  const note_step = (kind, by, says) => desk.steps.unshift({ n: desk.steps.length + 1, at_us: now(), kind, by, says })
  const tell = (kind, data) => {
    desk.version++
    for (const s of desk.streams) s.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const queue_row = (x, me) => ({
    post: x.post, account: x.account.id, platform: x.account.platform, native_id: x.native_id, handle: x.account.handle, caption: x.caption, language: x.language, category: x.category, severity: x.k.severity, probability: x.probability, expected_views: x.expected_views,
    priority: (x.k.severity * x.probability * (1 + x.expected_views)) / 100, hard: !!x.k.hard, known_us: x.known_us, deadline_us: x.deadline_us, created_us: x.created_us, views: x.views, reason: x.reason, copies: x.copies, reports: x.reports,
    state: x.escalated ? 'escalated' : x.snoozed ? 'snoozed' : x.lease ? (x.lease.by === me.id ? 'mine' : 'leased') : 'open', media_kind: x.kind === 'video' ? 'video' : undefined,
  })
  const line = (x) => ({ post: x.post, platform: x.account.platform, native_id: x.native_id, handle: x.account.handle, caption: x.caption, created_us: x.created_us, category: x.category, severity: x.k.severity, views: x.views, state: x.state })
  const ordered = () => [...w.items].filter((x) => x.state === 'queued').sort((a, b) => Number(!!b.k.hard) - Number(!!a.k.hard) || (a.k.hard ? a.deadline_us - b.deadline_us : b.k.severity * b.probability * b.expected_views - a.k.severity * a.probability * a.expected_views))
  const settle = (d) => (d.state === 'undoable' && d.undo_until_us < now() ? { ...d, state: 'in_force' } : d)
  const shown = (d, me) => ({ ...settle(d), mine: d.by === me?.pseudonym, by_id: undefined })
  const care_of = (me) => {
    if (me.care.break_until_us && me.care.break_until_us < now()) delete me.care.break_until_us
    return me.care
  }
  const me_view = (p) => ({ id: p.id, login: p.login, name: p.name, pseudonym: p.pseudonym, roles: p.roles, permissions: permissions_of(p.roles), languages: p.languages, opt_outs: p.opt_outs, settings: p.settings, care: care_of(p), two_factor: true })
  const person_view = (p) => ({ id: p.id, pseudonym: p.pseudonym, login: p.login, name: p.name, roles: p.roles, languages: p.languages, state: p.state, locked: p.locked, two_factor: p.two_factor, created_us: p.created_us, seen_us: p.seen_us })
  const page = (all, q, n = 50) => {
    const from = Number(q.cursor ?? 0)
    const size = Math.min(Number(q.limit ?? n), 100)
    return { items: all.slice(from, from + size), next: from + size < all.length ? String(from + size) : undefined }
  }
  function decide(x, me, body) {
    const d = {
      id: fresh(), post: x.post, account: x.account.id, by: me.pseudonym, by_id: me.id, at_us: now(), state: body.measure === 'account.close' ? 'awaiting_second' : 'undoable', measure: body.measure, scope: body.scope, category: body.category, ground: body.ground, ground_ref: body.ground_ref, ground_why: body.ground_why, facts: body.facts, territories: body.territories ?? [], until_us: body.until_us,
      source: body.source ?? 'own', automated_detection: body.automated_detection ?? false, automated_decision: false, undo_until_us: now() + 5 * MIN, posts: body.scope === 'cluster' ? [x.post, ...Array.from({ length: x.copies - 1 }, (_, i) => id_of(700000 + i))] : [x.post],
    }
    desk.decisions.unshift(d)
    x.decisions.unshift(d)
    x.state = 'decided'
    x.lease = null
    note_step('decision', me.pseudonym, { decision: d.id, measure: d.measure })
    tell('decision', { post: x.post, decision: d.id })
    return d
  }
  const interval = (value, n) => {
    const half = 1.96 * Math.sqrt((value * (1 - value)) / Math.max(1, n))
    return { value, low: Math.max(0, value - half), high: Math.min(1, value + half), n }
  }
  const rate = (key, n, errors) => ({ key, n, errors, rate: n < 5 ? { value: null, low: null, high: null, n } : interval(errors / n, n) })
  const need = (set, what) => set ?? fail(404, 'not_found', what)
  const decision_by = (id) => need(desk.decisions.find((d) => d.id === id), 'no such decision')
  const graph_of = (a) => {
    const group = w.accounts.slice(3, 6).some((x) => x.id === a.id) ? w.accounts.slice(3, 11) : [a]
    const r = random(77)
    const edges = []
    group.forEach((x, i) => group.forEach((y, k) => k > i && r.next() < 0.45 && edges.push({ from: x.id, to: y.id, weight: 1 + r.int(12), kind: r.pick(['clip', 'sound', 'caption', 'hashtags']) })))
    return { nodes: group.map((x) => ({ id: x.id, handle: x.handle, posts: x.posts, state: x.handle === 'convoy.dusk' ? 'account.close' : undefined, self: x.id === a.id })), edges, group: group.length > 1 ? 'a3f1' : undefined }
  }
  const policy_source = existsSync(join(root, 'policy/default.lua')) ? readFileSync(join(root, 'policy/default.lua'), 'utf8') : 'policy = {}\n'
  desk.policies.push(
    { version: 'default.lua@5b1d9c20aa41', state: 'live', by: 'Kestrel 41', at_us: w.now_us - 9 * DAY, live_since_us: w.now_us - 8 * DAY, note: 'as it comes', bytes: policy_source.length, source: policy_source },
    { version: 'default.lua@91c0aa17f3e2', state: 'shadow', by: 'Kestrel 41', at_us: w.now_us - 2 * DAY, note: 'عتبة أدنى للابتزاز', bytes: policy_source.length + 12, source: policy_source + '\n-- softer\n' },
    { version: 'default.lua@0042bd7711ce', state: 'former', by: 'Ibis 23', at_us: w.now_us - 30 * DAY, live_since_us: w.now_us - 29 * DAY, bytes: policy_source.length - 40, source: policy_source },
  )
  const backtest = { posts: 348, same: 331, newly_queued: 9, no_longer_queued: 5, category_changed: 3, hard_changed: 1, against_decisions: { n: 86, right_now: 74, right_then: 79 }, examples: w.items.slice(20, 24).map((x) => ({ post: x.post, was: x.category, would_be: 'none' })) }

  // A past: decisions in force, one for a second person, appeals, reports.
  const [amina, yusuf, huda] = people
  const past = (x, by, measure, facts, extra = {}) => {
    const d = decide(x, by, { measure, scope: 'item', category: x.category, ground: 'terms', ground_ref: '4.2', facts, automated_detection: true, ...extra })
    Object.assign(d, { at_us: now() - 26 * HOUR, undo_until_us: now() - 25 * HOUR, state: measure === 'account.close' ? 'awaiting_second' : 'in_force', ...extra })
    return d
  }
  const spent = [...w.items].slice(40, 46)
  const d1 = past(spent[0], yusuf, 'content.remove', 'المنشور يتهم امرأة بالاسم ويدعو إلى مضايقتها.')
  const d2 = past(spent[1], huda, 'account.close', 'Le compte ne publie que le numéro d’une personne, sans cesse.', { scope: 'account' })
  past(spent[2], yusuf, 'none', 'A news report about the organisation; the newsroom’s emblem is on every frame.')
  const d4 = past(spent[3], amina, 'content.label', 'فيديو مركب على أنه حقيقي.', { state: 'reversed' })
  d4.reversed_by = d1.id
  void d2
  desk.appeals.push(
    { id: fresh(), decision: d1, post: d1.post, text: 'هذا فيديو ساخر عن شخصية خيالية، ولم أذكر اسم أحد حقيقي.', lang: 'ar', at_us: now() - 5 * HOUR, due_us: now() + 67 * HOUR, state: 'waiting' },
    { id: fresh(), decision: d4, post: d4.post, text: 'C’était une parodie, le titre le dit.', lang: 'fr', at_us: now() - 50 * HOUR, due_us: now() + 22 * HOUR, state: 'overturned', by: 'Ibis 23', answered_us: now() - 20 * HOUR, answer: 'Le titre dit que c’est une parodie.' },
  )
  d1.appealed = true
  for (let i = 0; i < 7; i++) desk.reports.push({ number: String(204811 + i * 37), pin: '482913', at_us: now() - i * 3 * HOUR, category: w.items[i].category, text: ['هذا الحساب نشر رقم أختي', 'Ils publient son adresse depuis hier', 'This clip is everywhere <i>again</i>'][i % 3], source: i % 3 ? 'public' : 'platform', state: ['received', 'in_review', 'answered'][i % 3], post: i % 2 ? w.items[i].post : undefined })
  desk.keys.push({ id: fresh(), name: 'منصة الميناء', scopes: ['submit', 'read'], rate_per_minute: 600, webhook: 'https://platform.example/hook', created_us: now() - 20 * DAY, revoked: false, used_us: now() - 4 * MIN }, { id: fresh(), name: 'Metrics', scopes: ['metrics'], rate_per_minute: 60, created_us: now() - 60 * DAY, revoked: true })
  desk.goldens.push({ post: w.items[30].post, violation: true, category: w.items[30].category, note: 'واضح', answers: 12, right: 11 }, { post: w.items[31].post, violation: false, note: 'news', answers: 9, right: 9 })
  desk.adjudications.push({ post: w.items[33].post, caption: w.items[33].caption, answers: [{ pseudonym: 'Heron 7', violation: true, category: 'hate' }, { pseudonym: 'Ibis 23', violation: false, category: 'none' }] })
  w.items[8].lease = { by: yusuf.id, until_us: now() + 9 * MIN }
  w.items[12].escalated = true
  w.items[12].notes.push({ at_us: now() - 8 * MIN, pseudonym: 'Heron 7', kind: 'escalated', text: 'اللهجة ليست لهجتي، أرجو رأيا ثانيا.' })
  for (const [i, kind] of ['intake', 'finding', 'view', 'decision', 'intake', 'finding'].entries()) desk.steps.push({ n: 900 - i, at_us: now() - i * 7 * MIN, kind, by: i % 2 ? 'marsad' : 'Heron 7', says: { post: w.items[i].post, leaf: i } })

  const media_of = (x) =>
    x.kind !== 'video'
      ? []
      : [
          {
            index: 0, kind: 'video', role: 'main', state: 'ready', sha256: id_of(x.known_us) + id_of(x.known_us + 1), bytes: 1843200, width: 720, height: 1280, duration_us: 17_000_000, seen_before: x.seen || undefined,
            stills: Array.from({ length: 8 }, (_, i) => ({ at_us: i * 2_200_000, url: `/api/v1/items/${x.post}/media/0/still?at_us=${i * 2_200_000}&width=240` })),
            sheet: `/api/v1/items/${x.post}/media/0/sheet`, file: `/api/v1/items/${x.post}/media/0/file`,
          },
        ]
  const item_view = (x, me) => ({
    post: {
      id: x.post, kind: x.kind, platform: x.account.platform, native_id: x.native_id, url: `https://www.tiktok.com/@x/video/${x.native_id}`, account: x.account, language: x.language, created_us: x.created_us, collected_us: x.known_us,
      texts: [{ field: 'caption', text: x.caption }, ...(x.transcript ? [{ field: 'transcript', text: x.transcript, start_us: 3_000_000, end_us: 6_000_000 }] : []), ...(x.screen ? [{ field: 'screen', text: x.screen, start_us: 1_000_000, end_us: 4_000_000 }] : [])],
      hashtags: ['راية_الغسق', 'fyp'], mentions: ['salma.wahmia'], links: [],
    },
    known_us: x.known_us, findings: x.findings,
    assessment: { category: x.category, severity: x.k.severity, probability: x.probability, clock_us: x.k.clock, hard: !!x.k.hard, expected_views: x.expected_views, priority: x.k.severity * x.probability * (1 + x.expected_views), reason: x.reason, policy: 'default.lua@5b1d9c20aa41', because: x.findings.map((_, i) => i).filter((i) => !x.findings[i].reference?.negative).slice(0, 2) },
    deadline_us: x.deadline_us, state: x.state, queue: x.state === 'queued' ? queue_row(x, me) : undefined, wake_us: x.state === 'queued' ? x.deadline_us - 15 * MIN : undefined,
    lease: x.lease ? { post: x.post, until_us: x.lease.until_us, mine: x.lease.by === me.id, pseudonym: people.find((p) => p.id === x.lease.by).pseudonym } : undefined,
    media: media_of(x), reach: [0.1, 0.35, 0.6, 1].map((k, i) => ({ at_us: x.created_us + i * HOUR, views: Math.round(x.views * k), likes: Math.round(x.views * k * 0.04) })),
    copies: x.copies > 1 ? [line(x), ...w.items.filter((y) => y !== x && y.category === x.category).slice(0, x.copies - 1).map(line)] : [line(x)],
    decisions: x.decisions.map((d) => shown(d, me)), reports: desk.reports.filter((r) => r.post === x.post), notes: x.notes,
    account_posts: w.items.filter((y) => y.account === x.account && y !== x).slice(0, 6).map(line), account_decisions: desk.decisions.filter((d) => d.account === x.account.id && d.post !== x.post).slice(0, 3).map((d) => shown(d, me)),
    why: { text: x.reason, severity: x.k.severity, probability: x.probability, expected_views: x.expected_views, deadline_us: x.deadline_us, hard: !!x.k.hard, views_per_hour: Math.round(x.views / 6), next_look_s: 14400 },
    policy_text: `about.${x.category}`, etag: `"${desk.version}"`,
  })
  const session_view = (s) => ({ stage: s.stage, csrf: s.csrf, me: s.stage === 'full' ? me_view(s.person) : undefined })

  const ops = {
    setupState: () => ({ needed: desk.needs_setup, version: '0.1.0' }),
    setup: ({ body, enter }) => {
      if (body.token !== 'ONCE') fail(410, 'gone')
      const p = { ...amina, id: fresh(), login: body.login, name: body.name, pseudonym: 'Stork 2', roles: body.roles ?? ['admin'] }
      people.push(p)
      return session_view(enter(p, 'enrol'))
    },
    acceptInvite: ({ body, enter }) => (body.token === 'INVITED' ? session_view(enter(people[3], 'enrol')) : fail(410, 'gone')),
    signIn: ({ body, enter }) => {
      const p = people.find((x) => x.login === body.login && x.state === 'active')
      if (!p || body.password.length < 12) fail(401, 'unauthenticated')
      return session_view(enter(p, 'totp'))
    },
    session: ({ s }) => (s ? session_view(s) : fail(401, 'unauthenticated')),
    signOut: ({ s, out }) => void (desk.sessions.delete(s?.token), out()),
    enrol: ({ s }) => ({ secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: `otpauth://totp/Marsad:${s.person.login}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Marsad` }),
    totp: ({ s, body }) => {
      if (body.code !== '123456') fail(401, 'unauthenticated')
      s.stage = 'full'
      return session_view(s)
    },
    password: () => ({ ok: true }),
    me: ({ me }) => me_view(me),
    patchMe: ({ me, body }) => (Object.assign(me, body), me_view(me)),
    people: () => ({ items: people.map(person_view) }),
    addPerson: ({ body }) => {
      const p = { ...people[3], ...body, id: fresh(), pseudonym: 'Curlew 9', opt_outs: [], settings: {} }
      people.push(p)
      return { person: person_view(p), invite: '/invite#INVITED', until_us: now() + 3 * DAY }
    },
    patchPerson: ({ path, body }) => person_view(Object.assign(people.find((p) => p.id === path.id) ?? fail(404, 'not_found'), body)),
    reinvite: ({ path }) => ({ person: person_view(people.find((p) => p.id === path.id)), invite: '/invite#INVITED', until_us: now() + 3 * DAY }),
    colleagues: () => ({ items: people.filter((p) => p.state === 'active').map((p) => ({ id: p.id, pseudonym: p.pseudonym, languages: p.languages })) }),
    roles: () => ({ items: ['analyst', 'reviewer', 'lead', 'officer', 'auditor', 'admin', 'partner'].map((role) => ({ role, permissions: permissions_of([role]) })) }),
    putRole: ({ path, body }) => ({ role: path.role, permissions: body.permissions }),
    keys: () => ({ items: desk.keys }),
    addKey: ({ body }) => {
      const key = { id: fresh(), created_us: now(), revoked: false, rate_per_minute: 600, ...body }
      desk.keys.push(key)
      return { key, secret: 'msd_' + fresh(), webhook_secret: body.webhook ? fresh() : undefined }
    },
    revokeKey: ({ path }) => void (desk.keys.find((k) => k.id === path.id).revoked = true),
    search: ({ query }) => {
      const q = (query.q ?? '').toLowerCase()
      return page(w.items.filter((x) => (!q || x.caption.toLowerCase().includes(q) || x.account.handle.toLowerCase().includes(q) || x.post.startsWith(q)) && (!query.category || x.category === query.category) && (!query.state || x.state === query.state)).map(line), query, 40)
    },
    item: ({ path, me }) => item_view(item(path.id), me),
    history: ({ path }) => ({ items: [{ n: 812, at_us: item(path.id).known_us, kind: 'intake', by: 'marsad', says: { feed: 'zeeschuimer' } }, { n: 813, at_us: item(path.id).known_us + 1e6, kind: 'finding', by: 'marsad', says: { findings: item(path.id).findings.length } }, ...desk.steps.filter((s) => s.kind === 'decision').slice(0, 2)], size: 900 }),
    still: ({ path, query, send }) => send(200, 'image/svg+xml', still_svg(parseInt(path.id.slice(0, 6), 16), Number(query.at_us ?? 0))),
    reference: ({ path, query, send }) => send(200, 'image/svg+xml', still_svg(parseInt(path.id.slice(0, 6), 16), Number(query.at_us ?? 1_500_000))),
    sheet: ({ path, send }) => send(200, 'image/svg+xml', still_svg(parseInt(path.id.slice(0, 6), 16), 0)),
    lease: ({ path, me }) => {
      const x = item(path.id)
      if (x.lease && x.lease.by !== me.id) fail(409, 'conflict', 'taken')
      if (x.seen && x.kind === 'video') fail(409, 'seen_before', 'this clip is known to you')
      x.lease = { by: me.id, until_us: now() + 10 * MIN }
      tell('lease', { post: x.post })
      return { post: x.post, until_us: x.lease.until_us, mine: true, pseudonym: me.pseudonym }
    },
    leaseAgain: ({ path, body, me }) => {
      const x = item(path.id)
      if (!body.why?.trim()) fail(422, 'invalid', 'why: must not be empty')
      x.lease = { by: me.id, until_us: now() + 10 * MIN }
      note_step('view', me.pseudonym, { what: 'again', text: body.why })
      tell('lease', { post: x.post })
      return { post: x.post, until_us: x.lease.until_us, mine: true, pseudonym: me.pseudonym }
    },
    release: ({ path }) => void (item(path.id).lease = null),
    snooze: ({ path, body, me }) => {
      const x = item(path.id)
      const wake = x.deadline_us - 15 * MIN
      if ((x.k.hard && now() + body.minutes * MIN > wake) || wake <= now()) fail(409, 'conflict', 'this post has a hard deadline before that: decide it, escalate it or hand it over')
      x.snoozed = true
      x.notes.push({ at_us: now(), pseudonym: me.pseudonym, kind: 'snoozed', text: body.note ?? '' })
      tell('queue', {})
      return { until_us: Math.min(now() + body.minutes * MIN, x.deadline_us - 15 * MIN) }
    },
    escalate: ({ path, body, me }) => {
      const x = item(path.id)
      x.escalated = true
      x.notes.push({ at_us: now(), pseudonym: me.pseudonym, kind: 'escalated', text: body.note })
      tell('queue', {})
      return { ok: true }
    },
    handOver: ({ path, body }) => ((item(path.id).lease = { by: body.to, until_us: now() + 10 * MIN }), { ok: true }),
    exposure: ({ path, body, me }) => ((body.reference && (me.care.reference_s = (me.care.reference_s ?? 0) + body.seconds)), (me.care.exposure += (item(path.id).k.severity * body.seconds) / 100), care_of(me)),
    decide: ({ path, body, me }) => {
      if (!body.facts) fail(422, 'invalid', 'facts')
      return shown(decide(item(path.id), me, body), me)
    },
    queue: ({ query, me }) => {
      const all = ordered().map((x) => queue_row(x, me)).filter((q) => (!query.category || q.category === query.category) && (!query.platform || q.platform === query.platform) && (!query.language || q.language === query.language))
      const state = query.state ?? 'open'
      const kept = all.filter((q) => (state === 'all' ? true : state === 'open' ? ['open', 'leased', 'mine', 'escalated'].includes(q.state) : q.state === state))
      return { ...page(kept, { limit: 30, ...query, limit: Math.min(30, Number(query.limit ?? 30)) }), total: kept.length, late: kept.filter((q) => q.deadline_us < now()).length, version: desk.version }
    },
    next: ({ me }) => {
      const care = care_of(me)
      if (care.break_due) return { item: null, why: 'break_due', care, second_review: false }
      const x = ordered().find((y) => !y.lease && !y.snoozed && !(y.seen && y.kind === 'video') && !me.opt_outs.includes(y.category))
      if (!x) return { item: null, why: 'empty', care, second_review: false }
      x.lease = { by: me.id, until_us: now() + 10 * MIN }
      tell('lease', { post: x.post })
      return { item: queue_row(x, me), care, second_review: false }
    },
    account: ({ path, me }) => {
      const a = w.accounts.find((x) => x.id === path.id) ?? fail(404, 'not_found')
      return { account: a, posts: w.items.filter((x) => x.account === a).map(line), decisions: desk.decisions.filter((d) => d.account === a.id).map((d) => shown(d, me)), graph: graph_of(a) }
    },
    decisions: ({ query, me }) => page(desk.decisions.map((d) => shown(d, me)).filter((d) => (!query.state || d.state === query.state) && (!query.mine || d.mine)), query, 40),
    decision: ({ path, me }) => shown(decision_by(path.id), me),
    undo: ({ path, me }) => {
      const d = decision_by(path.id)
      if (d.undo_until_us < now() || d.by !== me.pseudonym) fail(409, 'conflict', 'the time has passed')
      d.state = 'undone'
      item(d.post).state = 'queued'
      tell('decision', { post: d.post })
      return shown(d, me)
    },
    second: ({ path, body, me }) => {
      const d = decision_by(path.id)
      if (d.by === me.pseudonym) fail(409, 'second_person')
      Object.assign(d, { state: body.agree ? 'in_force' : 'refused', second_by: me.pseudonym, second_at_us: now(), second_facts: body.facts })
      tell('decision', { post: d.post })
      return shown(d, me)
    },
    reverse: ({ path, body, me }) => {
      const d = decision_by(path.id)
      const n = decide(item(d.post), me, { measure: body.measure ?? 'none', scope: d.scope, category: d.category, facts: body.reason })
      n.reverses = d.id
      d.state = 'reversed'
      d.reversed_by = n.id
      return shown(n, me)
    },
    appealLink: ({ path }) => ({ link: `/appeal#${decision_by(path.id).id.slice(0, 16)}`, pin: '730194', until_us: now() + 180 * DAY }),
    openAppeal: ({ path, body }) => {
      const d = desk.decisions.find((x) => x.id.startsWith(path.token)) ?? fail(404, 'not_found')
      if (body.pin !== '730194') fail(404, 'not_found')
      const x = item(d.post)
      const a = desk.appeals.find((y) => y.decision === d)
      return { measure: d.measure, category: d.category, ground: d.ground, ground_ref: d.ground_ref, facts: d.facts, at_us: d.at_us, automated_detection: d.automated_detection, automated_decision: false, platform: x.account.platform, native_id: x.native_id, handle: x.account.handle, caption: x.caption, appeal: a && { state: a.state, at_us: a.at_us, due_us: a.due_us, answered_us: a.answered_us, answer: a.answer }, may_appeal_until_us: now() + 170 * DAY }
    },
    appeal: ({ path, body }) => {
      const d = desk.decisions.find((x) => x.id.startsWith(path.token)) ?? fail(404, 'not_found')
      const a = { id: fresh(), decision: d, post: d.post, text: body.text, lang: body.lang ?? 'en', at_us: now(), due_us: now() + 72 * HOUR, state: 'waiting' }
      d.appealed = true
      desk.appeals.unshift(a)
      tell('appeal', { appeal: a.id })
      return { state: a.state, at_us: a.at_us, due_us: a.due_us }
    },
    appeals: ({ query, me }) => page(desk.appeals.filter((a) => !query.state || a.state === query.state).map((a) => ({ ...a, decision: shown(a.decision, me), may_decide: a.decision.by !== me.pseudonym })), query),
    appealGet: ({ path, me }) => {
      const a = desk.appeals.find((x) => x.id === path.id) ?? fail(404, 'not_found')
      return { ...a, decision: shown(a.decision, me), may_decide: a.decision.by !== me.pseudonym }
    },
    decideAppeal: ({ path, body, me }) => {
      const a = desk.appeals.find((x) => x.id === path.id) ?? fail(404, 'not_found')
      if (a.decision.by === me.pseudonym) fail(409, 'second_person')
      Object.assign(a, { state: body.outcome === 'overturn' ? 'overturned' : 'upheld', by: me.pseudonym, answer: body.reason, answered_us: now() })
      if (body.outcome === 'overturn') a.decision.state = 'reversed'
      tell('appeal', { appeal: a.id })
      return { ...a, decision: shown(a.decision, me), may_decide: true }
    },
    report: ({ body }) => {
      const r = { number: String(300000 + desk.serial++), pin: '482913', at_us: now(), category: body.category, text: body.text, url: body.url, source: 'public', state: 'received' }
      desk.reports.unshift(r)
      return { number: r.number, pin: r.pin, known: false }
    },
    reportStatus: ({ path, body }) => {
      const r = desk.reports.find((x) => x.number === path.number && x.pin === body.pin) ?? fail(404, 'not_found')
      return { number: r.number, state: r.state, at_us: r.at_us }
    },
    reports: ({ query }) => page(desk.reports.filter((r) => !query.state || r.state === query.state).map(({ pin, ...r }) => (void pin, r)), query),
    cases: () => ({ items: [{ id: 'c-2026-0007', title: 'قضية راية الغسق (خيالية)', state: 'open', opened_us: w.now_us - 6 * DAY, items: 4 }, { id: 'c-2026-0003', title: 'Extorsion d’une boutique imaginaire', state: 'closed', opened_us: w.now_us - 40 * DAY, items: 2 }] }),
    case: ({ path }) => ({ id: path.case, title: 'قضية راية الغسق (خيالية)', state: 'open', opened_us: w.now_us - 6 * DAY, summary: 'خمس نسخ من مقطع واحد في ثلاث حسابات.', items: [...w.items.slice(3, 7).map((x) => ({ type: 'post', id: x.post, added_us: x.known_us, why: 'نسخة من المقطع نفسه' })), { type: 'account', id: w.accounts[3].id, added_us: w.now_us - 5 * DAY }], decisions: [d1.id] }),
    quality: () => ({
      alpha: [
        { category: 'terror.propaganda', alpha: { value: 0.87, low: 0.79, high: 0.94, n: 120 }, verdict: 'reliable' },
        { category: 'harassment.women', alpha: { value: 0.71, low: 0.58, high: 0.82, n: 88 }, verdict: 'tentative' },
        { category: 'hate', alpha: { value: 0.52, low: 0.3, high: 0.7, n: 34 }, verdict: 'not_reliable' },
        { category: 'extortion', alpha: { value: null, low: null, high: null, n: 3 }, verdict: 'too_few' },
      ],
      golden: [rate('terror.propaganda', 40, 1), rate('harassment.smear', 22, 4), rate('hate', 18, 3)], machine_by_language: [rate('ar-MA', 140, 21), rate('ar-IQ', 90, 9), rate('fr', 60, 6), rate('en', 12, 3)], machine_by_category: [rate('terror.propaganda', 110, 4), rate('privacy.doxxing', 70, 6), rate('harassment.smear', 50, 14)], second_reviews: 64, disagreements: 9, open_adjudications: desk.adjudications.length, overturned: 1, appeals: 12,
    }),
    goldens: () => ({ items: desk.goldens }),
    addGolden: ({ body }) => (desk.goldens.push({ ...body, answers: 0, right: 0 }), { ok: true }),
    removeGolden: ({ path }) => void (desk.goldens = desk.goldens.filter((g) => g.post !== path.post)),
    adjudications: () => ({ items: desk.adjudications }),
    adjudicate: ({ path }) => ((desk.adjudications = desk.adjudications.filter((a) => a.post !== path.post)), { ok: true }),
    care: ({ me }) => care_of(me),
    break: ({ me, body }) => (Object.assign(me.care, { break_until_us: now() + (body.minutes ?? 10) * MIN, break_due: false, working_s: 0, next_break_s: 7200 }), me.care),
    careTeam: () => ({ people: 9, over_budget: 1, on_break: 2, exposure_median: 41, exposure_p95: 104 }),
    policies: () => ({ items: desk.policies.map(({ source, ...p }) => (void source, p)), categories: doc.components.schemas.Category.enum.map((name) => ({ name, dsa: 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY' })) }),
    addPolicy: ({ body, me }) => {
      if (/indecency/.test(body.source)) fail(422, 'invalid', "29: 'indecency' is not a category: the list is closed")
      const p = { version: 'default.lua@' + fresh().slice(0, 12), state: 'draft', by: me.pseudonym, at_us: now(), note: body.note, bytes: body.source.length, source: body.source }
      desk.policies.push(p)
      return { version: p, source: p.source }
    },
    policy: ({ path }) => {
      const { source, ...version } = desk.policies.find((p) => p.version === path.version) ?? fail(404, 'not_found')
      return { version, source, shadow: version.state === 'shadow' ? { ...backtest, against_decisions: { n: 0, right_now: 0, right_then: 0 } } : undefined }
    },
    shadow: ({ path }) => Object.assign(desk.policies.find((p) => p.version === path.version), { state: 'shadow' }),
    backtest: () => backtest,
    publish: ({ path }) => {
      for (const p of desk.policies) if (p.state === 'live') p.state = 'former'
      return Object.assign(desk.policies.find((p) => p.version === path.version), { state: 'live', live_since_us: now() })
    },
    rollback: ({ body }) => ops.publish({ path: { version: body.to } }),
    dashboard: ({ query }) => {
      const r = random(5)
      const days = Number(query.days ?? 7)
      const by = new Map()
      for (const x of ordered()) {
        const row = by.get(x.category) ?? { category: x.category, open: 0, late: 0, due_15m: 0, due_1h: 0, due_24h: 0 }
        by.set(x.category, row)
        const left = x.deadline_us - now()
        row.open++
        if (left < 0) row.late++
        for (const [k, us] of [['due_15m', 15 * MIN], ['due_1h', HOUR], ['due_24h', DAY]]) if (left >= 0 && left < us) row[k]++
      }
      const times = (m) => ({ n: 40 + r.int(80), median_s: m * (0.7 + r.next() * 0.4), p95_s: m * (3 + r.next()), p99_s: m * (6 + r.next() * 4) })
      return {
        days, clocks: [...by.values()],
        times: Object.entries({ extortion: 150, 'privacy.doxxing': 190, 'terror.propaganda': 600, 'incitement.violence': 2400, hate: 9000, 'harassment.smear': 14000 }).map(([category, m]) => ({ category, first_look: times(m), decision: times(m * 1.6) })),
        late: [{ why: 'no_lease', n: 7 }, { why: 'escalated', n: 3 }, { why: 'awaiting_second', n: 2 }, { why: 'known_late', n: 1 }], decided: 412, reversed: 9, appealed: 26, overturned: 3,
        errors_by_language: [rate('ar-ma', 180, 9), rate('ar-latn', 120, 8), rate('fr', 70, 2), rate('en', 3, 0)], errors_by_category: [rate('harassment.smear', 60, 7), rate('terror.propaganda', 140, 2), rate('hate', 50, 4)],
        by_day: Array.from({ length: Math.max(2, days) }, (_, i) => ({ day: new Date(Date.now() - (days - 1 - i) * 864e5).toISOString().slice(0, 10), decided: 35 + r.int(50) })),
      }
    },
    audit: ({ query }) => ({ ...page(desk.steps, query, 40), size: 900 + desk.steps.length }),
  }
  desk.tell = tell
  return { desk, ops }
}

const PUBLIC = new Set(['setupState', 'setup', 'acceptInvite', 'signIn', 'session', 'openAppeal', 'appeal', 'report', 'reportStatus', 'openapi', 'healthz'])

/* With desk.hostile, every text that somebody wrote comes with markup in it. */
export const MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
const WRITTEN = new Set('caption handle name bio text facts note label quote bank source why title summary pseudonym by second_by ground_ref ground_why second_facts answer message login item version url webhook native_id'.split(' '))
const hostile = (key, value) => (typeof value === 'string' && WRITTEN.has(key) && !/^\/api\//.test(value) ? value + MARKUP : value)

export function serve(port = 0) {
  const { desk, ops } = make_desk()
  const server = createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x')
    const send = (status, type, body) => {
      res.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' })
      res.end(body)
    }
    const json = (status, body) => send(status, 'application/json', JSON.stringify(body, desk.hostile ? hostile : undefined))
    if (!url.pathname.startsWith('/api/')) {
      const file = normalize(join(dist, url.pathname))
      const known = file.startsWith(dist) && extname(file) && existsSync(file)
      return known ? send(200, TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file)) : extname(url.pathname) ? send(404, 'text/plain', 'not found') : send(200, TYPES['.html'], readFileSync(join(dist, 'index.html')))
    }
    let raw = ''
    for await (const chunk of req) raw += chunk
    try {
      const route = routes.find((r) => r.method === req.method && r.re.test(url.pathname))
      if (!route) throw new Refusal(404, 'not_found')
      const token = /(?:^|;\s*)marsad=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]
      const s = desk.sessions.get(token)
      const me = s?.stage === 'full' ? s.person : undefined
      if (!PUBLIC.has(route.op) && !s) throw new Refusal(401, 'unauthenticated')
      if (!PUBLIC.has(route.op) && req.method !== 'GET' && req.headers['x-csrf-token'] !== s.csrf) throw new Refusal(403, 'csrf')
      if (route.roles && !me?.roles.some((x) => route.roles.includes(x))) throw new Refusal(me ? 403 : 401, me ? 'forbidden' : 'unauthenticated')
      if (route.op === 'events') {
        res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
        res.write('event: hello\ndata: {}\n\n')
        desk.streams.add(res)
        req.on('close', () => desk.streams.delete(res))
        return
      }
      look_at_query(route, url.searchParams)
      const handler = ops[route.op]
      if (!handler) throw new Refusal(404, 'not_found', `the mock has no ${route.op}`)
      const path = Object.fromEntries(route.re.exec(url.pathname).slice(1).map((v, i) => [route.names[i], decodeURIComponent(v)]))
      let sent = false
      const answer = handler({
        s, me, path, query: Object.fromEntries(url.searchParams), body: raw ? JSON.parse(raw) : undefined,
        send: (...a) => ((sent = true), send(...a)),
        enter: (person, stage) => {
          const t = id_of(desk.serial++ * 31 + 7)
          const session = { token: t, csrf: id_of(desk.serial++ * 17 + 3), person, stage }
          desk.sessions.set(t, session)
          res.setHeader('Set-Cookie', `marsad=${t}; HttpOnly; SameSite=Strict; Path=/`)
          return session
        },
        out: () => res.setHeader('Set-Cookie', 'marsad=; Max-Age=0; Path=/'),
      })
      if (sent) return
      if (answer === undefined) return send(204, 'text/plain', '')
      json(route.method === 'POST' && ['decide', 'addPerson', 'addKey'].includes(route.op) ? 201 : 200, answer)
    } catch (e) {
      if (e instanceof Refusal) json(e.status, { error: { code: e.code, message: e.message === e.code ? '' : e.message } })
      else {
        console.error(e)
        json(500, { error: { code: 'internal', message: String(e) } })
      }
    }
  })
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done({ url: `http://127.0.0.1:${server.address().port}`, desk, close: () => (server.closeAllConnections?.(), server.close()) })))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const s = await serve(Number(process.argv[2] ?? 8799))
  console.log(s.url)
}
