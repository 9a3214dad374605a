/* An account: what it posted, what was decided about it, and which others act as one with it. */
import { call, useLoad } from '@/base/api'
import { t } from '@/base/i18n'
import { DecisionCard } from '@/desk/decision'
import { GroupGraph } from '@/item/graph'
import { Card, Head, Ready, visible } from '@/ui/ui'
import { AccountFacts, PostList } from './item'

export function Accounts({ path }: { path: string[] }) {
  const id = path[0] ?? ''
  const page = useLoad((signal) => call('account', { path: { id }, signal }), [id])
  return (
    <Ready from={page} title={t('account.title')}>
      {(a) => (
        <>
          <Head title={`\u2068@${visible(a.account.handle ?? '?')}\u2069`} about={t('account.about')} />
          <div class="two">
            <div class="stack">
              <Card title={t('account.title')}>
                <AccountFacts a={a.account} />
              </Card>
              <Card title={t('item.decisions')}>
                {a.decisions.length ? (
                  <div class="stack">
                    {a.decisions.map((d) => (
                      <DecisionCard key={d.id} d={d} brief changed={page.again} />
                    ))}
                  </div>
                ) : (
                  <p class="soft">{t('item.no_decisions')}</p>
                )}
              </Card>
            </div>
            <div class="stack">
              <Card title={t('graph.title')}>
                <GroupGraph graph={a.graph} />
              </Card>
              <Card title={t('item.account_posts')}>
                <PostList posts={a.posts} caption={t('item.account_posts')} />
              </Card>
            </div>
          </div>
        </>
      )}
    </Ready>
  )
}
