/* Whether people agree with each other and with what is known, and where the machine errs. No figure is of one person. */
import { useState } from 'preact/hooks'
import type { Adjudication, AlphaRow, Category } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { named, num, num2, ratio, t, tn, tongue } from '@/base/i18n'
import { useMay } from '@/base/me'
import { link } from '@/base/router'
import { CATEGORIES } from '@/desk/lists'
import { Measured, Rates } from '@/ui/charts'
import { Area, Badge, Button, Card, Dialog, Empty, Fault, Head, Input, Ready, Said, Segments, Select, Table, Tabs, tell, tell_fault, useDoing, type Tone } from '@/ui/ui'

function QualityTabs({ at }: { at: string }) {
  if (!useMay('quality.manage')) return null
  return (
    <Tabs
      label={t('quality.title')}
      at={at}
      tabs={[
        { id: 'quality', says: t('quality.figures'), href: link(['quality']) },
        { id: 'golden', says: t('golden.title'), href: link(['golden']) },
        { id: 'adjudications', says: t('adjudications.title'), href: link(['adjudications']) },
      ]}
    />
  )
}

const verdict_tone: Record<AlphaRow['verdict'], Tone | undefined> = { reliable: 'green', tentative: 'amber', not_reliable: 'red', too_few: undefined }

/* Alpha runs from −1 to 1; below 0 is worse than chance. */
function Alpha({ row }: { row: AlphaRow }) {
  const { value, low, high } = row.alpha
  return <Measured r={row.alpha} low={-1} top={1} good={0.8} label={`${named('category', row.category)}: α ${num2(value ?? 0)} (${num2(low ?? value ?? 0)}–${num2(high ?? value ?? 0)})`} />
}

export function QualityPage() {
  const data = useLoad((signal) => call('quality', { query: { days: 30 }, signal }), [])
  return (
    <>
      <Head title={t('quality.title')} about={t('quality.about')} />
      <QualityTabs at="quality" />
      <Ready from={data}>
        {(q) => (
          <>
            <div class="figures big">
              {(
                [
                  [num(q.second_reviews), 'quality.second_reviews'],
                  [num(q.disagreements), 'quality.disagreements'],
                  [num(q.open_adjudications), 'quality.open_adjudications'],
                  [ratio(q.overturned, q.appeals), 'quality.overturned'],
                ] as const
              ).map(([v, k]) => (
                <div class="figure card" key={k}>
                  <strong>{v}</strong>
                  <span>{t(k)}</span>
                </div>
              ))}
            </div>
            <div class="board">
              <Card title={t('quality.alpha')}>
                <p class="small soft">{t('quality.alpha_about')}</p>
                {q.alpha.length ? (
                  <div class="chart-rows">
                    {q.alpha.map((r) => (
                      <div class="chart-row verdicts" key={r.category}>
                        <span class="name">{named('category', r.category)}</span>
                        <Alpha row={r} />
                        <Badge tone={verdict_tone[r.verdict]}>{r.alpha.value === null ? t('dashboard.too_few') : `${num2(r.alpha.value)} ${named('verdict', r.verdict)}`}</Badge>
                      </div>
                    ))}
                  </div>
                ) : (
                  <p class="soft">{t('dashboard.too_few')}</p>
                )}
              </Card>
              <Card title={t('quality.golden')}>
                <p class="small soft">{t('quality.golden_about')}</p>
                <Rates rows={q.golden} name={(k) => named('category', k)} />
              </Card>
              <Card title={t('quality.machine_language')}>
                <p class="small soft">{t('quality.machine_about')}</p>
                <Rates rows={q.machine_by_language} name={tongue} />
              </Card>
              <Card title={t('quality.machine_category')}>
                <p class="small soft">{t('quality.machine_about')}</p>
                <Rates rows={q.machine_by_category} name={(k) => named('category', k)} />
              </Card>
            </div>
          </>
        )}
      </Ready>
    </>
  )
}

function Verdict(p: { violation: boolean | undefined; category: Category | ''; onViolation: (v: boolean) => void; onCategory: (c: Category) => void }) {
  return (
    <>
      <Segments
        shown
        label={t('golden.answer')}
        value={p.violation === undefined ? '' : p.violation ? 'yes' : 'no'}
        options={[
          { value: 'yes', says: t('golden.violation') },
          { value: 'no', says: t('golden.none') },
        ]}
        onChange={(v) => p.onViolation(v === 'yes')}
      />
      {p.violation && (
        <Select label={t('head.category')} value={p.category} options={[...(p.category ? [] : [{ value: '' as const, says: '—' }]), ...CATEGORIES.map((c) => ({ value: c, says: named('category', c) }))]} onChange={(c) => p.onCategory(c as Category)} />
      )}
    </>
  )
}

