// The program itself, as platforms and operators meet it: `marsad serve --tls` over an empty workspace, asked over HTTPS
// without a browser. TLS, the second factor, lock-out, live news, a slow upload, forged and repeated requests; a policy that
// is refused, tried over what is stored, shadowed, published, and rolled back.
//
//     node test/program.mjs BUILD    a meson build folder with marsad
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { request as plain } from 'node:http'
import { join, resolve } from 'node:path'
import { connect } from 'node:tls'
import { done, equal, root, skip, test, totp, truth, until } from './lib.mjs'

const build = resolve(root, process.argv[2] ?? 'build/release')
const marsad = join(build, 'src/marsad')
const place = join(root, 'build/console/program')
const workspace = join(place, 'workspace')
rmSync(place, { recursive: true, force: true })
mkdirSync(place, { recursive: true })

/* A certificate for this machine and this hour. */
const pem = join(place, 'cert.pem')
const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', pem, '-out', pem + '.crt'], { encoding: 'utf8' })
if (!existsSync(marsad) || made.status !== 0) {
  skip('the program over TLS', existsSync(marsad) ? `openssl: ${made.stderr ?? made.error}` : `${marsad} is not built`)
  process.exit(done())
}
const ca = readFileSync(pem + '.crt')
spawnSync('sh', ['-c', 'cat "$1.crt" >>"$1"', 'sh', pem])

