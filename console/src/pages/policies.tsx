/* Versions of the policy: a draft is tried on stored posts, runs in the shadow of the live one, goes live, or back. */
import { useState } from 'preact/hooks'
import type { Backtest, PolicyFull, PolicyVersion } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { useNews } from '@/base/events'
import { bytes, has, named, num, percent, t, tn, when } from '@/base/i18n'
import { useMay } from '@/base/me'
import { go, link } from '@/base/router'
import { Area, Badge, Bar, Button, Card, Check, Dialog, Facts, Fault, Head, Notice, Ready, Table, tell, tell_fault, useDoing, type Tone } from '@/ui/ui'

const tone = (s: PolicyVersion['state']): Tone | undefined => (({ live: 'green', shadow: 'violet', draft: 'amber', former: undefined }) as Record<string, Tone | undefined>)[s]

export function Policies() {
  const list = useLoad((signal) => call('policies', { signal }), [])
  useNews(['policy'], list.again, [])
  const manages = useMay('policy.manage')
  const [adding, set_adding] = useState(false)
  const [back, set_back] = useState<PolicyVersion>()
  const live = list.data?.items.find((p) => p.state === 'live')
  return (
    <>
      <Head title={t('policies.title')} about={t('policies.about')}>
        {manages && (
          <Button look="primary" icon="plus" onClick={() => set_adding(true)}>
            {t('policies.add')}
          </Button>
        )}
      </Head>
      <Card bare>
        <Ready from={list}>
          {(l) => (
            <Table
              caption={t('policies.title')}
              rows={l.items}
              key_of={(p) => p.version}
              columns={[
                { head: t('policies.version'), main: true, cell: (p) => <a href={link(['policy', p.version])}><code>{p.version}</code></a> },
                { head: t('decisions.state'), cell: (p) => <Badge tone={tone(p.state)}>{named('policy.state', p.state)}</Badge> },
                { head: t('policies.note'), cell: (p) => <bdi dir="auto">{p.note ?? '—'}</bdi> },
                { head: t('decision.by'), cell: (p) => <bdi>{p.by}</bdi> },
                { head: t('policies.live_since'), cell: (p) => <span class="nowrap">{when(p.live_since_us ?? p.at_us)}</span> },
                {
                  head: t('people.do'),
                  cell: (p) =>
                    manages && p.state === 'former' ? (
                      <Button look="quiet" icon="undo" turns onClick={() => set_back(p)}>
                        {t('policies.rollback')}
                      </Button>
                    ) : (
                      <span class="soft">{bytes(p.bytes)}</span>
                    ),
                },
              ]}
            />
          )}
        </Ready>
      </Card>
      {list.data && list.data.categories.length > 0 && <Categories rows={list.data.categories} />}
      {adding && <AddPolicy from={live?.version} onClose={() => set_adding(false)} />}
      {back && (
        <Dialog
          title={t('policies.rollback')}
          onClose={() => set_back(undefined)}
          foot={
            <>
              <Button onClick={() => set_back(undefined)}>{t('do.cancel')}</Button>
              <Button look="danger" onClick={() => void call('rollback', { body: { to: back.version } }).then(() => (tell(t('policies.rolled_back')), set_back(undefined), list.again()), tell_fault)}>
                {t('policies.rollback')}
              </Button>
            </>
          }
        >
          <p>{t('policies.rollback_about', back.version)}</p>
        </Dialog>
      )}
    </>
  )
}

/* The closed list, with what each maps onto in the EU's Transparency Database. */
function Categories({ rows }: { rows: unknown[] }) {
  const all = rows.filter((r): r is { name: string; dsa?: string } => typeof (r as { name?: unknown } | null)?.name === 'string')
  return (
    <Card title={t('policies.categories')} bare>
      <Table
        caption={t('policies.categories')}
        rows={all}
        key_of={(r) => r.name}
        columns={[
          { head: t('head.category'), main: true, cell: (r) => named('category', r.name) },
          { head: t('policies.meaning'), cell: (r) => named('about', r.name) },
          { head: t('policies.dsa'), cell: (r) => <code>{r.dsa?.replace('STATEMENT_CATEGORY_', '')}</code> },
        ]}
      />
    </Card>
  )
}

