/* What is in a clip, as little of it as is needed: stills first, blurred, grey and silent until asked otherwise; a strip
 * of time with the matched seconds; the part of the frame that matched, drawn over it; what it was matched with beside.
 *
 * What was looked at, and for how long, is told to the server in steps (ExposureBody), which counts it for this person's
 * care. Nothing plays by itself. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ExposureBody, Finding, MediaView, Place } from '@gen/api'
import { call, url } from '@/base/api'
import { bytes, clock, isolate, size_of, named, num, percent, t, tn } from '@/base/i18n'
import { useKeys } from '@/base/keys'
import { learn_care, may } from '@/base/me'
import { prefs } from '@/base/prefs'
import { useStore } from '@/base/store'
import { Badge, Button, Empty, Notice, Picture } from '@/ui/ui'
import { ReferenceCard, part_of, sentence } from './findings'

type Shown = ExposureBody['shown']
const STEP_S = 10

/* Counts the seconds that something is on the page in front of an eye; `reference`: what harms most is the picture beside. */
export function useExposure(post: string, media: number, shown: Shown | null, reference = false): void {
  useEffect(() => {
    if (!shown) return
    let seconds = 0
    let last = performance.now()
    const tell = (): void => {
      const whole = Math.round(seconds)
      if (whole < 1) return
      seconds -= whole
      void learn_care(call('exposure', { path: { id: post }, body: { seconds: whole, media, shown, reference } }), (c) => c).catch(() => undefined)
    }
    const add = (): void => {
      const at = performance.now()
      if (!document.hidden) seconds += Math.min(2, (at - last) / 1000)
      last = at
    }
    const tick = window.setInterval(() => {
      add()
      if (seconds >= STEP_S) tell()
    }, 1000)
    return () => {
      clearInterval(tick)
      add()
      tell()
    }
  }, [post, media, shown, reference])
}

const REVEALS: Shown[] = ['text', 'blurred', 'stills', 'greyscale', 'clear', 'video']
const harsher = (a: Shown | null, b: Shown | null): boolean => REVEALS.indexOf(b ?? 'text') > REVEALS.indexOf(a ?? 'text')
const shown_of = (blur: boolean, grey: boolean): Shown => (blur ? 'blurred' : grey ? 'greyscale' : 'clear')

interface Match {
  finding: Finding
  n: number
  place: Place
}
const matches_in = (findings: Finding[], media: number): Match[] =>
  findings.flatMap((finding, n) => finding.places.filter((p) => p.in === 'media' && (p.media ?? 0) === media).map((place) => ({ finding, n, place })))

function Strip({ duration_us, matches, at_us, stills, onSeek }: { duration_us: number; matches: Match[]; at_us: number; stills: number[]; onSeek: (us: number) => void }) {
  const part = (us: number): number => Math.max(0, Math.min(100, (us / duration_us) * 100))
  const timed = matches.filter((m) => m.place.start_us !== undefined)
  const rows = [...new Set(timed.map((m) => m.n))]
  return (
    <div class="strip" dir="ltr" role="group" aria-label={t('viewer.strip')}>
      <input
        type="range"
        min={0}
        max={Math.round(duration_us / 1e5)}
        value={Math.round(at_us / 1e5)}
        aria-label={t('viewer.time')}
        aria-valuetext={clock(at_us / 1e6)}
        onInput={(e) => onSeek(Number(e.currentTarget.value) * 1e5)}
      />
      <div class="track">
        {stills.map((s) => (
          <i class="still-at" key={s} style={{ insetInlineStart: `${part(s)}%` }} />
        ))}
        <i class="here" style={{ insetInlineStart: `${part(at_us)}%` }} />
      </div>
      {rows.map((n) => (
        <div class="lane" key={n}>
          {timed
            .filter((m) => m.n === n)
            .map((m, k) => (
              <button
                key={k}
                class={m.finding.reference?.negative ? 'seg innocent' : 'seg'}
                style={{
                  insetInlineStart: `${part(m.place.start_us!)}%`,
                  inlineSize: `${Math.max(1.2, part(m.place.end_us ?? m.place.start_us!) - part(m.place.start_us!))}%`,
                }}
                aria-label={`${num(n + 1)}: ${sentence(m.finding)} ${clock(m.place.start_us! / 1e6)}–${clock((m.place.end_us ?? m.place.start_us!) / 1e6)}`}
                title={sentence(m.finding)}
                onClick={() => onSeek(m.place.start_us!)}
              >
                {num(n + 1)}
              </button>
            ))}
        </div>
      ))}
      <div class="ends small soft" aria-hidden="true">
        <span>{clock(0)}</span>
        <span>{clock(duration_us / 1e6)}</span>
      </div>
    </div>
  )
}

