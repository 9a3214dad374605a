/* The queue: hard deadlines first, then the harm still to come, with live clocks. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { QueueItem, QueuePage } from '@gen/api'
import { call, usePages } from '@/base/api'
import { live, useNews } from '@/base/events'
import { isolate, named, num, percent, plus, rtl, short, t, tn } from '@/base/i18n'
import { useKeys } from '@/base/keys'
import { learn_care, useMay } from '@/base/me'
import { go, link, refine } from '@/base/router'
import { useStore } from '@/base/store'
import { CATEGORIES } from '@/desk/lists'
import { Icon } from '@/ui/icon'
import { Badge, Bar, Button, Empty, Head, Left, More, Ready, Said, Select, severity_tone, tell, tell_fault, visible } from '@/ui/ui'

const LIMIT = 50
const REACTION_MS = 350
type State = 'open' | 'mine' | 'escalated' | 'snoozed' | 'all'
const STATES: State[] = ['open', 'mine', 'escalated', 'snoozed', 'all']

/* Takes what is next for this person, and goes there. */
export async function take_next(): Promise<void> {
  const n = await learn_care(call('next', {}), (x) => x.care)
  if (n.item) return go(['item', n.item.post])
  if (n.why === 'break_due') return go(['care'])
  if (n.why === 'seen_before' && n.seen_post) {
    tell(t('queue.only_seen'))
    return go(['item', n.seen_post])
  }
  tell(t(n.why === 'routed' ? 'queue.none_for_you' : 'queue.empty'))
}

function StateBadge({ q }: { q: QueueItem }) {
  if (q.state === 'open') return null
  const tone = q.state === 'mine' ? 'accent' : q.state === 'escalated' ? 'amber' : undefined
  return <Badge tone={tone}>{named('queue.state', q.state)}</Badge>
}

function Row({ q }: { q: QueueItem }) {
  return (
    <tr role="row" class={q.state === 'leased' ? 'taken' : undefined} data-post={q.post}>
      <td role="cell" class="q-left">
        <Left deadline_us={q.deadline_us} hard={q.hard} />
      </td>
      <td role="cell" class="q-what">
        <span class={'dot ' + (severity_tone(q.severity) ?? '')} aria-hidden="true" />
        <span class="strong">{named('category', q.category)}</span>
        <span class="sure" title={t('queue.sure')}>
          <Bar part={q.probability} tone={severity_tone(q.severity) === 'red' ? 'red' : severity_tone(q.severity) === 'amber' ? 'amber' : undefined} label={t('queue.sure_is', percent(q.probability))} />
          <span class="soft small">{percent(q.probability)}</span>
        </span>
      </td>
      <th role="rowheader" scope="row" class="q-post">
        <a class="open" href={link(['item', q.post])}>
          {q.caption ? <Said line text={q.caption} /> : <span class="soft">{t('item.no_caption')}</span>}
        </a>
        <span class="q-who soft small">
          <bdi dir="auto">@{visible(q.handle || '?')}</bdi>
          <span>· {q.platform}</span>
          {q.language && <span>· {q.language}</span>}
        </span>
      </th>
      <td role="cell" class="q-views number" data-name={t('queue.views')}>
        {q.views === undefined ? '—' : short(q.views)}
        {' '}
        <span class="soft small" dir={rtl() ? 'rtl' : 'ltr'}>{plus(q.expected_views)}</span>
      </td>
      <td role="cell" class="q-tags">
        {q.copies > 1 && <Badge icon="copy">{tn('queue.copies', q.copies)}</Badge>}
        {q.reports > 0 && <Badge icon="report">{num(q.reports)}<span class="hidden-word"> {tn('queue.reports', q.reports)}</span></Badge>}
        <StateBadge q={q} />
      </td>
    </tr>
  )
}

