/* Appeals, by their clock, decided by somebody who had no part in the decision. */
import { useState } from 'preact/hooks'
import type { Appeal } from '@gen/api'
import { call, useLoad, usePages } from '@/base/api'
import { useNews } from '@/base/events'
import { named, t, when } from '@/base/i18n'
import { link } from '@/base/router'
import { DecisionFacts, measure_tone } from '@/desk/decision'
import { Area, Badge, Button, Card, Facts, Fault, Head, Left, More, Notice, Ready, Said, Segments, Table, Tabs, tell, useDoing } from '@/ui/ui'

type State = Appeal['state']
const tone = (s: State) => (s === 'waiting' ? 'amber' : s === 'overturned' ? 'violet' : 'green')

export function Appeals({ query }: { query: URLSearchParams }) {
  const state = (query.get('state') as State | null) ?? 'waiting'
  const list = usePages<Appeal>((cursor, signal) => call('appeals', { query: { state, cursor }, signal }), [state])
  useNews(['appeal'], list.again, [state])
  return (
    <>
      <Head title={t('appeals.title')} about={t('appeals.about')} />
      <Card bare>
        <Tabs label={t('appeals.title')} at={state} tabs={(['waiting', 'overturned', 'upheld'] as const).map((s) => ({ id: s, says: named('appeal.state', s), href: link(['appeals'], { state: s }) }))} />
        <Ready from={list}>
          {(rows) => (
            <Table
              caption={t('appeals.title')}
              rows={rows}
              key_of={(a) => a.id}
              empty={t('appeals.none')}
              columns={[
                { head: t('head.left'), cell: (a) => (a.state === 'waiting' ? <Left deadline_us={a.due_us} hard /> : <Badge tone={tone(a.state)}>{named('appeal.state', a.state)}</Badge>) },
                { head: t('appeals.words'), main: true, cell: (a) => <a href={link(['appealed', a.id])}><Said line text={a.text} class="clip-words" /></a> },
                { head: t('appeals.against'), cell: (a) => <Badge tone={measure_tone(a.decision.measure)}>{named('measure', a.decision.measure)}</Badge> },
                { head: t('head.category'), cell: (a) => named('category', a.decision.category ?? 'none') },
                { head: t('appeals.came'), cell: (a) => <span class="nowrap">{when(a.at_us)}</span> },
                { head: t('appeals.for_you'), cell: (a) => (a.state !== 'waiting' ? <bdi>{a.by}</bdi> : t(a.may_decide ? 'yes' : 'appeals.not_you')) },
              ]}
            />
          )}
        </Ready>
        <More more={list.more} n={list.data?.length} />
      </Card>
    </>
  )
}

function DecideAppeal({ a, changed }: { a: Appeal; changed: () => void }) {
  const [outcome, set_outcome] = useState<'uphold' | 'overturn' | ''>('')
  const [reason, set_reason] = useState('')
  const doing = useDoing()
  if (!a.may_decide) return <Notice icon="people">{t('appeal.not_you')}</Notice>
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault()
        if (!outcome) return
        void doing.run(() => call('decideAppeal', { path: { id: a.id }, body: { outcome, reason } })).then((ok) => ok && (tell(t(outcome === 'overturn' ? 'appeal.overturned_now' : 'appeal.upheld_now')), changed()))
      }}
    >
      <Segments
        shown
        label={t('appeal.outcome')}
        value={outcome}
        options={[
          { value: 'overturn' as const, says: t('appeal.overturn') },
          { value: 'uphold' as const, says: t('appeal.uphold') },
        ]}
        onChange={set_outcome}
      />
      {outcome && <p class="small soft">{t(outcome === 'overturn' ? 'appeal.overturn_about' : 'appeal.uphold_about')}</p>}
      <Area label={t('appeal.reason')} hint={t('appeal.reason_about')} value={reason} onChange={set_reason} required rows={4} />
      {doing.fault && <Fault error={doing.fault} />}
      <Button submit look="primary" disabled={doing.busy || !outcome || !reason.trim()}>
        {t('appeal.send')}
      </Button>
    </form>
  )
}

export function AppealPage({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const a = useLoad((signal) => call('appealGet', { path: { id }, signal }), [id])
  return (
    <Ready from={a} title={t('appeal.title')}>
      {(one) => (
        <>
          <Head title={t('appeal.title')} about={<>{t('appeals.came')} {when(one.at_us)}</>}>
            {one.state === 'waiting' ? <Left deadline_us={one.due_us} hard /> : <Badge tone={tone(one.state)}>{named('appeal.state', one.state)}</Badge>}
            <Button icon="film" href={link(['item', one.post])}>
              {t('decision.to_post')}
            </Button>
          </Head>
          <div class="two even">
            <div class="stack">
              <Card title={t('appeal.owner_says')}>
                <Said text={one.text} />
              </Card>
              <Card title={t('decision.title')}>
                <DecisionFacts d={one.decision} />
              </Card>
            </div>
            <Card title={t('appeal.answer')}>
              {one.state === 'waiting' ? (
                <DecideAppeal a={one} changed={a.again} />
              ) : (
                <Facts
                  rows={[
                    [t('appeal.outcome'), <Badge tone={tone(one.state)}>{named('appeal.state', one.state)}</Badge>],
                    [t('appeal.reason'), <Said text={one.answer} />],
                    [t('decision.by'), <bdi>{one.by}</bdi>],
                    [t('decisions.at'), when(one.answered_us)],
                  ]}
                />
              )}
            </Card>
          </div>
        </>
      )}
    </Ready>
  )
}
