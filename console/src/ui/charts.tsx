/* Charts in SVG. Each has its figures in words as well: a table beside it or a label on it. Time runs with the page's
 * direction, amounts too. */
import type { ComponentChildren } from 'preact'
import type { Interval, Percentiles, RateRow } from '@gen/api'
import { useNarrow } from '@/base/narrow'
import { num, percent, ratio, roughly, rtl, t } from '@/base/i18n'

const flip = (x: number, w: number): number => (rtl() ? w - x : x)

export interface Part {
  n: number
  look: string
  says: string
}
/* One bar of several parts, its length against `top`. */
export function Stacked({ parts, top, label }: { parts: Part[]; top: number; label: string }) {
  let x = 0
  return (
    <svg class="chart stacked" viewBox="0 0 400 14" preserveAspectRatio="none" role="img" aria-label={`${label}: ${parts.filter((p) => p.n).map((p) => `${p.says} ${num(p.n)}`).join(', ') || num(0)}`}>
      <rect class="rest" x="0" y="3" width="400" height="8" rx="2" />
      {parts.map((p) => {
        const w = top ? (p.n / top) * 400 : 0
        const at = x
        x += w
        return w ? <rect key={p.look} class={p.look} x={flip(at, 400) - (rtl() ? w : 0)} y="1" width={Math.max(1, w - 1)} height="12" rx="1.5" /> : null
      })}
    </svg>
  )
}

/* A line with dots and bars on it, in parts of its length from where the language begins. */
const at = (part: number): { insetInlineStart: string } => ({ insetInlineStart: `${(Math.max(0, Math.min(1, part)) * 100).toFixed(2)}%` })
const between = (a: number, b: number): { insetInlineStart: string; inlineSize: string } => ({
  ...at(Math.min(a, b)),
  inlineSize: `${(Math.abs(Math.max(0, Math.min(1, b)) - Math.max(0, Math.min(1, a))) * 100).toFixed(2)}%`,
})
export function Line({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="line" role="img" aria-label={label}>
      <i class="ground" />
      {children}
    </div>
  )
}

const DECADES = [1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400]
const log = (s: number): number => Math.log10(Math.max(1, s)) / Math.log10(DECADES[DECADES.length - 1]!)

/* Median, 95th and 99th percentile on a scale of decades. */
export function Range({ p, label }: { p: Percentiles; label: string }) {
  if (!p.n || p.median_s === null) return <span class="soft small">{t('dashboard.too_few')}</span>
  const [a, b, c] = [p.median_s, p.p95_s ?? p.median_s, p.p99_s ?? p.p95_s ?? p.median_s].map(log) as [number, number, number]
  return (
    <Line label={`${label}: ${thrice(p)}`}>
      {DECADES.map((d) => (
        <i key={d} class="grid-at" style={at(log(d))} />
      ))}
      <i class="tail" style={between(a, c)} />
      <i class="body-line" style={between(a, b)} />
      <i class="dot p99" style={at(c)} />
      <i class="dot p95" style={at(b)} />
      <i class="dot median" style={at(a)} />
    </Line>
  )
}

const after = (s: number | null | undefined): string => (s === null || s === undefined ? '—' : roughly(s * 1000))
const thrice = (p: Percentiles): string => `${t('dashboard.median')} ${after(p.median_s)}, ${t('dashboard.p95')} ${after(p.p95_s)}, ${t('dashboard.p99')} ${after(p.p99_s)}`

/* The same three in figures. */
export function Thrice({ p }: { p: Percentiles }) {
  if (!p.n || p.median_s === null) return <span class="small soft number">—</span>
  return (
    <span class="small number thrice" title={thrice(p)}>
      <strong>{after(p.median_s)}</strong>
      <span class="soft">{after(p.p95_s)}</span>
      <span class="soft">{after(p.p99_s)}</span>
    </span>
  )
}