export function Queue({ query }: { query: URLSearchParams }) {
  const state = (STATES as string[]).includes(query.get('state') ?? '') ? (query.get('state') as State) : 'open'
  const category = CATEGORIES.find((c) => c === query.get('category'))
  const platform = query.get('platform') ?? undefined
  const tongue = query.get('language') ?? undefined
  const asked = { category, platform, language: tongue, state, limit: LIMIT }
  const list = usePages<QueueItem, QueuePage>((cursor, signal) => call('queue', { query: { ...asked, cursor }, signal }), [category, platform, tongue, state], (q) => q.post)
  const works = useMay('queue.work')
  const connected = useStore(live)
  const body = useRef<HTMLTableSectionElement>(null)
  const held = useRef<string | null>(null)
  useNews(['queue', 'decision', 'lease', 'handed'], list.again, [category, platform, tongue, state])

  /* A row that moves loses the focus on the way, and has it again unless the person has gone elsewhere. */
  useEffect(() => {
    const look = (e: Event): void => {
      const at = e.target as Element | null
      held.current = body.current?.contains(at) ? (at!.closest('a.open')?.getAttribute('href') ?? null) : null
    }
    const kinds = ['focusin', 'pointerdown']
    kinds.forEach((k) => document.addEventListener(k, look))
    return () => kinds.forEach((k) => document.removeEventListener(k, look))
  }, [])
  useLayoutEffect(() => {
    if (held.current === null || document.activeElement !== document.body) return
    body.current?.querySelector<HTMLAnchorElement>(`a.open[href="${held.current}"]`)?.focus()
  }, [list.data])

  /* A row that another has just made way for, or that has just come there, is not the one that a hand was on its way to. */
  const order = useRef<string[]>([])
  const moved = useRef({ at: 0, posts: new Set<string>() })
  useLayoutEffect(() => {
    const posts = list.data?.map((q) => q.post) ?? []
    const elsewhere = posts.filter((p, i) => i < order.current.length && order.current[i] !== p)
    if (elsewhere.length) moved.current = { at: performance.now(), posts: new Set(elsewhere) }
    order.current = posts
  }, [list.data])
  const meant = (e: MouseEvent): void => {
    const post = (e.target as Element).closest('tr')?.dataset.post ?? ''
    if (e.detail > 0 && performance.now() - moved.current.at < REACTION_MS && moved.current.posts.has(post)) e.preventDefault()
  }

  const step = (by: number): void => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a.open') ?? [])]
    const at = links.findIndex((l) => l === document.activeElement)
    links[Math.max(0, Math.min(links.length - 1, at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by))]?.focus()
  }
  const next = (): void => void take_next().catch(tell_fault)
  useKeys(
    [
      { keys: 'j', says: 'keys.down', run: () => step(1) },
      { keys: 'k', says: 'keys.up', run: () => step(-1) },
      ...(works ? [{ keys: 'n', says: 'queue.next' as const, run: next }] : []),
    ],
    [works],
  )

  return (
    <>
      <Head
        title={t('queue.title')}
        about={
          list.whole && (
            <>
              {tn('queue.waiting', list.whole.total)}
              {list.whole.late > 0 && <> · <strong class="late-words">{tn('queue.late', list.whole.late)}</strong></>}
              <span class={'pulse ' + connected}> {t(connected === 'on' ? 'queue.live' : 'queue.not_live')}</span>
            </>
          )
        }
      >
        {works && (
          <Button look="primary" icon="next" turns hint="n" onClick={next}>
            {t('queue.next')}
          </Button>
        )}
      </Head>
      <div class="filters" role="group" aria-label={t('queue.filters')}>
        <Select bare label={t('queue.which')} value={state} options={STATES.map((s) => ({ value: s, says: named('queue.which', s) }))} onChange={(v) => refine({ state: v === 'open' ? undefined : v })} />
        <Select
          bare
          label={t('head.category')}
          value={category ?? ''}
          options={[{ value: '', says: t('queue.every_category') }, ...CATEGORIES.map((c) => ({ value: c as string, says: named('category', c) }))]}
          onChange={(v) => refine({ category: v || undefined })}
        />
        <Select
          bare
          label={t('head.platform')}
          value={platform ?? ''}
          options={[{ value: '', says: t('queue.every_platform') }, ...['tiktok', 'telegram', 'instagram', 'youtube', 'file'].map((p) => ({ value: p, says: p }))]}
          onChange={(v) => refine({ platform: v || undefined })}
        />
        <Select
          bare
          label={t('queue.language')}
          value={tongue ?? ''}
          options={[{ value: '', says: t('queue.every_language') }, ...['ar', 'ar-MA', 'ar-IQ', 'fr', 'en'].map((p) => ({ value: p, says: `${named('tongue', p)} ${isolate(p)}` }))]}
          onChange={(v) => refine({ language: v || undefined })}
        />
        {(category || platform || tongue || state !== 'open') && (
          <Button look="quiet" icon="close" onClick={() => refine({ category: undefined, platform: undefined, language: undefined, state: undefined })}>
            {t('queue.clear')}
          </Button>
        )}
      </div>
      <div class="card queue">
        <Ready from={list}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty>{t('queue.empty')}</Empty>
            ) : (
              <table role="table" class="queue-table">
                <caption class="hidden-word">{t('queue.caption')}</caption>
                <thead role="rowgroup">
                  <tr role="row">
                    <th role="columnheader" scope="col">{t('head.left')}</th>
                    <th role="columnheader" scope="col">{t('head.category')}</th>
                    <th role="columnheader" scope="col">{t('head.post')}</th>
                    <th role="columnheader" scope="col" class="number">{t('queue.views_to_come')}</th>
                    <th role="columnheader" scope="col">{t('queue.notes')}</th>
                  </tr>
                </thead>
                <tbody role="rowgroup" ref={body} onClickCapture={meant}>
                  {rows.map((q) => (
                    <Row q={q} key={q.post} />
                  ))}
                </tbody>
              </table>
            )
          }
        </Ready>
      </div>
      <More more={list.more} n={list.data?.length} />
      <p class="soft small row">
        <Icon name="info" /> {t('queue.order')}
      </p>
    </>
  )
}
