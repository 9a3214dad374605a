/* All about one post, to decide in one look. */
import { useEffect, useState } from 'preact/hooks'
import type { Account, Graph, Item, PostLine, Step } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { useNews } from '@/base/events'
import { clock, day, has, hour, isolate, lasting, named, num, percent, short, t, tn, when } from '@/base/i18n'
import type { Key } from '@gen/keys'
import { useKeys } from '@/base/keys'
import { ask_care, may, me, useMay } from '@/base/me'
import { go, link } from '@/base/router'
import { useNow } from '@/base/ticker'
import { DecideForm } from '@/desk/decide'
import { DecisionCard, tell_decided, undo } from '@/desk/decision'
import { Findings, arranged } from '@/item/findings'
import { GroupGraph } from '@/item/graph'
import { Words } from '@/item/marks'
import { Viewer, useExposure } from '@/item/viewer'
import { Area, Badge, Button, Card, CategoryBadge, Dialog, Facts, Fault, Left, Notice, Ready, Said, Select, tell, tell_fault, useDoing, visible } from '@/ui/ui'
import { take_next } from './queue'

export const known = (v: unknown): string => (v === true || v === 1 ? t('yes') : v === false || v === 0 ? t('no') : '—')
const count = (n: number | undefined): string => (n === undefined || n < 0 ? '—' : short(n))
const words_of = (v: unknown): string[] => (Array.isArray(v) ? v.map((x) => (typeof x === 'string' ? x : String((x as { text?: string })?.text ?? ''))).filter(Boolean) : [])

export function AccountFacts({ a }: { a: Account }) {
  return (
    <div class="stack-tight">
      <p class="strong">
        <Said line text={a.name || a.handle} />
      </p>
      <Facts
        rows={[
          [t('account.handle'), <a href={a.id ? link(['account', a.id]) : undefined}><bdi dir="auto">@{visible(a.handle || a.native_id || '?')}</bdi></a>],
          !!a.platform && [t('head.platform'), a.platform],
          !!a.bio && [t('field.bio'), <Said text={a.bio} />],
          [t('account.followers'), count(a.followers)],
          [t('account.posts'), count(a.posts)],
          [t('account.since'), day(a.created_us)],
          [t('account.verified'), known(a.verified)],
        ]}
      />
    </div>
  )
}

