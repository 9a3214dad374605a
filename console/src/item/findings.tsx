/* What was found: how sure, by whom, exactly where, and against what. */
import type { Assessment, Finding, Place } from '@gen/api'
import { clock, has, isolate, named, num, percent, t } from '@/base/i18n'
import type { Key } from '@gen/keys'
import { Badge, visible } from '@/ui/ui'

/* A name that people can read, of a label that machines made. */
const label_of = (f: Finding): string =>
  f.kind === 'private' ? named('private', f.label) : (f.reference?.label || f.quote || f.label || f.reference?.item?.slice(0, 8) || '')

export function sentence(f: Finding): string {
  const key = 'finding.' + f.kind
  if (!has(key)) return `${f.kind} ${label_of(f)}`
  const what = visible(f.kind === 'private' || f.kind === 'classifier' ? (f.quote ?? '') : label_of(f))
  const second = f.reference?.bank ?? (f.kind === 'private' ? named('private', f.label) : f.kind === 'classifier' ? (f.category ? named('category', f.category) : named('context', f.label)) : (f.label ?? '').split(/[/:]/)[0]!)
  return t(key as Key, what, second, percent(f.probability))
}

export function where(p: Place): string {
  if (p.in === 'text') {
    const span = p.utf16 ? [p.utf16[0]! + 1, p.utf16[1]!] : [(p.start ?? 0) + 1, p.end ?? 0]
    return t('place.text', named('field', p.field), num(span[0]!), num(span[1]!))
  }
  if (p.in === 'media') {
    const file = num((p.media ?? 0) + 1)
    return p.start_us === undefined ? t('place.media', file) : t('place.media_time', file, clock(p.start_us / 1e6), clock((p.end_us ?? p.start_us) / 1e6))
  }
  return t('place.post')
}

export const part_of = (p: Place): number[] | undefined =>
  p.region && (p.region[0] || p.region[1] || p.region[2] !== 1000 || p.region[3] !== 1000) ? p.region : undefined

export function Findings({ findings, assessment, onSeek }: { findings: Finding[]; assessment?: Assessment; onSeek: (media: number, us: number) => void }) {
  if (!findings.length) return <p class="soft">{t('item.no_findings')}</p>
  const because = new Set(assessment?.because ?? [])
  const order = findings.map((_, i) => i).sort((a, b) => Number(because.has(b)) - Number(because.has(a)) || findings[b]!.probability - findings[a]!.probability)
  return (
    <ol class="findings">
      {order.map((i) => {
        const f = findings[i]!
        const innocent = f.reference?.negative
        return (
          <li key={i} class={because.has(i) ? 'carried' : ''}>
            <span class={innocent ? 'no innocent' : 'no'} aria-label={t('finding.number', i + 1)}>
              {num(i + 1)}
            </span>
            <div class="stack-tight">
              <p>{sentence(f)}</p>
              <div class="row small">
                {because.has(i) && <Badge tone="accent">{t('finding.carried')}</Badge>}
                {f.category && <Badge>{named('category', f.category)}</Badge>}
                {f.context && <Badge tone="green">{named('context', f.context)}</Badge>}
                {innocent && <Badge tone="green">{t('finding.negative')}</Badge>}
                <span class="soft">
                  {isolate(`${f.detector} ${f.version}`)}
                </span>
              </div>
              <div class="row small">
                {f.places.slice(0, 8).map((p, k) =>
                  p.in === 'media' && p.start_us !== undefined ? (
                    <button key={k} class="button place" onClick={() => onSeek(p.media ?? 0, p.start_us!)}>
                      {where(p)}
                    </button>
                  ) : (
                    <span key={k} class="soft">
                      {where(p)}
                    </span>
                  ),
                )}
                {f.places.length > 8 && <span class="soft">{t('finding.more_places', f.places.length - 8)}</span>}
              </div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/* The bank's item that a place was matched with. A bank keeps hashes and no pictures: what it knows is said in words. */
export function ReferenceCard({ f, place }: { f: Finding; place?: Place }) {
  const r = f.reference
  if (!r) return null
  return (
    <div class={r.negative ? 'reference innocent' : 'reference'}>
      <h3>{t(r.negative ? 'reference.innocent' : 'reference.title')}</h3>
      <p class="strong">
        <bdi>{visible(r.label || r.item.slice(0, 12))}</bdi>
      </p>
      <dl class="facts small">
        <dt>{t('head.bank')}</dt>
        <dd>
          <bdi>{r.bank}</bdi>
        </dd>
        {place?.start_us !== undefined && (
          <>
            <dt>{t('reference.here')}</dt>
            <dd>
              <bdi dir="ltr">
                {clock(place.start_us / 1e6)}–{clock((place.end_us ?? place.start_us) / 1e6)}
              </bdi>
            </dd>
          </>
        )}
        {r.time_us !== undefined && (
          <>
            <dt>{t('reference.there')}</dt>
            <dd>{clock(r.time_us / 1e6)}</dd>
          </>
        )}
        {r.distance !== undefined && r.distance >= 0 && (
          <>
            <dt>{t('reference.nearness')}</dt>
            <dd>{t('finding.distance', num(r.distance))}</dd>
          </>
        )}
        {r.form && r.form !== 'original' && (
          <>
            <dt>{t('reference.form')}</dt>
            <dd>{named('form', r.form)}</dd>
          </>
        )}
        {r.speed !== undefined && r.speed !== 0 && r.speed !== 1 && (
          <>
            <dt>{t('reference.speed')}</dt>
            <dd>{r.speed < 0 ? t('reference.backwards') : t('reference.times', num(r.speed))}</dd>
          </>
        )}
        {r.source && (
          <>
            <dt>{t('head.source')}</dt>
            <dd>
              <bdi>{visible(r.source)}</bdi>
            </dd>
          </>
        )}
        {r.why && (
          <>
            <dt>{t('reference.why')}</dt>
            <dd>
              <bdi>{visible(r.why)}</bdi>
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}
