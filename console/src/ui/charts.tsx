/* Charts in SVG. Each has its figures in words as well: a table beside it or a label on it. Time runs with the page's
 * direction, amounts too. */
import type { Interval, Percentiles, RateRow } from '@gen/api'
import { useNarrow } from '@/base/narrow'
import { lasting, num, percent, ratio, rtl, t } from '@/base/i18n'

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

const DECADES = [1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400]
const log = (s: number): number => (Math.log10(Math.max(1, s)) / Math.log10(DECADES[DECADES.length - 1]!)) * 400

/* Median, 95th and 99th percentile on a scale of decades. */
export function Range({ p, clock_s, label }: { p: Percentiles; clock_s?: number; label: string }) {
  if (!p.n || p.median_s === null) return <span class="soft small">{t('dashboard.too_few')}</span>
  const [a, b, c] = [p.median_s, p.p95_s ?? p.median_s, p.p99_s ?? p.p95_s ?? p.median_s].map((s) => flip(log(s), 400)) as [number, number, number]
  return (
    <svg class="chart range" viewBox="-8 0 416 18" role="img" aria-label={`${label}: ${t('dashboard.median')} ${lasting(p.median_s * 1000)}, ${num(95)} % ${lasting((p.p95_s ?? 0) * 1000)}, ${num(99)} % ${lasting((p.p99_s ?? 0) * 1000)}`}>
      {DECADES.map((d) => (
        <line key={d} class="grid" x1={flip(log(d), 400)} x2={flip(log(d), 400)} y1="0" y2="18" />
      ))}
      <line class="tail" x1={a} x2={c} y1="9" y2="9" />
      <line class="body-line" x1={a} x2={b} y1="9" y2="9" />
      {clock_s !== undefined && <line class="clock-line" x1={flip(log(clock_s), 400)} x2={flip(log(clock_s), 400)} y1="1" y2="17" />}
      <circle class="median" cx={a} cy="9" r="5" />
      <circle class="p95" cx={b} cy="9" r="4" />
      <circle class="p99" cx={c} cy="9" r="3" />
    </svg>
  )
}

export function Scale() {
  return (
    <svg class="chart scale" viewBox="-8 0 416 18" aria-hidden="true">
      {[1, 60, 3600, 86400, 7 * 86400].map((d) => (
        <text key={d} x={flip(log(d), 400)} y="13" text-anchor="middle">
          {lasting(d * 1000)}
        </text>
      ))}
    </svg>
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

/* A rate with its interval, against 0–100 %. */
export function Rate({ r, label, top }: { r: Interval; label: string; top?: number }) {
  const k = 400 / (top ?? 1)
  if (r.value === null) return <span class="soft small">{t('dashboard.too_few')}</span>
  const lo = flip((r.low ?? r.value) * k, 400)
  const hi = flip((r.high ?? r.value) * k, 400)
  return (
    <svg class="chart rate" viewBox="-6 0 412 16" role="img" aria-label={`${label}: ${percent(r.value)} (${percent(r.low ?? r.value)}–${percent(r.high ?? r.value)}), ${t('quality.n', num(r.n))}`}>
      <line class="grid" x1="0" x2="400" y1="8" y2="8" />
      <line class="body-line" x1={lo} x2={hi} y1="8" y2="8" />
      <circle class="median" cx={flip(r.value * k, 400)} cy="8" r="4.500" />
    </svg>
  )
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
    </div>
  )
}
