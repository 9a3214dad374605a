/* How the desk keeps its clocks, and how often it errs. */
import type { ClockRow } from '@gen/api'
import { call, useLoad } from '@/base/api'
import { named, num, percent, t, tn, tongue } from '@/base/i18n'
import { link, refine } from '@/base/router'
import { Days, Range, Rates, Scale, Stacked, Thrice } from '@/ui/charts'
import { Card, Empty, Head, Ready, Segments } from '@/ui/ui'

const DAYS = ['1', '7', '30', '90'] as const

/* What is due within 15 minutes is also due within an hour, and so on: each part is what the one before it lacks. */
const parts = (c: ClockRow) => [
  { n: c.late, look: 'late', says: t('dashboard.late') },
  { n: c.due_15m, look: 'soon', says: t('dashboard.due_15m') },
  { n: Math.max(0, c.due_1h - c.due_15m), look: 'hour', says: t('dashboard.due_1h') },
  { n: Math.max(0, c.due_24h - c.due_1h), look: 'day', says: t('dashboard.due_24h') },
  { n: Math.max(0, c.open - c.late - c.due_24h), look: 'later', says: t('dashboard.later') },
]

export function Dashboard({ query }: { query: URLSearchParams }) {
  const days = DAYS.find((d) => d === query.get('days')) ?? '7'
  const data = useLoad((signal) => call('dashboard', { query: { days: Number(days) }, signal }), [days])
  return (
    <>
      <Head title={t('dashboard.title')} about={t('dashboard.about')}>
        <Segments label={t('dashboard.span')} value={days} options={DAYS.map((d) => ({ value: d, says: tn('dashboard.days', Number(d)) }))} onChange={(v) => refine({ days: v })} />
      </Head>
      <Ready from={data}>
        {(d) => {
          const top = Math.max(1, ...d.clocks.map((c) => c.open))
          const late = d.clocks.reduce((s, c) => s + c.late, 0)
          return (
            <>
              <div class="figures big">
                {(
                  [
                    [num(d.clocks.reduce((s, c) => s + c.open, 0)), 'dashboard.open', ''],
                    [num(late), 'dashboard.late', late ? 'bad' : ''],
                    [num(d.decided), 'dashboard.decided', ''],
                    [num(d.reversed), 'dashboard.reversed', ''],
                    [num(d.appealed), 'dashboard.appealed', ''],
                    [d.appealed ? percent(d.overturned / d.appealed) : '—', 'dashboard.overturned', ''],
                  ] as const
                ).map(([v, k, cls]) => (
                  <div class={'figure card ' + cls} key={k}>
                    <strong>{v}</strong>
                    <span>{t(k)}</span>
                  </div>
                ))}
              </div>
              <div class="board">
                <Card title={t('dashboard.clocks')} end={<Legend rows={[['late', 'dashboard.late'], ['soon', 'dashboard.due_15m'], ['hour', 'dashboard.due_1h'], ['day', 'dashboard.due_24h'], ['later', 'dashboard.later']]} />}>
                  {d.clocks.length === 0 ? (
                    <Empty>{t('queue.empty')}</Empty>
                  ) : (
                    <div class="chart-rows">
                      {d.clocks.map((c) => (
                        <div class="chart-row" key={c.category}>
                          <a class="name" href={link(['queue'], { category: c.category })}>
                            {named('category', c.category)}
                          </a>
                          <Stacked parts={parts(c)} top={top} label={named('category', c.category)} />
                          <span class="number">{num(c.open)}</span>
                        </div>
                      ))}
                    </div>
                  )}
                </Card>
                <Card title={t('dashboard.by_day')}>
                  <Days days={d.by_day} />
                </Card>
                {(['first_look', 'decision'] as const).map((which) => (
                  <Card key={which} title={t(`dashboard.${which}`)} end={<Legend rows={[['median', 'dashboard.median'], ['p95', 'dashboard.p95'], ['p99', 'dashboard.p99']]} />}>
                    {d.times.length === 0 ? (
                      <p class="soft">{t('dashboard.too_few')}</p>
                    ) : (
                      <div class="chart-rows">
                        {d.times.map((row) => (
                          <div class="chart-row times" key={row.category}>
                            <span class="name">{named('category', row.category)}</span>
                            <Range p={row[which]} label={named('category', row.category)} />
                            <Thrice p={row[which]} />
                          </div>
                        ))}
                        <div class="chart-row times">
                          <span />
                          <Scale />
                          <span />
                        </div>
                      </div>
                    )}
                  </Card>
                ))}
                <Card title={t('dashboard.why_late')}>
                  <p class="small soft">{t('dashboard.why_late_about')}</p>
                  {d.late.length === 0 || d.late.every((l) => !l.n) ? (
                    <Empty>{t('dashboard.none_late')}</Empty>
                  ) : (
                    <div class="chart-rows">
                      {d.late.map((l) => (
                        <div class="chart-row" key={l.why}>
                          <span class="name">{named('late', l.why)}</span>
                          <Stacked parts={[{ n: l.n, look: 'soon', says: named('late', l.why) }]} top={Math.max(...d.late.map((x) => x.n))} label={named('late', l.why)} />
                          <span class="number">{num(l.n)}</span>
                        </div>
                      ))}
                    </div>
                  )}
                </Card>
                <Card title={t('dashboard.errors_language')}>
                  <p class="small soft">{t('dashboard.errors_about')}</p>
                  <Rates rows={d.errors_by_language} name={tongue} />
                </Card>
                <Card title={t('dashboard.errors_category')}>
                  <p class="small soft">{t('dashboard.errors_about')}</p>
                  <Rates rows={d.errors_by_category} name={(k) => named('category', k)} />
                </Card>
              </div>
            </>
          )
        }}
      </Ready>
    </>
  )
}

function Legend({ rows }: { rows: [string, Parameters<typeof t>[0]][] }) {
  return (
    <span class="legend-row small soft">
      {rows.map(([look, key]) => (
        <span key={look}>
          <i class={'swatch ' + look} aria-hidden="true" /> {t(key)}
        </span>
      ))}
    </span>
  )
}