function AddPolicy({ from, onClose }: { from?: string; onClose: () => void }) {
  const base = useLoad<PolicyFull | null>((signal) => (from ? call('policy', { path: { version: from }, signal }) : Promise.resolve(null)), [from])
  const [source, set_source] = useState<string>()
  const [note, set_note] = useState('')
  const doing = useDoing()
  const text = source ?? base.data?.source ?? ''
  return (
    <Dialog title={t('policies.add')} onClose={onClose} wide>
      <p class="soft">{t('policies.add_about')}</p>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          void doing.run(async () => {
            const p = await call('addPolicy', { body: { source: text, note: note || undefined } })
            onClose()
            go(['policy', p.version.version])
          })
        }}
      >
        <div class="source">
          <Area label={t('policies.source')} value={text} onChange={set_source} required rows={16} />
        </div>
        <Area label={t('policies.note')} value={note} onChange={set_note} rows={2} />
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="primary" disabled={doing.busy || !text.trim()}>
            {t('policies.check')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function BacktestView({ b, shadow }: { b: Backtest; shadow?: boolean }) {
  const a = b.against_decisions
  const what = (s: string): string => (s === 'none' || !s ? t('category.none') : has('category.' + s) ? named('category', s) : s)
  return (
    <div class="stack">
      <div class="figures">
        {(
          [
            ['policies.posts', b.posts],
            ['policies.same', b.same],
            ['policies.newly', b.newly_queued],
            ['policies.no_longer', b.no_longer_queued],
            ['policies.changed', b.category_changed],
            ['policies.hard_changed', b.hard_changed],
          ] as const
        ).map(([k, v]) => (
          <div class="figure" key={k}>
            <strong>{num(v)}</strong>
            <span>{t(k)}</span>
          </div>
        ))}
      </div>
      {!shadow && a.n > 0 && (
        <div class="stack-tight">
          <h3>{tn('policies.against', a.n)}</h3>
          <div class="versus">
            <span>{t('policies.live_now')}</span>
            <Bar part={a.right_now / a.n} label={t('policies.live_now')} />
            <b>{percent(a.right_now / a.n)}</b>
            <span>{t('policies.this_one')}</span>
            <Bar part={a.right_then / a.n} tone={a.right_then < a.right_now ? 'red' : undefined} label={t('policies.this_one')} />
            <b>{percent(a.right_then / a.n)}</b>
          </div>
        </div>
      )}
      {b.examples.length > 0 && (
        <Table
          caption={t('policies.examples')}
          rows={b.examples}
          key_of={(e) => e.post}
          columns={[
            { head: t('head.post'), main: true, cell: (e) => <a class="mono" href={link(['item', e.post])}>{e.post.slice(0, 8)}</a> },
            { head: t('policies.was'), cell: (e) => what(e.was) },
            { head: t('policies.would_be'), cell: (e) => what(e.would_be) },
          ]}
        />
      )}
    </div>
  )
}

export function PolicyPage({ path }: { path: string[] }) {
  const version = path[0] ?? ''
  const p = useLoad((signal) => call('policy', { path: { version }, signal }), [version])
  useNews(['policy'], p.again, [version])
  const manages = useMay('policy.manage')
  const [test, set_test] = useState<Backtest>()
  const [seen, set_seen] = useState(false)
  const [asking, set_asking] = useState(false)
  const doing = useDoing()
  return (
    <Ready from={p} title={t('policy.title')}>
      {(one) => (
        <>
          <Head title={one.version.version} about={<Badge tone={tone(one.version.state)}>{named('policy.state', one.version.state)}</Badge>}>
            {manages && one.version.state !== 'live' && (
              <>
                {one.version.state !== 'shadow' && (
                  <Button disabled={doing.busy} onClick={() => void doing.run(() => call('shadow', { path: { version } })).then((ok) => ok && (tell(t('policies.shadowing')), p.again()))}>
                    {t('policies.shadow')}
                  </Button>
                )}
                <Button look={test ? undefined : 'primary'} disabled={doing.busy} onClick={() => void doing.run(async () => set_test(await call('backtest', { path: { version }, body: {} })))}>
                  {t('policies.backtest')}
                </Button>
                <Button look={test ? 'primary' : undefined} disabled={!test} onClick={() => set_asking(true)}>
                  {t('policies.publish')}
                </Button>
              </>
            )}
          </Head>
          {doing.fault && <Fault error={doing.fault} />}
          {doing.busy && <Notice role="status">{t('policies.running')}</Notice>}
          <div class="two even">
            <div class="stack">
              <Card title={t('policies.version')}>
                <Facts
                  rows={[
                    [t('decision.by'), <bdi>{one.version.by}</bdi>],
                    [t('decisions.at'), when(one.version.at_us)],
                    !!one.version.live_since_us && [t('policies.live_since'), when(one.version.live_since_us)],
                    !!one.version.note && [t('policies.note'), <bdi dir="auto">{one.version.note}</bdi>],
                  ]}
                />
              </Card>
              {test && (
                <Card title={t('policies.backtest')}>
                  <BacktestView b={test} />
                </Card>
              )}
              {one.shadow && (
                <Card title={t('policies.in_shadow')}>
                  <BacktestView b={one.shadow} shadow />
                </Card>
              )}
              {!test && !one.shadow && manages && one.version.state !== 'live' && <Notice>{t('policies.how')}</Notice>}
            </div>
            <Card title={t('policies.source')} bare>
              <pre class="source-text" dir="ltr" tabIndex={0} role="group" aria-label={version}>
                {one.source}
              </pre>
            </Card>
          </div>
          {asking && (
            <Dialog
              title={t('policies.publish')}
              onClose={() => set_asking(false)}
              foot={
                <>
                  <Button onClick={() => set_asking(false)}>{t('do.cancel')}</Button>
                  <Button
                    look="primary"
                    disabled={!seen}
                    onClick={() => void call('publish', { path: { version }, body: { seen_backtest: seen } }).then(() => (tell(t('policies.published')), set_asking(false), p.again()), tell_fault)}
                  >
                    {t('policies.publish')}
                  </Button>
                </>
              }
            >
              <p>{t('policies.publish_about')}</p>
              <Check says={t('policies.seen')} checked={seen} onChange={set_seen} />
            </Dialog>
          )}
        </>
      )}
    </Ready>
  )
}