export function PostList({ posts, caption }: { posts: PostLine[]; caption: string }) {
  if (!posts.length) return <p class="soft">{t('list.empty')}</p>
  return (
    <ul class="post-list" aria-label={caption}>
      {posts.map((p) => (
        <li key={p.post}>
          <a href={link(['item', p.post])}>{p.caption ? <Said line text={p.caption} /> : <span class="soft">{t('item.no_caption')}</span>}</a>
          <span class="row small soft">
            <bdi dir="auto">@{visible(p.handle)}</bdi>
            {p.category !== 'none' && <CategoryBadge category={p.category} severity={p.severity} />}
            <span>{named('post.state', p.state)}</span>
            {p.views !== undefined && <span>{t('item.views', short(p.views))}</span>}
            <span>{day(p.created_us)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

function Why({ item }: { item: Item }) {
  const w = item.why
  const a = item.assessment
  return (
    <div class="stack-tight">
      <p>{has(w.text) ? t(w.text as Key) : named('reason', (a?.reason ?? '').replace(/^reason\./, ''))}</p>
      <div class="sum">
        <span>
          <b>{num(w.severity)}</b>
          {t('head.severity')}
        </span>
        <i>×</i>
        <span>
          <b>{percent(w.probability)}</b>
          {t('head.probability')}
        </span>
        <i>×</i>
        <span>
          <b>{short(w.expected_views + 1)}</b>
          {t('why.views', lasting(w.next_look_s * 1000))}
        </span>
        {a && (
          <div class="equals">
            <i>=</i>
            <span>
              <b>{short(a.priority)}</b>
              {t('head.priority')}
            </span>
          </div>
        )}
      </div>
      <Facts
        rows={[
          [t('head.deadline'), <>{when(w.deadline_us)} {w.hard && <Badge tone="red">{t('clock.hard')}</Badge>}</>],
          [t('head.known'), when(item.known_us)],
          w.views_per_hour !== undefined && [t('why.growth'), t('why.per_hour', short(w.views_per_hour))],
          !!a && [t('head.policy'), <code>{a.policy}</code>],
        ]}
      />
      <Growth item={item} />
    </div>
  )
}

/* Views over time, from the snapshots of reach. */
function Growth({ item }: { item: Item }) {
  const seen = item.reach.filter((r) => r.views !== undefined && r.views >= 0 && r.at_us !== undefined)
  if (seen.length < 2) return null
  const t0 = seen[0]!.at_us!
  const t1 = seen[seen.length - 1]!.at_us!
  const top = Math.max(...seen.map((r) => r.views!), 1)
  const x = (at: number): number => 4 + ((at - t0) / Math.max(1, t1 - t0)) * 232
  const y = (v: number): number => 52 - (v / top) * 44
  const d = seen.map((r, i) => `${i ? 'L' : 'M'}${x(r.at_us!).toFixed(1)} ${y(r.views!).toFixed(1)}`).join('')
  const ends = [seen[0]!, seen[seen.length - 1]!].map((r) => ({ views: short(r.views!), at: t1 - t0 > 86400e6 ? day(r.at_us) : hour(r.at_us) }))
  return (
    <div>
      <svg class="growth" viewBox="0 0 240 56" preserveAspectRatio="none" role="img" aria-label={t('why.growth_label', ends[0]!.views, ends[1]!.views)}>
        <path d={`${d}L236 56L4 56Z`} class="area-under" />
        <path d={d} class="line" />
      </svg>
      <p class="growth-ends small soft" aria-hidden="true">
        {ends.map((e) => (
          <span>
            <b>{e.views}</b> · {e.at}
          </span>
        ))}
      </p>
    </div>
  )
}

/* What the policy says of this category, from its text; the words where the server names a key of ours. */
function PolicyText({ item }: { item: Item }) {
  const c = item.assessment?.category ?? 'none'
  const key = `about.${c}`
  const a = item.assessment
  return (
    <div class="stack-tight">
      <p>{has(key) ? t(key as Key) : has(item.policy_text) ? t(item.policy_text as Key) : named('category', c)}</p>
      {a && <p class="soft small">{t('policy.clock_is', lasting(a.clock_us / 1000))} {a.hard && t('policy.hard')}</p>}
      <p class="small">
        <a href={link(['policies'])}>{t('policy.read_all')}</a>
      </p>
    </div>
  )
}

export function Steps({ steps }: { steps: Step[] }) {
  if (!steps.length) return <p class="soft">{t('list.empty')}</p>
  return (
    <ol class="steps">
      {steps.map((s) => (
        <li key={s.n}>
          <span class="small soft nowrap">{when(s.at_us)}</span>
          <span>
            <strong>{named('step', s.kind)}</strong> <bdi class="soft">{s.by}</bdi>
            {s.says !== undefined && s.says !== null && (
              <details>
                <summary class="small">{t('audit.what')}</summary>
                <pre class="mono" dir="ltr">{JSON.stringify(s.says, null, 1)}</pre>
              </details>
            )}
          </span>
          <span class="small soft mono">{num(s.n)}</span>
        </li>
      ))}
    </ol>
  )
}

const NAPS = ['15', '30', '60', '240', '1440']
type Ask = 'snooze' | 'escalate' | 'hand' | 'again'

function AskDialog({ ask, item, onClose, done }: { ask: Ask; item: Item; onClose: () => void; done: () => void }) {
  const [note, set_note] = useState('')
  const [minutes, set_minutes] = useState('60')
  const at = useNow()
  /* What is not binding may be put off for longer: it is back in time by itself. */
  const wake = (item.wake_us ?? Infinity) / 1000
  const naps = wake <= at ? [] : NAPS.filter((m, i) => at + Number(m) * 60e3 <= wake || (!item.why.hard && (i === 0 || at + Number(NAPS[i - 1]) * 60e3 < wake)))
  const nap = naps.includes(minutes) ? minutes : naps[naps.length - 1]
  const [to, set_to] = useState('')
  const doing = useDoing()
  const colleagues = useLoad((signal) => (ask === 'hand' ? call('colleagues', { signal }) : Promise.resolve({ items: [] })), [ask])
  const people = (colleagues.data?.items ?? []).filter((c) => c.id !== me.get()?.id)
  const whom = to || people[0]?.id || ''
  const needs_note = ask === 'escalate' || ask === 'again'
  const path = { id: item.post.id }
  return (
    <Dialog title={t(`${ask}.title`)} onClose={onClose}>
      <p class="soft">{t(`${ask}.about`)}</p>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          let until: number | undefined
          void doing
            .run(() =>
              ask === 'snooze'
                ? call('snooze', { path, body: { minutes: Number(nap), note: note || undefined } }).then((r) => void (until = r.until_us))
                : ask === 'escalate'
                  ? call('escalate', { path, body: { note } })
                  : ask === 'again'
                    ? call('leaseAgain', { path, body: { why: note } })
                    : call('handOver', { path, body: { to: whom, note: note || undefined } }),
            )
            .then((ok) => {
              if (!ok) return
              tell(ask === 'snooze' ? t('snooze.done', when(until)) : t(`${ask}.done`))
              onClose()
              done()
            })
        }}
      >
        {ask === 'snooze' &&
          (nap ? (
            <Select label={t('snooze.how_long')} value={nap} options={naps.map((m) => ({ value: m, says: lasting(Number(m) * 60e3) }))} onChange={set_minutes} />
          ) : (
            <Notice tone="amber">{t('snooze.never')}</Notice>
          ))}
        {ask === 'hand' &&
          (people.length ? (
            <Select label={t('hand.to')} value={whom} options={people.map((c) => ({ value: c.id, says: `${c.pseudonym} ${c.languages.length ? isolate(c.languages.join(' ')) : ''}` }))} onChange={set_to} />
          ) : (
            <Notice>{t('hand.nobody')}</Notice>
          ))}
        {!(ask === 'snooze' && !nap) && <Area label={t(ask === 'again' ? 'again.why' : 'ask.note')} value={note} onChange={set_note} required={needs_note} />}
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          {!(ask === 'snooze' && !nap) && (
            <Button submit look="primary" disabled={doing.busy || (needs_note && !note.trim()) || (ask === 'hand' && !whom)}>
              {t(`${ask}.go`)}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

function LeaseLine({ item, changed }: { item: Item; changed: () => void }) {
  const at = useNow()
  const doing = useDoing()
  const [again, set_again] = useState(false)
  const l = item.lease
  const path = { id: item.post.id }
  const take = (): void => void doing.run(async () => (await call('lease', { path }), changed()))
  /* Refused, as they know the clip: whoever asked for it is asked for the reason. */
  const known = !l?.mine && doing.fault?.code === 'seen_before'
  useEffect(() => set_again(known), [known, doing.fault])
  useKeys(may('queue.work') && item.state === 'queued' && !l?.mine ? [{ keys: 't', says: 'lease.take', run: take }] : [], [item.etag, l?.mine])
  if (item.state !== 'queued' || !may('queue.work')) return null
  return (
    <div class="lease">
      {l && !l.mine ? (
        <Badge tone="amber">{t('lease.of', l.pseudonym)}</Badge>
      ) : l ? (
        <>
          <Badge tone="accent" icon="check">
            {t('lease.mine', lasting(Math.max(0, l.until_us / 1000 - at)))}
          </Badge>
          <Button look="quiet" onClick={() => void doing.run(async () => (await call('release', { path }), changed()))}>
            {t('lease.release')}
          </Button>
        </>
      ) : (
        <Button hint="t" icon="hand" onClick={take} disabled={doing.busy}>
          {t('lease.take')}
        </Button>
      )}
      {known ? <Button onClick={() => set_again(true)}>{t('again.title')}</Button> : doing.fault && !l?.mine && <Fault error={doing.fault} />}
      {again && <AskDialog ask="again" item={item} onClose={() => set_again(false)} done={changed} />}
    </div>
  )
}

function Group({ id }: { id: string }) {
  const account = useLoad((signal) => call('account', { path: { id }, signal }), [id])
  return <Ready from={account}>{(a: { graph: Graph }) => <GroupGraph graph={a.graph} />}</Ready>
}

function History({ id }: { id: string }) {
  const steps = useLoad((signal) => call('history', { path: { id }, signal }), [id])
  return <Ready from={steps}>{(s) => <Steps steps={s.items} />}</Ready>
}

function DecidePanel({ item, changed }: { item: Item; changed: () => void }) {
  const [ask, set_ask] = useState<Ask>()
  const [anew, set_anew] = useState(false)
  const works = useMay('queue.work')
  const decides = useMay('decide')
  const open = item.decisions.filter((d) => ['undoable', 'awaiting_second', 'in_force'].includes(d.state))
  const mine = item.decisions.find((d) => d.mine && ['undoable', 'awaiting_second'].includes(d.state) && (d.undo_until_us ?? 0) > 0)
  const next = (): void => void take_next().catch(tell_fault)
  useKeys(
    [
      ...(works && item.state === 'queued'
        ? ([
            { keys: 'e', says: 'escalate.title', run: () => set_ask('escalate') },
            { keys: 's', says: 'snooze.title', run: () => set_ask('snooze') },
            { keys: 'h', says: 'hand.title', run: () => set_ask('hand') },
          ] as const)
        : []),
      ...(works ? [{ keys: 'n', says: 'queue.next' as const, run: next }] : []),
      ...(mine ? [{ keys: 'u', says: 'decision.undo' as const, run: () => void undo(mine).then(changed, tell_fault) }] : []),
    ],
    [item.etag, mine?.id],
  )
  const form = decides && (item.state === 'queued' || open.length === 0 || anew)
  return (
    <Card title={t('decide.title')} class="decide-card" end={works && <Button look="quiet" icon="next" turns hint="n" onClick={next}>{t('queue.next')}</Button>}>
      <div class="stack">
        <LeaseLine item={item} changed={changed} />
        {open.map((d) => (
          <DecisionCard key={d.id} d={d} changed={changed} />
        ))}
        {form ? (
          item.lease && !item.lease.mine ? (
            <Notice>{t('lease.taken', item.lease.pseudonym)}</Notice>
          ) : (
            <DecideForm
              key={item.post.id}
              item={item}
              onNews={changed}
              decided={(d) => {
                set_anew(false)
                tell_decided(d, changed)
                changed()
              }}
            />
          )
        ) : (
          decides && open.length > 0 && (
            <Button look="quiet" onClick={() => set_anew(true)}>
              {t('decide.anew')}
            </Button>
          )
        )}
        {!decides && <Notice>{t('decide.not_allowed')}</Notice>}
        {works && item.state === 'queued' && (
          <div class="row others">
            <Button icon="up" hint="e" onClick={() => set_ask('escalate')}>{t('escalate.go')}</Button>
            <Button icon="snooze" hint="s" onClick={() => set_ask('snooze')}>{t('snooze.go')}</Button>
            <Button icon="hand" hint="h" onClick={() => set_ask('hand')}>{t('hand.go')}</Button>
          </div>
        )}
        {item.notes.length > 0 && (
          <ul class="notes">
            {item.notes.map((n, i) => (
              <li key={i}>
                <span class="small soft">
                  {named('note', n.kind)} · <bdi>{n.pseudonym}</bdi> · {when(n.at_us)}
                </span>
                <Said text={n.text} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {ask && <AskDialog ask={ask} item={item} onClose={() => set_ask(undefined)} done={() => (ask === 'hand' || ask === 'snooze' ? go(['queue']) : changed())} />}
    </Card>
  )
}

/* On a narrow page the form stands far down: the way there stays in sight until the form is. */
function ToDecide() {
  const [away, set_away] = useState(true)
  useEffect(() => {
    const card = document.querySelector('.decide-card')
    if (!card) return
    const seen = new IntersectionObserver((e) => set_away(!e[e.length - 1]!.isIntersecting))
    seen.observe(card)
    return () => seen.disconnect()
  }, [])
  const jump = (): void => {
    const card = document.querySelector('.decide-card')
    card?.scrollIntoView({ block: 'start' })
    card?.querySelector<HTMLElement>('button, input')?.focus({ preventScroll: true })
  }
  return (
    <div class="to-decide" hidden={!away}>
      <Button look="primary" icon="decision" onClick={jump}>
        {t('decide.title')}
      </Button>
    </div>
  )
}

function Body({ item, changed }: { item: Item; changed: () => void }) {
  const first_match = item.findings.flatMap((f) => f.places.filter((p) => p.in === 'media' && p.start_us !== undefined && !f.reference?.negative))[0]
  const [medium, set_medium] = useState(first_match?.media ?? item.media.findIndex((m) => m.state === 'ready'))
  const shown = item.media.find((m) => m.index === medium) ?? item.media[0]
  const [at_us, set_at] = useState(first_match?.start_us ?? shown?.stills[0]?.at_us ?? 0)
  const seek = (m: number, us: number): void => {
    set_medium(m)
    set_at(us)
  }
  const p = item.post
  useExposure(p.id, 0, shown?.state === 'ready' && may('media.read') ? null : 'text')
  const handle = p.account?.handle ?? ''
  const [opened, set_opened] = useState<'group' | 'history' | undefined>()
  const tags = words_of(p.hashtags)
  const mentions = words_of(p.mentions)
  const links = words_of(p.links)
  const seen = item.media.some((m) => m.state === 'ready' || m.state === 'pending')
  const viewer = shown && (
    <Card title={t('item.media')} end={item.media.length > 1 && <span class="soft small">{tn('item.files', item.media.length)}</span>}>
      <div class="stack">
        {item.media.length > 1 && (
          <Select bare label={t('item.which_file')} value={String(shown.index)} options={item.media.map((m) => ({ value: String(m.index), says: `${num(m.index + 1)} · ${named('media', m.kind)} ${m.duration_us ? clock(m.duration_us / 1e6) : ''}` }))} onChange={(v) => seek(Number(v), item.media.find((m) => m.index === Number(v))?.stills[0]?.at_us ?? 0)} />
        )}
        <Viewer key={shown.index} post={p.id} media={shown} findings={item.findings} at_us={at_us} onSeek={set_at} />
      </div>
    </Card>
  )
  const words = (
    <Card title={t('item.words')}>
      <div class="stack">
        <Words texts={p.texts ?? []} findings={item.findings} language={p.language} onSeek={(us) => set_at(us)} />
        {(tags.length > 0 || mentions.length > 0 || links.length > 0) && (
          <div class="row small tags">
            {tags.map((x) => <Badge><bdi dir="auto">#{visible(x)}</bdi></Badge>)}
            {mentions.map((x) => <Badge tone="violet"><bdi dir="auto">@{visible(x)}</bdi></Badge>)}
            {links.map((x) => <code class="soft" dir="ltr">{x}</code>)}
          </div>
        )}
      </div>
    </Card>
  )
  return (
    <>
      <div class="page-head item-head">
        <div class="stack-tight">
          <h1 id="title" tabIndex={-1}>
            {item.assessment && item.assessment.category !== 'none' ? named('category', item.assessment.category) : t('item.title')}
            <span class="hidden-word"> {t('item.of', handle)}</span>
          </h1>
          <p class="row">
            <bdi dir="auto" class="strong">@{visible(handle || '?')}</bdi>
            <span>{p.platform}</span>
            {p.created_us !== undefined && <span>{when(p.created_us)}</span>}
            {item.reach.length > 0 && <span>{t('item.views', count(item.reach[item.reach.length - 1]!.views))}</span>}
            <code>{p.id.slice(0, 8)}</code>
            {p.url && <code class="url" dir="ltr">{p.url}</code>}
          </p>
        </div>
        <div class="row">
          {item.assessment && <Badge tone={item.assessment.severity >= 80 ? 'red' : 'amber'}>{t('item.severity', item.assessment.severity)}</Badge>}
          {item.copies.length > 1 && <Badge icon="copy">{tn('queue.copies', item.copies.length)}</Badge>}
          {item.state === 'queued' && item.deadline_us !== undefined ? (
            <Left deadline_us={item.deadline_us} hard={item.why.hard} />
          ) : (
            <Badge tone={item.state === 'decided' ? 'green' : undefined}>{named('post.state', item.state)}</Badge>
          )}
        </div>
      </div>
      <div class={seen ? 'item' : 'item words-only'}>
        {seen && <div class="item-see">{viewer}</div>}
        <div class="item-read">
          {words}
          <Card title={t('item.found')} end={<span class="soft small">{num(item.findings.length)}</span>}>
            <Findings findings={item.findings} assessment={item.assessment} onSeek={seek} />
          </Card>
          {!seen && viewer}
          <Card title={t('why.title')}>
            <Why item={item} />
          </Card>
          <Card title={t('policy.text')}>
            <PolicyText item={item} />
          </Card>
        </div>
        <div class="item-decide">
          <DecidePanel item={item} changed={changed} />
        </div>
        <div class="item-around">
          {p.account && (
            <Card title={t('account.title')}>
              <AccountFacts a={p.account} />
            </Card>
          )}
          {item.copies.length > 1 && (
            <Card title={t('item.copies')}>
              <PostList posts={item.copies} caption={t('item.copies')} />
            </Card>
          )}
          <Card title={t('item.account_posts')}>
            <PostList posts={item.account_posts.filter((x) => x.post !== p.id)} caption={t('item.account_posts')} />
          </Card>
          {item.reports.length > 0 && (
            <Card title={t('reports.title')}>
              <ul class="notes">
                {item.reports.map((r) => (
                  <li key={r.number}>
                    <span class="row small">
                      <CategoryBadge category={r.category} /> {named('report.source', r.source)} · {when(r.at_us)}
                    </span>
                    <Said text={r.text} />
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <Card title={t('item.decisions')}>
            {item.decisions.length + item.account_decisions.length === 0 ? (
              <p class="soft">{t('item.no_decisions')}</p>
            ) : (
              <div class="stack">
                {[...item.decisions.filter((d) => !['undoable', 'awaiting_second', 'in_force'].includes(d.state)), ...item.account_decisions].map((d) => (
                  <DecisionCard key={d.id} d={d} changed={changed} brief />
                ))}
              </div>
            )}
          </Card>
        </div>
        <div class="item-deep">
          {p.account?.id && (
            <Card title={t('graph.title')} end={opened !== 'group' && <Button look="quiet" onClick={() => set_opened('group')}>{t('do.show')}</Button>}>
              {opened === 'group' ? <Group id={p.account.id} /> : <p class="soft">{t('graph.about_short')}</p>}
            </Card>
          )}
          <Card title={t('history.title')} end={opened !== 'history' && <Button look="quiet" onClick={() => set_opened('history')}>{t('do.show')}</Button>}>
            {opened === 'history' ? <History id={p.id} /> : <p class="soft">{t('history.about')}</p>}
          </Card>
        </div>
      </div>
      <ToDecide />
    </>
  )
}

export function ItemPage({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const item = useLoad((signal) => call('item', { path: { id }, signal }), [id])
  useNews(['decision', 'lease', 'queue'], item.again, [id], (e) => !(e as { post?: string } | null)?.post || (e as { post: string }).post === id)
  useEffect(() => void ask_care().catch(() => undefined), [id])
  return <Ready from={item} title={t('item.title')}>{(d) => <Body item={arranged(d)} changed={item.again} />}</Ready>
}

