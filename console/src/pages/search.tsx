/* Finding posts by words, account, category, state. */
import { useState } from 'preact/hooks'
import type { Category, PostLine } from '@gen/api'
import { call, usePages } from '@/base/api'
import { named, t } from '@/base/i18n'
import { refine } from '@/base/router'
import { CATEGORIES } from '@/desk/lists'
import { Button, Card, Empty, Head, Input, More, Ready, Select } from '@/ui/ui'
import { PostList } from './item'

const STATES = ['queued', 'decided', 'quiet', 'waiting'] as const

export function Search({ query }: { query: URLSearchParams }) {
  const q = query.get('q') ?? ''
  const category = CATEGORIES.find((c) => c === query.get('category'))
  const state = STATES.find((s) => s === query.get('state'))
  const [words, set_words] = useState(q)
  const asked = q !== '' || category !== undefined || state !== undefined
  const found = usePages<PostLine>(
    (cursor, signal) => (asked ? call('search', { query: { q: q || undefined, category, state, cursor, limit: 40 }, signal }) : Promise.resolve({ items: [] })),
    [q, category, state],
  )
  return (
    <>
      <Head title={t('search.title')} about={t('search.about')} />
      <Card>
        <form
          class="search-form"
          onSubmit={(e) => {
            e.preventDefault()
            refine({ q: words || undefined })
          }}
        >
          <Input label={t('search.label')} type="search" value={words} onChange={set_words} dir="auto" />
          <Select
            label={t('head.category')}
            value={category ?? ''}
            options={[{ value: '', says: t('queue.every_category') }, ...CATEGORIES.map((c) => ({ value: c as string, says: named('category', c) }))]}
            onChange={(v) => refine({ category: (v as Category) || undefined })}
          />
          <Select label={t('search.state')} value={state ?? ''} options={[{ value: '', says: t('search.every_state') }, ...STATES.map((s) => ({ value: s as string, says: named('post.state', s) }))]} onChange={(v) => refine({ state: v || undefined })} />
          <Button submit look="primary" icon="search">
            {t('search.go')}
          </Button>
        </form>
      </Card>
      {!asked ? (
        <Empty icon="search">{t('search.start')}</Empty>
      ) : (
        <Card title={t('search.results')}>
          <Ready from={found}>{(posts) => (posts.length ? <PostList posts={posts} caption={t('search.results')} /> : <Empty icon="search">{t('search.none')}</Empty>)}</Ready>
          <More more={found.more} n={found.data?.length} />
        </Card>
      )}
    </>
  )
}