function Regions({ matches }: { matches: Match[] }) {
  const boxes = matches.filter((m) => part_of(m.place))
  if (!boxes.length) return null
  return (
    <svg class="regions" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
      {boxes.map((m, i) => {
        const [x, y, w, h] = part_of(m.place) as [number, number, number, number]
        return (
          <g key={i} class={m.finding.reference?.negative ? 'innocent' : ''}>
            <rect x={x} y={y} width={w} height={h} vector-effect="non-scaling-stroke" />
          </g>
        )
      })}
    </svg>
  )
}

export function Viewer({ post, media, findings, at_us, onSeek }: { post: string; media: MediaView; findings: Finding[]; at_us: number; onSeek: (us: number) => void }) {
  const p = useStore(prefs)
  const allowed = may('media.read')
  const [open, set_open] = useState(!media.seen_before)
  const [blur, set_blur] = useState(p.blur)
  const [grey, set_grey] = useState(p.grey)
  const [muted, set_muted] = useState(p.muted)
  const [video, set_video] = useState(!p.words_first && media.kind === 'video' && !!media.file)
  const [broken, set_broken] = useState(false)
  const film = useRef<HTMLVideoElement>(null)
  const told = useRef<number>() /* where the film itself says that it is: drawn late, that would put it back */
  const ready = media.state === 'ready' && allowed
  const matches = matches_in(findings, media.index)
  const stills = media.stills.map((s) => s.at_us)
  const [ref_blur, set_ref_blur] = useState(p.blur)
  const now_there = matches.filter((m) => m.place.start_us === undefined || (m.place.start_us <= at_us + 250_000 && (m.place.end_us ?? m.place.start_us) >= at_us - 250_000))
  const step = (by: number): void => {
    const at = stills.findIndex((s) => s >= at_us - 1)
    const i = Math.max(0, Math.min(stills.length - 1, (at < 0 ? stills.length - 1 : at) + by))
    if (stills[i] !== undefined) onSeek(stills[i]!)
  }
  const next_match = (): void => {
    const times = [...new Set(matches.map((m) => m.place.start_us).filter((x): x is number => x !== undefined))].sort((a, b) => a - b)
    const to = times.find((x) => x > at_us) ?? times[0]
    if (to !== undefined) onSeek(to)
  }
  /* What says most: an accusing match before an innocent one, one with a picture before one without, and one at this moment
   * before one of the whole file. */
  const weight = (m: Match): number => (m.finding.reference?.negative ? 0 : 4) + (m.finding.reference?.picture ? 2 : 0) + (m.place.start_us !== undefined && m.finding.kind !== 'match.sound' ? 1 : 0)
  const best = now_there.filter((m) => m.finding.reference).sort((a, b) => weight(b) - weight(a))[0]
  const own: Shown | null = !ready || !open ? null : video ? 'video' : shown_of(blur, grey)
  const beside: Shown | null = own && best?.finding.reference?.picture ? shown_of(ref_blur, grey) : null
  const shown = harsher(own, beside) ? beside : own
  useExposure(post, media.index, shown, shown !== own)
  useEffect(() => {
    if (film.current && at_us !== told.current && Math.abs(film.current.currentTime - at_us / 1e6) > 0.7) film.current.currentTime = at_us / 1e6
  }, [at_us])
  useEffect(() => set_broken(false), [at_us, media.index])
  useKeys(
    ready
      ? [
          { keys: 'b', says: 'viewer.blur', run: () => (set_open(true), set_blur((x) => !x)) },
          { keys: 'r', says: 'reference.blur', run: () => set_ref_blur((x) => !x) },
          { keys: 'c', says: 'viewer.grey', run: () => set_grey((x) => !x) },
          { keys: 'm', says: 'viewer.mute', run: () => set_muted((x) => !x) },
          ...(media.kind === 'video' && media.file ? [{ keys: 'p', says: 'viewer.clip' as const, run: () => (set_open(true), set_video((x) => !x)) }] : []),
          { keys: ',', says: 'viewer.back', run: () => step(-1) },
          { keys: '.', says: 'viewer.on', run: () => step(1) },
          { keys: 'x', says: 'viewer.next_match', run: next_match },
        ]
      : [],
    [ready, at_us, media.index],
  )

  if (!allowed) return <Empty icon="eye_off">{t('viewer.not_allowed')}</Empty>
  if (media.state !== 'ready')
    return (
      <Empty icon="film">
        {named('media.state', media.state)}
        {media.failure && <> {isolate(media.failure)}</>}
      </Empty>
    )

  const precise = media.kind === 'video' && media.duration_us && !stills.includes(at_us)
  const frame = precise
    ? url('still', { path: { id: post, n: media.index }, query: { at_us: Math.round(at_us) } })
    : (media.stills.find((s) => s.at_us === at_us) ?? media.stills[0])?.url
  const filter = (blur ? ' blurred' : '') + (grey ? ' grey' : '')
  return (
    <div class="viewer">
      <div class="row viewer-tools">
        <Button icon={blur ? 'eye_off' : 'eye'} pressed={blur} hint="b" onClick={() => set_blur(!blur)}>
          {t('viewer.blur')}
        </Button>
        <Button pressed={grey} hint="c" onClick={() => set_grey(!grey)}>
          {t('viewer.grey')}
        </Button>
        {media.kind === 'video' && media.file && (
          <>
            <Button icon={muted ? 'mute' : 'sound'} pressed={muted} hint="m" onClick={() => set_muted(!muted)}>
              {t('viewer.mute')}
            </Button>
            <Button icon={video ? 'film' : 'play'} hint="p" onClick={() => set_video(!video)}>
              {t(video ? 'viewer.stills' : 'viewer.clip')}
            </Button>
          </>
        )}
      </div>
      {!open ? (
        <Notice icon="eye_off">
          <p>{t('viewer.seen_before')}</p>
          <Button onClick={() => set_open(true)}>{t('viewer.show_again')}</Button>
        </Notice>
      ) : (
        <div class={best ? 'beside' : ''}>
          <figure class="frame own">
            <div class="picture">
              {video && media.file ? (
                <video
                  ref={film}
                  class={'shown' + filter}
                  src={media.file}
                  controls
                  muted={muted}
                  preload="none"
                  playsInline
                  disablePictureInPicture
                  aria-label={t('viewer.clip')}
                  onTimeUpdate={(e) => onSeek((told.current = e.currentTarget.currentTime * 1e6))}
                />
              ) : frame && !broken ? (
                <Picture class={'shown' + filter} src={frame} alt={t('viewer.frame_at', clock(at_us / 1e6))} onBroken={() => set_broken(true)} />
              ) : (
                <Empty icon="film">{t('viewer.no_still')}</Empty>
              )}
              <Regions matches={now_there} />
            </div>
            <figcaption class="small soft row apart">
              <span>{media.duration_us ? t('viewer.at', clock(at_us / 1e6), clock(media.duration_us / 1e6)) : named('media', media.kind)}</span>
              <span>
                {[media.width && media.height ? size_of(media.width, media.height) : '', media.bytes ? bytes(media.bytes) : ''].filter(Boolean).join(' · ')}
              </span>
            </figcaption>
          </figure>
          {best && <ReferenceCard f={best.finding} place={best.place} at_us={video ? undefined : at_us} blur={ref_blur} grey={grey} onBlur={() => set_ref_blur(!ref_blur)} />}
        </div>
      )}
      {media.duration_us ? <Strip duration_us={media.duration_us} matches={matches} at_us={at_us} stills={stills} onSeek={onSeek} /> : null}
      {media.incomplete && <Notice tone="amber">{t('viewer.incomplete')}</Notice>}
      {open && media.stills.length > 1 && (
        <ul class="contact" aria-label={t('viewer.contact')}>
          {media.stills.map((s) => {
            const hit = matches.find((m) => m.finding.kind !== 'match.sound' && !m.finding.reference?.negative && m.place.start_us !== undefined && m.place.start_us <= s.at_us + 250_000 && (m.place.end_us ?? m.place.start_us) >= s.at_us - 250_000)
            return (
              <li key={s.at_us}>
                <button class={(s.at_us === at_us ? 'here ' : '') + (hit ? 'hit' : '')} onClick={() => onSeek(s.at_us)} aria-label={t('viewer.frame_at', clock(s.at_us / 1e6)) + (hit ? ' · ' + percent(hit.finding.probability) : '')} aria-current={s.at_us === at_us ? 'true' : undefined}>
                  <span class="clip">
                    <Picture class={'shown' + filter} src={s.url} alt="" lazy />
                  </span>
                  <span class="small">{clock(s.at_us / 1e6)}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      <p class="small soft row">
        <Badge icon="care">{shown ? named('shown', shown) : t('viewer.nothing')}</Badge>
        {tn('viewer.stills_n', media.stills.length)}
      </p>
    </div>
  )
}