function AddGolden({ onClose, done }: { onClose: () => void; done: () => void }) {
  const [post, set_post] = useState('')
  const [violation, set_violation] = useState<boolean>()
  const [category, set_category] = useState<Category | ''>('')
  const [note, set_note] = useState('')
  const doing = useDoing()
  return (
    <Dialog title={t('golden.add')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          if (violation === undefined) return
          void doing.run(() => call('addGolden', { body: { post: post.trim(), violation, category: category || undefined, note: note || undefined } })).then((ok) => ok && (tell(t('state.saved')), onClose(), done()))
        }}
      >
        <Input label={t('golden.post')} value={post} onChange={set_post} required dir="ltr" pattern="[0-9a-f]{32}" hint={t('golden.post_about')} />
        <Verdict violation={violation} category={category} onViolation={set_violation} onCategory={set_category} />
        <Area label={t('policies.note')} value={note} onChange={set_note} rows={2} />
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="primary" disabled={doing.busy || violation === undefined || (violation && !category)}>
            {t('golden.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function Goldens() {
  const list = useLoad((signal) => call('goldens', { signal }), [])
  const [adding, set_adding] = useState(false)
  return (
    <>
      <Head title={t('golden.title')} about={t('golden.about')}>
        <Button look="primary" icon="plus" onClick={() => set_adding(true)}>
          {t('golden.add')}
        </Button>
      </Head>
      <QualityTabs at="golden" />
      <Card bare>
        <Ready from={list}>
          {(l) => (
            <Table
              caption={t('golden.title')}
              rows={l.items}
              key_of={(g) => g.post}
              empty={t('golden.empty')}
              columns={[
                { head: t('head.post'), main: true, cell: (g) => <a class="mono" href={link(['item', g.post])}>{g.post.slice(0, 8)}</a> },
                { head: t('golden.answer'), cell: (g) => (g.violation ? named('category', g.category) : t('golden.none')) },
                { head: t('policies.note'), cell: (g) => <bdi dir="auto">{g.note ?? '—'}</bdi> },
                { head: t('golden.right'), number: true, cell: (g) => ratio(g.right, g.answers) },
                { head: t('people.do'), cell: (g) => <Button look="quiet" onClick={() => void call('removeGolden', { path: { post: g.post } }).then(list.again, tell_fault)}>{t('golden.remove')}</Button> },
              ]}
            />
          )}
        </Ready>
      </Card>
      {adding && <AddGolden onClose={() => set_adding(false)} done={list.again} />}
    </>
  )
}

function Adjudicate({ a, done }: { a: Adjudication; done: () => void }) {
  const [violation, set_violation] = useState<boolean>()
  const [category, set_category] = useState<Category | ''>('')
  const [reason, set_reason] = useState('')
  const doing = useDoing()
  return (
    <Card>
      <div class="two even">
        <div class="stack-tight">
          <p>
            <a href={link(['item', a.post])}>
              <Said line text={a.caption || a.post.slice(0, 8)} />
            </a>
          </p>
          <ul class="answers">
            {a.answers.map((x) => (
              <li key={x.pseudonym}>
                <bdi class="strong">{x.pseudonym}</bdi> <Badge tone={x.violation ? 'red' : 'green'}>{x.violation ? named('category', x.category) : t('golden.none')}</Badge>
              </li>
            ))}
          </ul>
        </div>
        <form
          class="stack-tight"
          onSubmit={(e) => {
            e.preventDefault()
            if (violation === undefined) return
            void doing.run(() => call('adjudicate', { path: { post: a.post }, body: { violation, category: category || undefined, reason } })).then((ok) => ok && (tell(t('adjudications.done')), done()))
          }}
        >
          <Verdict violation={violation} category={category} onViolation={set_violation} onCategory={set_category} />
          <Area label={t('adjudications.reason')} value={reason} onChange={set_reason} required rows={2} />
          {doing.fault && <Fault error={doing.fault} />}
          <Button submit look="primary" disabled={doing.busy || violation === undefined || !reason.trim() || (violation && !category)}>
            {t('adjudications.send')}
          </Button>
        </form>
      </div>
    </Card>
  )
}

export function Adjudications() {
  const list = useLoad((signal) => call('adjudications', { signal }), [])
  return (
    <>
      <Head title={t('adjudications.title')} about={list.data ? tn('adjudications.n', list.data.items.length) : undefined} />
      <QualityTabs at="adjudications" />
      <Ready from={list}>{(l) => (l.items.length ? <div class="stack">{l.items.map((a) => <Adjudicate key={a.post} a={a} done={list.again} />)}</div> : <Empty>{t('adjudications.none')}</Empty>)}</Ready>
    </>
  )
}
