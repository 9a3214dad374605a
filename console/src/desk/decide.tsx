/* The decision form: the statement of reasons of the DSA's Article 17, filled in by keyboard alone. Digits choose the
 * measure, Ctrl+Enter sends. The machine may have found it; a person decides, and says so with their own words. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Category, Decision, DecisionBody, Item, Measure } from '@gen/api'
import { call, once } from '@/base/api'
import { lasting, named, t, tn } from '@/base/i18n'
import { useKeys } from '@/base/keys'
import { sentence, where } from '@/item/findings'
import { now } from '@/base/ticker'
import { Area, Button, Check, Fault, Input, Notice, Segments, Select, useDoing } from '@/ui/ui'
import { CATEGORIES, MEASURES } from './lists'

const DAYS = ['0', '1', '3', '7', '30', '90']

/* What carried it, in sentences that the person can change. */
function found(item: Item): string {
  const because = item.assessment?.because ?? []
  return because
    .slice(0, 4)
    .map((i) => item.findings[i])
    .filter((f) => f !== undefined)
    .map((f) => `${sentence(f)}${f.other ? '' : ` (${where(f.places[0]!)})`}.`.replace(/[\u2066-\u2069]/g, ''))
    .join('\n')
}

export function DecideForm({ item, decided, onNews }: { item: Item; decided: (d: Decision) => void; onNews: () => void }) {
  const guess = item.assessment && item.assessment.category !== 'none' ? (item.assessment.category as Category) : undefined
  const copies = item.copies.length
  const [measure, set_measure] = useState<Measure>()
  const [scope, set_scope] = useState<DecisionBody['scope']>(copies > 1 ? 'cluster' : 'item')
  const [category, set_category] = useState<Category | ''>(guess ?? '')
  const [ground, set_ground] = useState<'law' | 'terms'>('terms')
  const [ref, set_ref] = useState('')
  const [why, set_why] = useState('')
  const [facts, set_facts] = useState('')
  const [days, set_days] = useState('0')
  const [places, set_places] = useState('')
  const [source, set_source] = useState<NonNullable<DecisionBody['source']>>(item.reports.length ? 'notice' : 'own')
  const [machine, set_machine] = useState(item.findings.length > 0)
  const [note, set_note] = useState('')
  const [key, set_key] = useState(once())
  const doing = useDoing()
  const form = useRef<HTMLFormElement>(null)
  const asked = measure !== undefined && measure !== 'none'
  const account = measure?.startsWith('account') ?? false

  useEffect(() => {
    if (account) set_scope('account')
    else if (scope === 'account') set_scope(copies > 1 ? 'cluster' : 'item')
  }, [account])

  const complete = measure !== undefined && facts.trim() !== '' && (!asked || (ref.trim() !== '' && category !== ''))
  const focus = (selector: string): void => form.current?.querySelector<HTMLElement>(selector)?.focus()
  const send = (): void => {
    if (doing.busy) return
    /* Sent by the keyboard before it is complete: to what is lacking. */
    if (!complete) return focus(measure === undefined ? 'input[name=measure]' : asked && category === '' ? 'select' : ':is(input, textarea):invalid')
    const body: DecisionBody = { measure: measure!, scope, facts: facts.trim(), automated_detection: machine, source }
    if (asked) {
      Object.assign(body, { category: category || undefined, ground, ground_ref: ref.trim(), ground_why: why.trim() || undefined })
      const list = places.split(/[\s,،]+/).filter(Boolean).map((x) => x.toUpperCase())
      if (list.length) body.territories = list
      if (days !== '0') body.until_us = (now() + Number(days) * 86400e3) * 1000
    } else if (category) body.category = category
    if (note.trim()) body.note = note.trim()
    void doing.run(async () => {
      const d = await call('decide', { path: { id: item.post.id }, body, headers: { ...key, 'If-Match': item.etag } })
      set_key(once())
      decided(d)
    })
  }
  const write = (what: string): void => set_facts((f) => (f.trim() ? f.trimEnd() + '\n' : '') + what)
  useKeys(
    [
      ...MEASURES.map((m, i) => ({ keys: String(i + 1), says: `measure.${m}` as const, run: () => (set_measure(m), focus(`input[value="${m}"]`)) })),
      { keys: 'd', says: 'decide.to_form', run: () => focus(measure ? '[data-name=facts]' : 'input[name=measure]') },
      { keys: 'i', says: 'decide.insert', run: () => (write(found(item)), focus('[data-name=facts]')) },
    ],
    [item, measure],
  )

  return (
    <form
      ref={form}
      class="decide stack"
      onSubmit={(e) => {
        e.preventDefault()
        send()
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault()
          send()
        }
        if (e.key === 'Escape') (document.activeElement as HTMLElement | null)?.blur()
      }}
    >
      <fieldset>
        <legend class="legend">{t('decision.measure')}</legend>
        <div class="measures">
          {MEASURES.map((m, i) => (
            <label key={m} class={'measure ' + (m === 'none' ? 'none' : m.split('.')[0])}>
              <input type="radio" name="measure" value={m} checked={measure === m} onChange={() => set_measure(m)} />
              <span>{named('measure', m)}</span>
              <kbd aria-hidden="true">{i + 1}</kbd>
            </label>
          ))}
        </div>
      </fieldset>
      {account && <Notice tone="amber">{t(measure === 'account.close' ? 'decide.needs_second' : 'decide.account')}</Notice>}
      {asked && (
        <>
          {!account && (
            <Segments
              shown
              label={t('decision.scope')}
              value={scope}
              options={[
                { value: 'item' as const, says: named('scope', 'item') },
                ...(copies > 1 ? [{ value: 'cluster' as const, says: tn('decide.copies', copies) }] : []),
              ]}
              onChange={set_scope}
            />
          )}
          <div class="pair">
            <Select
              label={t('head.category')}
              value={category}
              options={[...(category ? [] : [{ value: '' as const, says: '—' }]), ...CATEGORIES.map((c) => ({ value: c, says: named('category', c) }))]}
              onChange={(c) => set_category(c as Category)}
            />
            <Select
              label={t('decide.for')}
              value={days}
              options={DAYS.map((d) => ({ value: d, says: d === '0' ? t('decide.for_good') : lasting(Number(d) * 86400e3 * (d === '1' ? 1.0 : 1)) }))}
              onChange={set_days}
            />
          </div>
          <Segments
            shown
            label={t('decision.ground')}
            value={ground}
            options={[
              { value: 'terms' as const, says: named('ground', 'terms') },
              { value: 'law' as const, says: named('ground', 'law') },
            ]}
            onChange={set_ground}
          />
          <Input label={t(ground === 'law' ? 'decide.law_ref' : 'decide.terms_ref')} value={ref} onChange={set_ref} required dir="auto" hint={t('decide.ref_about')} />
        </>
      )}
      {measure && (
        <>
          <Area id="facts" label={t('decision.facts')} hint={t('decide.facts_about')} value={facts} onChange={set_facts} required rows={4} />
          <div class="row">
            {(item.assessment?.because.length ?? 0) > 0 && (
              <Button look="quiet" icon="plus" hint="i" onClick={() => write(found(item))}>
                {t('decide.insert')}
              </Button>
            )}
          </div>
          <details>
            <summary>{t('decide.more')}</summary>
            <div class="stack">
              {asked && <Area label={t('decision.ground_why')} value={why} onChange={set_why} rows={2} />}
              {asked && <Input label={t('decision.territories')} value={places} onChange={set_places} hint={t('decide.territories_about')} dir="ltr" />}
              <Select
                label={t('decision.source')}
                value={source}
                options={(['own', 'notice', 'trusted_flagger'] as const).map((s) => ({ value: s, says: named('source', s) }))}
                onChange={set_source}
              />
              <Check says={t('decide.machine')} checked={machine} onChange={set_machine} />
              <Area label={t('decide.note')} hint={t('decide.note_about')} value={note} onChange={set_note} rows={2} />
            </div>
          </details>
        </>
      )}
      {doing.fault && (
        <>
          <Fault error={doing.fault} />
          {doing.fault.code === 'precondition' && <Button onClick={onNews}>{t('decide.read_again')}</Button>}
        </>
      )}
      <Button submit look="primary" wide disabled={!complete || doing.busy} hint="Ctrl ↵">
        {measure ? t('decide.send', named('measure', measure)) : t('decide.choose')}
      </Button>
      <p class="small soft">{t('decide.person')}</p>
    </form>
  )
}
