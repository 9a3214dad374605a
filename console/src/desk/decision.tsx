/* A decision as it stands: what, on which ground, by whom, and what can still be done about it. */
import { useState } from 'preact/hooks'
import type { AppealLink, Decision, Measure } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { lasting, ms, named, t, tn, when } from '@/base/i18n'
import { may } from '@/base/me'
import { link } from '@/base/router'
import { now, useNow } from '@/base/ticker'
import { Area, Badge, Button, Dialog, Facts, Fault, Said, Segments, Select, tell, tell_fault, useDoing, type Tone } from '@/ui/ui'
import { MEASURES } from './lists'

/* All that it settled; a list of decisions may leave them out. */
export const settled = (d: Decision): string[] => d.posts ?? [d.post]

export const state_tone = (d: Decision): Tone | undefined =>
  ({ undoable: 'accent', awaiting_second: 'amber', in_force: 'green', undone: undefined, refused: undefined, reversed: 'violet' } as Record<string, Tone | undefined>)[d.state]

export const measure_tone = (m: Measure): Tone | undefined => (m === 'none' ? 'green' : m.startsWith('account') ? 'red' : 'amber')

export async function undo(d: Decision): Promise<Decision> {
  const after = await call('undo', { path: { id: d.id } })
  tell(t('decision.undone'))
  return after
}

/* Says that it is decided, with the time there is to take it back. */
export function tell_decided(d: Decision, changed: (d: Decision) => void): void {
  const left = d.undo_until_us ? d.undo_until_us / 1000 - now() : 0
  tell(d.state === 'awaiting_second' ? t('decision.made_awaiting') : tn('decision.made', settled(d).length), {
    until: left > 0 ? Date.now() + left : undefined,
    act: left > 0 ? { says: t('decision.undo'), hint: 'u', run: () => void undo(d).then(changed, tell_fault) } : undefined,
  })
}

function UndoButton({ d, changed }: { d: Decision; changed: (d: Decision) => void }) {
  const at = useNow()
  const doing = useDoing()
  const left = ms(d.undo_until_us) - at
  if (!d.mine || !(left > 0) || !['undoable', 'awaiting_second'].includes(d.state)) return null
  return (
    <>
      <Button icon="undo" turns hint="u" disabled={doing.busy} onClick={() => void doing.run(async () => changed(await undo(d)))}>
        {t('decision.undo_left', lasting(left))}
      </Button>
      {doing.fault && <Fault error={doing.fault} />}
    </>
  )
}

