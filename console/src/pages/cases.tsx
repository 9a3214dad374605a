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

/* An item of a case is what the evidence says of it; a post's id in it leads to the post. */
function CaseItem({ item }: { item: unknown }) {
  const o = (typeof item === 'string' ? { post: item } : (item ?? {})) as Record<string, unknown>
  const post = typeof o.post === 'string' ? o.post : undefined
  const words = Object.entries(o).filter(([k, v]) => k !== 'post' && ['string', 'number', 'boolean'].includes(typeof v))
  return (
    <li>
      {post && (
        <a class="mono" href={link(['item', post])}>
          {post.slice(0, 8)}
        </a>
      )}
      <span class="small">
        {words.map(([k, v]) => (
          <span class="fact-chip">
            <span class="soft">{k.replace(/_us$/, '')}</span> <bdi dir="auto">{k.endsWith('_us') ? when(v as number) : String(v)}</bdi>
          </span>
        ))}
      </span>
    </li>
  )
}

export function CasePage({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const c = useLoad((signal) => call('case', { path: { case: id }, signal }), [id])
  return (
    <Ready from={c}>
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
              {one.items.length ? <ul class="case-items">{one.items.map((i, k) => <CaseItem item={i} key={k} />)}</ul> : <p class="soft">{t('list.empty')}</p>}
            </Card>
          </div>
        </>
      )}
    </Ready>
  )
}
