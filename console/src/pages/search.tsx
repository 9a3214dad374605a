/* Finding posts by words, account, category, state. */
import { useEffect, useState } from 'preact/hooks'
import type { Category, PostLine, PostLines } from '@gen/api'
import { call, usePages } from '@/base/api'
import { named, t } from '@/base/i18n'
import { refine } from '@/base/router'
import { CATEGORIES } from '@/desk/lists'
import { Button, Card, Empty, Head, Input, More, Notice, Ready, Select } from '@/ui/ui'
import { PostList } from './item'

const LOOK_AGAIN_MS = 5000
const STATES = ['queued', 'decided', 'quiet', 'waiting'] as const

export function Search({ query }: { query: URLSearchParams }) {
  const q = query.get('q') ?? ''
  const category = CATEGORIES.find((c) => c === query.get('category'))
  const state = STATES.find((s) => s === query.get('state'))
  const [words, set_words] = useState(q)
  const asked = q !== '' || category !== undefined || state !== undefined
  const found = usePages<PostLine, PostLines>(
    (cursor, signal) => (asked ? call('search', { query: { q: q || undefined, category, state, cursor, limit: 40 }, signal }) : Promise.resolve({ items: [] })),
    [q, category, state],
  )
  /* Others are found as their words are read. */
  const pending = found.whole?.pending ?? false
  useEffect(() => {
    const timer = pending ? window.setInterval(found.again, LOOK_AGAIN_MS) : undefined
    return () => clearInterval(timer)
  }, [pending])
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
          {pending && <Notice role="status">{t('search.pending')}</Notice>}
          <More more={found.more} n={found.data?.length} />
        </Card>
      )}
    </>
  )
}
