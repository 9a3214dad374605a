/* Cases, to be read. They are made and closed with `marsad case`, by whoever keeps the evidence. */
import type { CaseLine } from '@gen/api'
import { call, useLoad, usePages } from '@/base/api'
import { named, num, t, tn, when } from '@/base/i18n'
import { link } from '@/base/router'
import { Badge, Card, Facts, Head, More, Ready, Said, Table } from '@/ui/ui'

export function Cases() {
  const list = usePages<CaseLine>((cursor, signal) => call('cases', { query: { cursor }, signal }), [])
  return (
    <>
      <Head title={t('cases.title')} about={t('cases.about')} />
      <Card bare>
        <Ready from={list}>
          {(rows) => (
            <Table
              caption={t('cases.title')}
              rows={rows}
              key_of={(c) => c.id}
              empty={t('cases.none')}
              columns={[
                { head: t('case.title'), main: true, cell: (c) => <a href={link(['case', c.id])}><Said line text={c.title} /></a> },
                { head: t('case.id'), cell: (c) => <code>{c.id.slice(0, 12)}</code> },
                { head: t('decisions.state'), cell: (c) => <Badge>{named('case.state', c.state)}</Badge> },
                { head: t('case.items'), number: true, cell: (c) => (c.items === undefined ? '—' : num(c.items)) },
                { head: t('case.opened'), cell: (c) => <span class="nowrap">{when(c.opened_us)}</span> },
              ]}
            />
          )}
        </Ready>
        <More more={list.more} />
      </Card>
    </>
  )
}

interface Part {
  type: string
  id: string
  added_us?: number
  why?: string
}
/* The pages that parts of a case have here. */
const PAGE_OF: Record<string, string> = { post: 'item', account: 'account', decision: 'decision' }

function CasePart({ part }: { part: Part }) {
  const page = PAGE_OF[part.type]
  return (
    <li>
      <span class="row">
        <Badge>{named('case.part', part.type)}</Badge>
        {page ? (
          <a class="mono" href={link([page, part.id])}>
            {part.id.slice(0, 12)}
          </a>
        ) : (
          <code>{part.id.slice(0, 24)}</code>
        )}
        <span class="small soft">{when(part.added_us)}</span>
      </span>
      {part.why && <Said text={part.why} />}
    </li>
  )
}

const is_part = (x: unknown): x is Part => typeof (x as Part | null)?.id === 'string' && typeof (x as Part).type === 'string'

export function CasePage({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const c = useLoad((signal) => call('case', { path: { case: id }, signal }), [id])
  return (
    <Ready from={c} title={t('case.title')}>
      {(one) => (
        <>
          <Head title={`\u2068${one.title}\u2069`} about={t('cases.read_only')}>
            <Badge>{named('case.state', one.state)}</Badge>
          </Head>
          <div class="two even">
            <Card title={t('case.title')}>
              <Facts
                rows={[
                  [t('case.id'), <code>{one.id}</code>],
                  [t('case.opened'), when(one.opened_us)],
                  !!one.summary && [t('case.summary'), <Said text={one.summary} />],
                  !!one.decisions?.length && [t('decisions.title'), <span class="row">{one.decisions.map((d) => <a class="mono" href={link(['decision', d])}>{d.slice(0, 8)}</a>)}</span>],
                ]}
              />
            </Card>
            <Card title={tn('case.items_n', one.items.length)}>
              {one.items.length ? <ul class="case-items">{one.items.filter(is_part).map((p) => <CasePart part={p} key={p.type + p.id} />)}</ul> : <p class="soft">{t('list.empty')}</p>}
            </Card>
          </div>
        </>
      )}
    </Ready>
  )
}
