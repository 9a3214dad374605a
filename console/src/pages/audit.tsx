/* The ledger as people read it. Its proof is checked with `marsad verify`, not by looking. */
import { useState } from 'preact/hooks'
import type { Step } from '@gen/api'
import { call, usePages } from '@/base/api'
import { t, tn } from '@/base/i18n'
import { refine } from '@/base/router'
import { Button, Card, Head, Input, More, Ready } from '@/ui/ui'
import { Steps } from './item'

export function Audit({ query }: { query: URLSearchParams }) {
  const subject = query.get('subject') ?? ''
  const [words, set] = useState(subject)
  const [size, set_size] = useState<number>()
  const list = usePages<Step>(
    (cursor, signal) => call('audit', { query: { cursor, subject: subject || undefined }, signal }).then((s) => (set_size(s.size), s)),
    [subject],
  )
  return (
    <>
      <Head title={t('audit.title')} about={<>{size !== undefined && tn('audit.size', size)} {t('audit.about')}</>} />
      <form
        class="row"
        onSubmit={(e) => {
          e.preventDefault()
          refine({ subject: words || undefined })
        }}
      >
        <div class="grow audit-find">
          <Input label={t('audit.subject')} value={words} onChange={set} dir="ltr" hint={t('audit.subject_about')} />
        </div>
        <Button submit icon="filter">
          {t('audit.filter')}
        </Button>
      </form>
      <Card>
        <Ready from={list}>{(steps) => <Steps steps={[...steps].sort((a, b) => b.n - a.n)} />}</Ready>
        <More more={list.more} n={list.data?.length} />
      </Card>
    </>
  )
}
