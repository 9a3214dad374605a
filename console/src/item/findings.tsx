/* What was found: how sure, by whom, exactly where, and against what. */
import { useState } from 'preact/hooks'
import type { Assessment, Finding, Item, Place, Reference } from '@gen/api'
import { clock, has, isolate, lasting, listed, named, num, percent, t } from '@/base/i18n'
import { link } from '@/base/router'
import type { Key } from '@gen/keys'
import { Badge, Button, Picture, visible } from '@/ui/ui'

/* A name that people can read, of a label that machines made. */
const label_of = (f: Finding): string =>
  f.kind === 'private' ? named('private', f.label) : (f.reference?.label || f.quote || f.label || f.reference?.item?.slice(0, 8) || '')

/* Findings about accounts name what they have in common ("clip", "targets words"), with whom, and how many or how sure. */
function network_sentence(f: Finding): string {
  const what = listed((f.label ?? '').split(' ').filter(Boolean).map((w) => named('network.what', w)))
  const whom = f.kind === 'network.pileon' ? visible(f.quote ?? '?') : f.other?.handle ? '@' + visible(f.other.handle) : (f.other?.account?.slice(0, 8) ?? '?')
  return t(('finding.' + f.kind) as Key, what, whom, f.kind === 'network.together' || f.kind === 'network.pileon' ? num(f.other?.accounts ?? 1) : percent(f.probability))
}

export function sentence(f: Finding): string {
  const key = 'finding.' + f.kind
  if (has(key) && f.kind.startsWith('network.')) return network_sentence(f)
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

/* In the order in which they are read: what carried the verdict, then the surest. So they are numbered wherever they are shown. */
export function arranged(item: Item): Item {
  const because = new Set(item.assessment?.because ?? [])
  const order = item.findings.map((_, i) => i).sort((a, b) => Number(because.has(b)) - Number(because.has(a)) || item.findings[b]!.probability - item.findings[a]!.probability)
  const assessment = item.assessment && { ...item.assessment, because: order.flatMap((was, now) => (because.has(was) ? [now] : [])) }
  return { ...item, findings: order.map((i) => item.findings[i]!), assessment }
}

export function Findings({ findings, assessment, onSeek }: { findings: Finding[]; assessment?: Assessment; onSeek: (media: number, us: number) => void }) {
  if (!findings.length) return <p class="soft">{t('item.no_findings')}</p>
  const because = new Set(assessment?.because ?? [])
  return (
    <ol class="findings">
      {findings.map((f, i) => {
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
                  ) : p.in === 'post' && f.other ? null : (
                    <span key={k} class="soft">
                      {where(p)}
                    </span>
                  ),
                )}
                {f.other?.account && (
                  <>
                    <a href={link(['account', f.other.account])}>{t('finding.other_account')}</a>
                    {f.other.post && <a href={link(['item', f.other.post])}>{t('finding.other_post')}</a>}
                    {f.other.gap_us !== undefined && <span class="soft">{t('finding.gap', lasting(Math.abs(f.other.gap_us) / 1000))}</span>}
                  </>
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

/* The second of the reference that stands against this second of the clip, to half a second: one picture for many steps. */
export function reference_time(r: Reference, place: Place | undefined, at_us: number): number {
  const since = place?.start_us === undefined ? 0 : at_us - place.start_us
  return Math.max(0, Math.round(((r.time_us ?? 0) + since * (r.speed || 1)) / 5e5) * 5e5)
}

/* Its picture, where the bank keeps one: blurred and grey like the post's own, and asked for by itself. */
function ReferencePicture({ r, at_us, blur, grey, onBlur }: { r: Reference; at_us: number | undefined; blur: boolean; grey: boolean; onBlur: () => void }) {
  const [broken, set_broken] = useState<string>()
  const src = at_us === undefined ? r.picture! : `${r.picture}?at_us=${at_us}`
  if (broken === src) return <p class="small soft">{t('reference.no_picture')}</p>
  return (
    <figure class="frame other">
      <div class="picture">
        <Picture class={'shown' + (blur ? ' blurred' : '') + (grey ? ' grey' : '')} src={src} alt={t('reference.picture', at_us === undefined ? '' : clock(at_us / 1e6))} onBroken={() => set_broken(src)} />
      </div>
      <figcaption>
        <Button icon={blur ? 'eye_off' : 'eye'} pressed={blur} hint="r" onClick={onBlur}>
          {t('viewer.blur')}
          <span class="hidden-word"> · {t('reference.blur')}</span>
        </Button>
      </figcaption>
    </figure>
  )
}

/* The bank's item that a place was matched with. Most banks keep hashes and no pictures: those are told in words alone. */
export function ReferenceCard({ f, place, at_us, blur, grey, onBlur }: { f: Finding; place?: Place; at_us: number | undefined; blur: boolean; grey: boolean; onBlur: () => void }) {
  const r = f.reference
  if (!r) return null
  return (
    <div class={r.negative ? 'reference innocent' : 'reference'}>
      <h3>{t(r.negative ? 'reference.innocent' : 'reference.title')}</h3>
      {r.picture ? (
        <ReferencePicture r={r} at_us={at_us === undefined || r.time_us === undefined ? undefined : reference_time(r, place, at_us)} blur={blur} grey={grey} onBlur={onBlur} />
      ) : (
        <p class="small soft">{t('reference.no_picture')}</p>
      )}
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
        {r.speed !== undefined && r.speed !== 0 && Math.abs(r.speed - 1) > 0.005 && (
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