const run = (...args) => {
  const r = spawnSync(marsad, args, { encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`marsad ${args.join(' ')}: ${r.status} ${r.stderr}`)
  return r.stdout
}
run('init', workspace)
const server = spawn(marsad, ['serve', '-w', workspace, '--listen', '127.0.0.1:0', '--tls', pem, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
let said = ''
server.stderr.on('data', (d) => (said += d))
const { url, setup } = await new Promise((resolve, reject) => {
  let line = ''
  server.stdout.on('data', (d) => {
    line += d
    if (line.includes('\n')) resolve(JSON.parse(line.slice(0, line.indexOf('\n'))))
  })
  server.on('exit', (c) => reject(new Error(`marsad serve ended with ${c}: ${said}`)))
})
server.removeAllListeners('exit')
const port = Number(new URL(url).port)

/* One request as `who`: { cookie, csrf } or { key }, which learns its cookie and token. */
function ask(who, method, path, body, headers = {}) {
  const bytes = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const all = {
    ...(who?.cookie && { Cookie: `marsad=${who.cookie}` }),
    ...(who?.csrf && { 'X-CSRF-Token': who.csrf }),
    ...(who?.key && { Authorization: `Bearer ${who.key}` }),
    ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const r = request({ host: '127.0.0.1', port, path: path.startsWith('/') ? path : '/api/v1/' + path, method, ca, headers: all }, async (res) => {
      let text = ''
      for await (const d of res) text += d
      const set = /marsad=([^;]*)/.exec(String(res.headers['set-cookie'] ?? ''))
      let json
      try {
        json = JSON.parse(text)
      } catch {}
      if (who && set) who.cookie = set[1]
      if (who && json?.csrf) who.csrf = json.csrf
      resolve({ status: res.statusCode, headers: res.headers, text, json })
    })
    r.on('error', reject)
    r.end(bytes)
  })
}
async function good(who, method, path, body, headers) {
  const a = await ask(who, method, path, body, headers)
  if (a.status >= 300) throw new Error(`${method} ${path}: ${a.status} ${a.text.slice(0, 300)}`)
  return a.json
}

const PASSWORD = 'une phrase de mots tranquilles'
/* A code is good once: each comes of a step after the one before. */
function factor(secret) {
  let last = 0
  return async () => {
    let step = Math.max(Math.floor(Date.now() / 30000), last + 1)
    await until(() => step <= Math.floor(Date.now() / 30000) + 1, 'the next step of the clock')
    last = step
    return totp(secret, step * 30000)
  }
}

/* ---- TLS ---- */

await test('HTTPS with the certificate that was given, from TLS 1.2 on', async () => {
  const with_tls = (minVersion, maxVersion) =>
    new Promise((resolve) => {
      const s = connect({ host: '127.0.0.1', port, ca, minVersion, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' }, () => (resolve(s.authorized ? s.getProtocol() : 'not authorised'), s.destroy()))
      s.on('error', (e) => resolve(e.code ?? 'refused'))
    })
  equal(await with_tls('TLSv1.3', 'TLSv1.3'), 'TLSv1.3')
  equal(await with_tls('TLSv1.2', 'TLSv1.2'), 'TLSv1.2')
  truth(!String(await with_tls('TLSv1', 'TLSv1.1')).startsWith('TLS'), 'nothing older')
  const a = await ask(null, 'GET', '/healthz')
  equal(a.status, 200)
  truth(String(a.headers['strict-transport-security']).includes('max-age'), 'and the browser is told to stay with it')
})
await test('whoever speaks without TLS to that address is not answered', async () => {
  const answer = await new Promise((resolve) => plain({ host: '127.0.0.1', port, path: '/healthz' }, (r) => resolve(r.statusCode)).on('error', () => resolve('none')).end())
  equal(answer, 'none')
})

/* ---- people ---- */

const lead = {}
const FIRST = 'the one-time link makes the first person, with a second factor'
let code
await test(FIRST, async () => {
  const token = setup.split('#')[1]
  equal((await ask(null, 'POST', 'setup', { token: token + 'x', login: 'first', name: 'x', password: PASSWORD })).status, 403)
  const a = await good(lead, 'POST', 'setup', { token, login: 'first', name: 'الأولى', password: PASSWORD, roles: ['admin', 'lead', 'officer', 'reviewer'] })
  equal(a.stage, 'enrol')
  equal((await ask(lead, 'GET', 'queue')).status, 401, 'half signed in is not signed in')
  const e = await good(lead, 'POST', 'session/enrol')
  truth(e.uri.startsWith('otpauth://totp/'), e.uri)
  code = factor(e.secret)
  equal((await ask(lead, 'POST', 'session/totp', { code: '000000' })).status, 401)
  const before = lead.cookie
  equal((await good(lead, 'POST', 'session/totp', { code: await code() })).stage, 'full')
  truth(lead.cookie !== before, 'another token from there on')
  equal((await ask(null, 'POST', 'setup', { token, login: 'other', name: 'x', password: PASSWORD })).status >= 400, true)
})
const IN = 'signed in again by password and code, which is good once'
await test(IN, async () => {
  equal((await ask(lead, 'DELETE', 'session')).status, 204)
  const again = {}
  const a = await ask(again, 'POST', 'session', { login: 'first', password: PASSWORD })
  equal(a.json.stage, 'totp')
  const cookie = String(a.headers['set-cookie'])
  truth(['HttpOnly', 'SameSite=Strict', 'Secure'].every((w) => cookie.includes(w)), cookie)
  const c = await code()
  equal((await good(again, 'POST', 'session/totp', { code: c })).stage, 'full')
  const thief = {}
  await good(thief, 'POST', 'session', { login: 'first', password: PASSWORD })
  equal((await ask(thief, 'POST', 'session/totp', { code: c })).status, 401)
  Object.assign(lead, again)
}, FIRST)
await test('five wrong passwords lock the door, for the right one too', async () => {
  const { invite } = await good(lead, 'POST', 'people', { login: 'yusuf', name: 'يوسف', roles: ['reviewer'] })
  const yusuf = {}
  await good(yusuf, 'POST', 'invite', { token: invite.split('#')[1], password: PASSWORD })
  for (let i = 0; i < 5; i++) equal((await ask(null, 'POST', 'session', { login: 'yusuf', password: 'not the right words' })).status, 401)
  const a = await ask(null, 'POST', 'session', { login: 'yusuf', password: PASSWORD })
  equal([a.status, a.json.error.code], [429, 'locked'])
  truth(Number(a.headers['retry-after']) > 0, 'and says for how long')
  truth((await good(lead, 'GET', 'people')).items.find((p) => p.login === 'yusuf').locked, 'an administrator sees it')
}, IN)
await test('a forged request, a forged cookie, a request of another site', async () => {
  const settings = { settings: {} }
  equal((await ask({ cookie: lead.cookie }, 'PATCH', 'me', settings)).status, 403)
  equal((await ask({ cookie: lead.cookie, csrf: '0'.repeat(lead.csrf.length) }, 'PATCH', 'me', settings)).status, 403)
  equal((await ask({ ...lead, cookie: 'A'.repeat(43) }, 'GET', 'me')).status, 401)
  equal((await ask({ ...lead }, 'PATCH', 'me', settings, { 'Sec-Fetch-Site': 'cross-site' })).status, 403)
  equal((await ask({ ...lead }, 'PATCH', 'me', 'settings=x', { 'Content-Type': 'application/x-www-form-urlencoded' })).status, 415)
}, IN)

/* ---- a platform ---- */

const platform = {}
const SENT = 'a platform submits posts and has their findings at once'
const CAPTIONS = ['voici son numéro 0600000174, appelez-la', 'her number is 0600000175 call her all of you', 'صباح الخير يا مدينة', 'une belle matinée']
let doxxed
const submit = (i, n) => good(platform, 'POST', 'items', { post: { kind: 'text', platform: 'app', native_id: String(n), account: { handle: 'u' + i }, texts: [{ field: 'caption', text: CAPTIONS[i] }] } }, { 'Idempotency-Key': 'post-' + n })
await test(SENT, async () => {
  platform.key = (await good(lead, 'POST', 'keys', { name: 'منصة', scopes: ['submit', 'read'], rate_per_minute: 100000 })).secret
  const all = []
  for (let n = 0; n < 24; n++) all.push(await submit(n % 4, n))
  doxxed = all.filter((a) => a.assessment?.category === 'privacy.doxxing')
  truth(doxxed.length === 12, `${doxxed.length} of 24 give away somebody's number`)
  equal(await submit(0, 0), all[0], 'the same again, word for word')
  equal((await ask(platform, 'POST', 'items', { post: { kind: 'text', platform: 'app', native_id: '0' } }, { 'Idempotency-Key': 'post-0' })).status, 409)
  await until(async () => (await good(lead, 'GET', 'queue')).total === 12, 'all of them stand in the queue')
}, IN)
await test('news come by themselves over the same line; what was read before it listened is known to be old', async () => {
  const read = async () => Number((await ask(lead, 'GET', 'queue')).headers['marsad-news'])
  const before = await read()
  await good(lead, 'POST', `items/${doxxed[1].post}/lease`)
  await good(lead, 'DELETE', `items/${doxxed[1].post}/lease`)
  let decided = false
  const text = await new Promise((resolve, reject) => {
    const r = request({ host: '127.0.0.1', port, path: '/api/v1/events', ca, headers: { Cookie: `marsad=${lead.cookie}` } }, (res) => {
      let text = ''
      res.on('data', (d) => {
        text += d
        /* It listens from its first word on. */
        if (text.includes('event: hello') && !decided) {
          decided = true
          good(lead, 'POST', `items/${doxxed[0].post}/decisions`, { measure: 'content.remove', scope: 'item', category: 'privacy.doxxing', ground: 'terms', ground_ref: '4.2', facts: 'a number' }).catch(reject)
        }
        if (!text.includes('event: decision')) return
        resolve(text)
        r.destroy()
      })
    })
    r.on('error', (e) => (e.code === 'ECONNRESET' ? undefined : reject(e)))
    r.end()
  })
  truth(text.includes(doxxed[0].post), 'of the post that was decided')
  const { news } = JSON.parse(/event: hello\ndata: (.*)\n/.exec(text)[1])
  truth(news > before, `${news} news, ${before} when it was read`)
  truth((await read()) > news, 'the decision is one more')
}, SENT)
const kept = () => spawnSync('ls', [join(workspace, 'media/tmp')], { encoding: 'utf8' }).stdout.trim()
await test('an upload that breaks off leaves nothing; others are answered meanwhile', async () => {
  const slow = connect({ host: '127.0.0.1', port, ca })
  await new Promise((r) => slow.on('secureConnect', r))
  slow.write(`PUT /api/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${platform.key}\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n`)
  for (let i = 0; i < 5; i++) {
    slow.write('x')
    await new Promise((r) => setTimeout(r, 50))
    equal((await ask(null, 'GET', '/readyz')).status, 200)
  }
  slow.destroy()
  await until(() => kept() === '', 'nothing of it is kept')
}, SENT)

/* Two bytes a second: nobody has reason to be so slow. It is waited for at the end. */
const crawling = []
const CRAWLS = 'a request and an upload that crawl are taken for a while'
await test(CRAWLS, async () => {
  const heads = ['GET /healthz HTTP/1.1\r\nX-', `PUT /api/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${platform.key}\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n`]
  for (const head of heads) {
    const c = { said: '', ended: false }
    const s = connect({ host: '127.0.0.1', port, ca })
    await new Promise((r) => s.on('secureConnect', r))
    s.write(head)
    const drop = setInterval(() => s.writable && s.write('x'), 500)
    s.on('data', (d) => (c.said += d))
    s.on('error', () => undefined)
    s.on('close', () => (clearInterval(drop), (c.ended = true)))
    crawling.push(c)
  }
}, SENT)

/* ---- a policy: refused, tried, shadowed, live, and back ---- */

let live, draft
const DRAFTED = 'a policy that cannot be read is refused with its line; one that can is a draft'
await test(DRAFTED, async () => {
  live = (await good(lead, 'GET', 'policies')).items.find((p) => p.state === 'live').version
  const { source } = await good(lead, 'GET', `policies/${live}`)
  const broken = await ask(lead, 'POST', 'policies', { source: source + '\nend end\n' })
  equal(broken.status, 422)
  truth(/\d+/.test(broken.json.error.message), broken.text)
  const milder = source.replace(/(\["privacy.doxxing"\]\s*=\s*\{[^}]*threshold = )0\.\d+/, '$10.9999')
  truth(milder !== source, 'doxxing is put in front of nobody')
  draft = (await good(lead, 'POST', 'policies', { source: milder, note: 'أقل' })).version.version
}, SENT)
const TRIED = 'it is tried over what is stored, and says what would change'
await test(TRIED, async () => {
  equal((await ask(lead, 'POST', `policies/${draft}/publish`, { seen_backtest: false })).status, 422)
  const b = await good(lead, 'POST', `policies/${draft}/backtest`, {})
  equal([b.posts, b.no_longer_queued, b.newly_queued], [24, 12, 0])
  equal(b.same, 12)
  truth(b.examples.some((e) => e.was === 'privacy.doxxing' && e.would_be === 'none'), 'with examples')
  await until(async () => (await good(lead, 'GET', 'queue')).total === 11, 'nothing has changed')
}, DRAFTED)
const SHADOWED = 'in the shadow it sees what comes in, and decides nothing'
await test(SHADOWED, async () => {
  await good(lead, 'POST', `policies/${draft}/shadow`)
  for (let n = 24; n < 32; n++) await submit(n % 4, n)
  let s
  await until(async () => (s = (await good(lead, 'GET', `policies/${draft}`)).shadow)?.posts >= 8, 'the shadow saw eight posts')
  equal([s.posts, s.no_longer_queued], [8, 4])
  await until(async () => (await good(lead, 'GET', 'queue')).total === 15, 'it decides nothing')
}, TRIED)
const waiting = async () => (await good(lead, 'GET', 'queue')).total
await test('live, it orders everything that stands anew; rolled back, all is as it was', async () => {
  await good(lead, 'POST', `policies/${draft}/publish`, { seen_backtest: true })
  const state = async (v) => (await good(lead, 'GET', 'policies')).items.find((p) => p.version === v).state
  equal([await state(draft), await state(live)], ['live', 'former'])
  await until(async () => (await waiting()) === 0, 'nobody is shown doxxing now')
  await good(lead, 'POST', 'policies/rollback', { to: live })
  equal([await state(draft), await state(live)], ['former', 'live'])
  await until(async () => (await waiting()) === 15, 'they are back')
  equal((await good(lead, 'GET', `items/${doxxed[1].post}`)).assessment.policy, live)
}, SHADOWED)

await test('both are cut off in the end, the upload with an answer, and nothing of it is kept', async () => {
  for (const [i, c] of crawling.entries()) await until(() => c.ended, `cut off: ${i}`)
  truth(/^HTTP\/1\.1 400 /.test(crawling[1].said), crawling[1].said.slice(0, 80))
  await until(() => kept() === '', 'nothing of it is kept')
}, CRAWLS)
await test('it ends when asked, and its log holds', async () => {
  server.kill('SIGINT')
  const ended = await new Promise((r) => (server.exitCode !== null ? r(server.exitCode) : server.on('exit', r)))
  equal(ended, 0, said)
  run('verify', '-w', workspace)
}, SENT)
if (server.exitCode === null) server.kill('SIGKILL')
process.exit(done())