function SecondDialog({ d, onClose, changed }: { d: Decision; onClose: () => void; changed: (d: Decision) => void }) {
  const [agree, set_agree] = useState<'yes' | 'no' | ''>('')
  const [facts, set_facts] = useState('')
  const doing = useDoing()
  return (
    <Dialog title={t('second.title')} onClose={onClose}>
      <p>{t('second.about', d.by)}</p>
      <DecisionFacts d={d} />
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          if (!agree) return
          void doing
            .run(async () => changed(await call('second', { path: { id: d.id }, body: { agree: agree === 'yes', facts } })))
            .then((ok) => ok && (tell(t(agree === 'yes' ? 'second.agreed' : 'second.refused')), onClose()))
        }}
      >
        <Segments
          shown
          label={t('second.question')}
          value={agree}
          options={[
            { value: 'yes' as const, says: t('second.yes') },
            { value: 'no' as const, says: t('second.no') },
          ]}
          onChange={set_agree}
        />
        <Area label={t('second.facts')} hint={t('second.facts_about')} value={facts} onChange={set_facts} required />
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="primary" disabled={doing.busy || !agree || !facts.trim()}>
            {t('second.send')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function ReverseDialog({ d, onClose, changed }: { d: Decision; onClose: () => void; changed: (d: Decision) => void }) {
  const [reason, set_reason] = useState('')
  const [measure, set_measure] = useState<Measure>('none')
  const doing = useDoing()
  return (
    <Dialog title={t('reverse.title')} onClose={onClose}>
      <p>{t('reverse.about')}</p>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          void doing
            .run(async () => changed(await call('reverse', { path: { id: d.id }, body: { reason, measure } })))
            .then((ok) => ok && (tell(t('reverse.done')), onClose()))
        }}
      >
        <Select label={t('reverse.instead')} value={measure} options={MEASURES.map((m) => ({ value: m, says: named('measure', m) }))} onChange={set_measure} />
        <Area label={t('reverse.reason')} hint={t('reverse.reason_about')} value={reason} onChange={set_reason} required />
        {doing.fault && <Fault error={doing.fault} />}
        <div class="row row-end">
          <Button onClick={onClose}>{t('do.cancel')}</Button>
          <Button submit look="danger" disabled={doing.busy || !reason.trim()}>
            {t('reverse.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function LinkDialog({ d, onClose }: { d: Decision; onClose: () => void }) {
  const made = useLoad<AppealLink>((signal) => call('appealLink', { path: { id: d.id }, signal }), [d.id])
  return (
    <Dialog title={t('appeal_link.title')} onClose={onClose}>
      <p>{t('appeal_link.about')}</p>
      {made.error && <Fault error={made.error} />}
      {made.data && (
        <Facts
          rows={[
            [t('appeal_link.link'), <code class="copy-me" dir="ltr">{new URL(made.data.link, location.origin).href}</code>],
            [t('appeal_link.pin'), <code class="secret" dir="ltr">{made.data.pin}</code>],
            [t('appeal_link.until'), when(made.data.until_us)],
          ]}
        />
      )}
    </Dialog>
  )
}

export function DecisionFacts({ d }: { d: Decision }) {
  return (
    <Facts
      rows={[
        [t('decision.measure'), <Badge tone={measure_tone(d.measure)}>{named('measure', d.measure)}</Badge>],
        [t('decision.scope'), `${named('scope', d.scope)}${settled(d).length > 1 ? ' · ' + tn('decision.posts', settled(d).length) : ''}`],
        !!d.category && d.category !== 'none' && [t('head.category'), named('category', d.category)],
        !!d.ground && [
          t('decision.ground'),
          <>
            {named('ground', d.ground)} <bdi>{d.ground_ref}</bdi>
            {d.ground_why && <Said text={d.ground_why} />}
          </>,
        ],
        [t('decision.facts'), <Said text={d.facts} />],
        (d.territories?.length ?? 0) > 0 && [t('decision.territories'), <bdi>{d.territories.join(', ')}</bdi>],
        d.until_us !== undefined && [t('decision.until'), when(d.until_us)],
        [t('decision.automated'), t(d.automated_detection ? 'decision.found_by_machine' : 'decision.found_by_person')],
        [t('decision.source'), named('source', d.source)],
        [
          t('decision.by'),
          <>
            <bdi>{d.by}</bdi> · {when(d.at_us)}
          </>,
        ],
        !!d.second_by && [
          t('decision.second_by'),
          <>
            <bdi>{d.second_by}</bdi> · {when(d.second_at_us)}
            <Said text={d.second_facts} />
          </>,
        ],
        !!d.reverses && [t('decision.reverses'), <a href={link(['decision', d.reverses])}>{d.reverses.slice(0, 8)}</a>],
        !!d.reversed_by && [t('decision.reversed_by'), <a href={link(['decision', d.reversed_by])}>{d.reversed_by.slice(0, 8)}</a>],
      ]}
    />
  )
}

export function DecisionCard({ d, changed, brief }: { d: Decision; changed: (d: Decision) => void; brief?: boolean }) {
  const [open, set_open] = useState<'second' | 'reverse' | 'link'>()
  const second = d.state === 'awaiting_second' && !d.mine && may('decide.second')
  const reverse = ['in_force', 'undoable'].includes(d.state) && may('reverse') && d.measure !== 'none'
  const owner = d.state === 'in_force' && d.measure !== 'none' && may('decide')
  return (
    <article class="decision">
      <div class="row apart">
        <span class="row">
          <Badge tone={state_tone(d)}>{named('decision.state', d.state)}</Badge>
          {brief && <Badge tone={measure_tone(d.measure)}>{named('measure', d.measure)}</Badge>}
          {d.appealed && <Badge tone="violet">{t('decision.appealed')}</Badge>}
        </span>
        <a class="small" href={link(['decision', d.id])}>
          <span class="mono">{d.id.slice(0, 8)}</span>
        </a>
      </div>
      {brief ? (
        <>
          <Said text={d.facts} />
          <p class="small soft">
            <bdi>{d.by}</bdi> · {when(d.at_us)} {settled(d).length > 1 && '· ' + tn('decision.posts', settled(d).length)}
          </p>
        </>
      ) : (
        <DecisionFacts d={d} />
      )}
      <div class="row">
        <UndoButton d={d} changed={changed} />
        {second && (
          <Button look="primary" icon="people" onClick={() => set_open('second')}>
            {t('second.give')}
          </Button>
        )}
        {reverse && (
          <Button icon="undo" turns onClick={() => set_open('reverse')}>
            {t('reverse.give')}
          </Button>
        )}
        {owner && (
          <Button icon="link" onClick={() => set_open('link')}>
            {t('appeal_link.give')}
          </Button>
        )}
      </div>
      {d.state === 'awaiting_second' && d.mine && <p class="small soft">{t('second.waits')}</p>}
      {open === 'second' && <SecondDialog d={d} onClose={() => set_open(undefined)} changed={changed} />}
      {open === 'reverse' && <ReverseDialog d={d} onClose={() => set_open(undefined)} changed={changed} />}
      {open === 'link' && <LinkDialog d={d} onClose={() => set_open(undefined)} />}
    </article>
  )
}
