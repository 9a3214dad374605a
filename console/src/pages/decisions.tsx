/* What was decided: one's own, those that wait for a second person, all. */
import type { Decision, DecisionState } from '@gen/api'
import { call, useLoad, usePages } from '@/base/api'
import { useNews } from '@/base/events'
import { named, t, tn, when } from '@/base/i18n'
import { useKeys } from '@/base/keys'
import { may } from '@/base/me'
import { link } from '@/base/router'
import { DecisionCard, measure_tone, settled, state_tone, undo } from '@/desk/decision'
import { Badge, Button, Card, Head, More, Ready, Said, Table, Tabs, tell_fault } from '@/ui/ui'

export function Decisions({ query }: { query: URLSearchParams }) {
  const view = query.get('view') ?? (may('decide') ? 'mine' : may('decide.second') ? 'second' : 'all')
  const state: DecisionState | undefined = view === 'second' ? 'awaiting_second' : view === 'reversed' ? 'reversed' : undefined
  const list = usePages<Decision>((cursor, signal) => call('decisions', { query: { state, mine: view === 'mine' ? true : undefined, cursor, limit: 40 }, signal }), [view])
  useNews(['decision'], list.again, [view])
  const tabs = [
    ...(may('decide') ? [{ id: 'mine', says: t('decisions.mine'), href: link(['decisions'], { view: 'mine' }) }] : []),
    { id: 'second', says: t('decisions.second'), href: link(['decisions'], { view: 'second' }) },
    { id: 'all', says: t('decisions.all'), href: link(['decisions'], { view: 'all' }) },
    { id: 'reversed', says: t('decisions.reversed'), href: link(['decisions'], { view: 'reversed' }) },
  ]
  return (
    <>
      <Head title={t('decisions.title')} about={t(view === 'second' ? 'decisions.second_about' : 'decisions.about')} />
      <Card bare>
        <Tabs label={t('decisions.title')} at={view} tabs={tabs} />
        <Ready from={list}>
          {(rows) => (
            <Table
              caption={t('decisions.title')}
              rows={rows}
              key_of={(d) => d.id}
              columns={[
                { head: t('decisions.what'), main: true, cell: (d) => <a href={link(['decision', d.id])}>{named('measure', d.measure)}</a> },
                { head: t('decisions.state'), cell: (d) => <Badge tone={state_tone(d)}>{named('decision.state', d.state)}</Badge> },
                { head: t('head.category'), cell: (d) => (d.category && d.category !== 'none' ? named('category', d.category) : '—') },
                { head: t('decision.facts'), cell: (d) => <Said line text={d.facts} class="clip-words" /> },
                { head: t('decisions.posts'), number: true, cell: (d) => tn('decision.posts', settled(d).length) },
                { head: t('decision.by'), cell: (d) => <bdi>{d.by}</bdi> },
                { head: t('decisions.at'), cell: (d) => <span class="nowrap">{when(d.at_us)}</span> },
              ]}
            />
          )}
        </Ready>
        <More more={list.more} n={list.data?.length} />
      </Card>
    </>
  )
}

export function DecisionPage({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const d = useLoad((signal) => call('decision', { path: { id }, signal }), [id])
  useNews(['decision'], d.again, [id])
  const undoable = d.data?.mine && ['undoable', 'awaiting_second'].includes(d.data.state)
  useKeys(undoable ? [{ keys: 'u', says: 'decision.undo', run: () => void undo(d.data!).then(d.again, tell_fault) }] : [], [d.data?.id, d.data?.state])
  return (
    <Ready from={d} title={t('decision.title')}>
      {(one) => (
        <>
          <Head title={named('measure', one.measure)} about={<Badge tone={measure_tone(one.measure)}>{one.category && one.category !== 'none' ? named('category', one.category) : t('category.none')}</Badge>}>
            <Button icon="film" href={link(['item', one.post])}>
              {t('decision.to_post')}
            </Button>
          </Head>
          <div class="narrow">
            <Card title={t('decision.title')}>
              <DecisionCard d={one} changed={d.again} />
            </Card>
            {settled(one).length > 1 && (
              <Card title={t('decision.settled')}>
                <ul class="ids">
                  {settled(one).map((p) => (
                    <li key={p}>
                      <a class="mono" href={link(['item', p])}>
                        {p.slice(0, 8)}
                      </a>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </div>
        </>
      )}
    </Ready>
  )
}