export function Scale() {
  return (
    <div class="line scale" aria-hidden="true">
      {[1, 60, 3600, 86400].map((d) => (
        <span key={d} class="small soft" style={at(log(d))}>
          {roughly(d * 1000)}
        </span>
      ))}
    </div>
  )
}

/* Decided by day. */
export function Days({ days }: { days: { day: string; decided: number }[] }) {
  const W = useNarrow() ? 330 : 620
  if (days.length < 2) return <p class="soft">{t('dashboard.too_few')}</p>
  const top = Math.max(1, ...days.map((d) => d.decided))
  const x = (i: number): number => flip(34 + (i / (days.length - 1)) * (W - 60), W)
  const y = (v: number): number => 150 - (v / top) * 130
  const path = days.map((d, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(d.decided).toFixed(1)}`).join('')
  const every = Math.ceil(days.length / 6)
  return (
    <svg class="chart days" viewBox={`0 0 ${W} 176`} role="img" aria-label={t('dashboard.days_label', num(days.reduce((s, d) => s + d.decided, 0)))}>
      {[0, 0.5, 1].map((k) => (
        <g key={k}>
          <line class="grid" x1={flip(34, W)} x2={flip(W - 26, W)} y1={y(top * k)} y2={y(top * k)} />
          <text x={flip(29, W)} y={y(top * k) + 3} text-anchor={'end'} class="tick">
            {num(Math.round(top * k))}
          </text>
        </g>
      ))}
      <path class="area-under" d={`${path}L${x(days.length - 1).toFixed(1)} 150L${x(0).toFixed(1)} 150Z`} />
      <path class="decided" d={path} />
      {days.map((d, i) =>
        i % every === 0 ? (
          <text key={d.day} class="tick" x={x(i)} y="170" text-anchor="middle">
            {d.day.slice(5).split('-').map((z) => num(Number(z))).reverse().join('/')}
          </text>
        ) : null,
      )}
    </svg>
  )
}

/* A value with its interval between `low` and `top`; `good`: from where it is as it should be. */
export function Measured({ r, label, low = 0, top = 1, good }: { r: Interval; label: string; low?: number; top?: number; good?: number }) {
  if (r.value === null) return <span class="soft small">{t('dashboard.too_few')}</span>
  const part = (v: number): number => (v - low) / (top - low)
  return (
    <Line label={label}>
      {good !== undefined && <i class="good-zone" style={between(part(good), 1)} />}
      {low < 0 && <i class="grid-at" style={at(part(0))} />}
      <i class="body-line" style={between(part(r.low ?? r.value), part(r.high ?? r.value))} />
      <i class="dot median" style={at(part(r.value))} />
    </Line>
  )
}

function Rate({ r, label, top }: { r: Interval; label: string; top: number }) {
  const value = r.value ?? 0
  return <Measured r={r} top={top} label={`${label}: ${percent(value)} (${percent(r.low ?? value)}–${percent(r.high ?? value)}), ${t('quality.n', num(r.n))}`} />
}

export function Rates({ rows, name }: { rows: RateRow[]; name: (key: string) => string }) {
  if (!rows.length) return <p class="soft">{t('dashboard.too_few')}</p>
  const top = Math.min(1, Math.max(0.1, ...rows.map((r) => r.rate.high ?? r.rate.value ?? 0)) * 1.1)
  return (
    <div class="chart-rows">
      {rows.map((r) => (
        <div class="chart-row" key={r.key}>
          <span class="name">{name(r.key)}</span>
          <Rate r={r.rate} label={name(r.key)} top={top} />
          <span class="small soft number">
            {r.rate.value === null ? '—' : percent(r.rate.value)} · {ratio(r.errors, r.n)}
          </span>
        </div>
      ))}
      <div class="chart-row">
        <span />
        <div class="line scale whole" aria-hidden="true">
          {[0, 0.5, 1].map((part) => (
            <span key={part} class="small soft" style={at(part)}>
              {percent(top * part)}
            </span>
          ))}
        </div>
        <span />
      </div>
    </div>
  )
}
