/* What the public and platforms told of. */
import type { Report } from '@gen/api'
import { call, usePages } from '@/base/api'
import { useNews } from '@/base/events'
import { named, t, when } from '@/base/i18n'
import { link } from '@/base/router'
import { Badge, Button, Card, Head, More, Ready, Said, Table, Tabs } from '@/ui/ui'

const STATES = ['received', 'in_review', 'answered'] as const

export function Reports({ query }: { query: URLSearchParams }) {
  const state = STATES.find((s) => s === query.get('state'))
  const list = usePages<Report>((cursor, signal) => call('reports', { query: { state, cursor }, signal }), [state])
  useNews(['report'], list.again, [state])
  return (
    <>
      <Head title={t('reports.title')} about={t('reports.about')}>
        <Button icon="link" href="#/report">
          {t('reports.form')}
        </Button>
      </Head>
      <Card bare>
        <Tabs label={t('reports.title')} at={state ?? ''} tabs={[{ id: '', says: t('reports.every'), href: link(['reports']) }, ...STATES.map((s) => ({ id: s, says: named('report.state', s), href: link(['reports'], { state: s }) }))]} />
        <Ready from={list}>
          {(rows) => (
            <Table
              caption={t('reports.title')}
              rows={rows}
              key_of={(r) => r.number}
              columns={[
                { head: t('reports.number'), cell: (r) => <code>{r.number}</code> },
                { head: t('reports.words'), main: true, cell: (r) => (r.post ? <a href={link(['item', r.post])}><Said line text={r.text} class="clip-words" /></a> : <Said line text={r.text} class="clip-words" />) },
                { head: t('head.category'), cell: (r) => named('category', r.category) },
                { head: t('reports.from'), cell: (r) => named('report.source', r.source) },
                { head: t('decisions.state'), cell: (r) => <Badge tone={r.state === 'answered' ? 'green' : r.state === 'in_review' ? 'accent' : 'amber'}>{named('report.state', r.state)}</Badge> },
                { head: t('decisions.at'), cell: (r) => <span class="nowrap">{when(r.at_us)}</span> },
              ]}
            />
          )}
        </Ready>
        <More more={list.more} n={list.data?.length} />
      </Card>
    </>
  )
}
