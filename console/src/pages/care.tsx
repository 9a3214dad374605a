/* Care: what was looked at today, breaks, and what one would rather not see. It claims less exposure, and no more. */
import { useEffect, useState } from 'preact/hooks'
import { call, useLoad } from '@/base/api'
import { lasting, ms, named, num, t } from '@/base/i18n'
import { ask_care, care, learn_care, may, me } from '@/base/me'
import { go } from '@/base/router'
import { useStore } from '@/base/store'
import { useNow } from '@/base/ticker'
import { CATEGORIES } from '@/desk/lists'
import { Icon } from '@/ui/icon'
import { Bar, Button, Card, Check, Facts, Fault, Head, Notice, Ready, tell, useDoing } from '@/ui/ui'

export function Care() {
  const c = useStore(care)
  const who = useStore(me)!
  const doing = useDoing()
  const [out, set_out] = useState(who.opt_outs)
  useEffect(() => void ask_care().catch(() => undefined), [])
  const part = c && c.budget ? c.exposure / c.budget : 0
  const begin = (minutes: number): void => void doing.run(() => learn_care(call('break', { body: { minutes } }), (x) => x, true))
  return (
    <>
      <Head title={t('care.title')} about={t('care.about')} />
      <div class="board">
        <Card title={t('care.today')}>
          {c && (
            <div class="stack">
              <div class="meter-big">
                <strong>{num(Math.round(c.exposure))}</strong>
                <span class="soft">{t('care.of', num(c.budget))}</span>
                <Bar part={part} tone={part >= 1 ? 'red' : part > 0.75 ? 'amber' : undefined} label={t('care.meter', num(Math.round(c.exposure)), num(c.budget))} />
              </div>
              <p class="small soft">{t('care.unit')}</p>
              <Facts
                rows={[
                  [t('care.working'), lasting(c.working_s * 1000)],
                  [t('care.break_in'), c.break_due ? t('care.break_now') : lasting(c.next_break_s * 1000)],
                  [t('care.rotation'), t(c.rotate ? 'care.rotates' : 'care.no_rotation')],
                ]}
              />
              {c.break_due && <Notice tone="amber">{t('care.break_due')}</Notice>}
              <div class="row">
                {[5, 10, 20].map((m) => (
                  <Button key={m} look={c.break_due && m === 10 ? 'primary' : undefined} icon="pause_circle" disabled={doing.busy} onClick={() => begin(m)}>
                    {t('care.take', lasting(m * 60e3))}
                  </Button>
                ))}
              </div>
              {doing.fault && <Fault error={doing.fault} />}
            </div>
          )}
        </Card>
        <Card title={t('care.opt_outs')}>
          <div class="stack-tight">
            <p class="small soft">{t('care.opt_outs_about')}</p>
            <div class="checks">
              {CATEGORIES.map((x) => (
                <Check key={x} says={named('category', x)} checked={out.includes(x)} onChange={(v) => set_out((o) => (v ? [...o, x] : o.filter((y) => y !== x)))} />
              ))}
            </div>
            <div class="row">
              <Button
                look="primary"
                disabled={doing.busy || (out.length === who.opt_outs.length && out.every((x) => who.opt_outs.includes(x)))}
                onClick={() => void doing.run(async () => me.set(await call('patchMe', { body: { opt_outs: out } }))).then((ok) => ok && tell(t('state.saved')))}
              >
                {t('do.save')}
              </Button>
            </div>
          </div>
        </Card>
        {may('care.team') && <Team />}
      </div>
    </>
  )
}

function Team() {
  const team = useLoad((signal) => call('careTeam', { signal }), [])
  return (
    <Card title={t('care.team')}>
      <Ready from={team}>
        {(x) => (
          <Facts
            rows={[
              [t('care.people'), num(x.people)],
              [t('care.over'), num(x.over_budget)],
              [t('care.on_break'), num(x.on_break)],
              [t('care.median'), num(Math.round(x.exposure_median))],
              [t('care.p95'), num(Math.round(x.exposure_p95))],
            ]}
          />
        )}
      </Ready>
      <p class="small soft">{t('care.no_names')}</p>
    </Card>
  )
}

const keep_focus = (e: HTMLElement | null): void => {
  if (e && !e.contains(document.activeElement)) e.querySelector('button')?.focus()
}

/* Over everything that shows harm while a break runs. The rest of the desk stays open. */
export function BreakScreen({ at }: { at: string }) {
  const c = useStore(care)
  const now = useNow()
  const until = ms(c?.break_until_us)
  const shields = ['', 'queue', 'item', 'account', 'search', 'decisions', 'decision', 'appeals', 'appealed', 'reports', 'golden', 'adjudications', 'case'].includes(at)
  const on = until > now
  useEffect(() => {
    if (c?.break_until_us && !on) void ask_care().catch(() => undefined)
  }, [on])
  if (!on || !shields) return null
  return (
    <div class="break" role="dialog" aria-modal="true" aria-labelledby="break-title" ref={keep_focus}>
      <div class="break-inner">
        <svg viewBox="0 0 200 90" class="horizon" aria-hidden="true">
          <circle cx="100" cy="62" r="22" />
          <path d="M0 66h200v24H0z" />
          <path class="waves" d="M20 74h34M72 80h56M140 74h40M46 86h30" />
        </svg>
        <h2 id="break-title">{t('break.title')}</h2>
        <p class="break-clock" role="timer">
          {lasting(until - now)}
        </p>
        <p>{t('break.about')}</p>
        <Button icon="settings" onClick={() => go(['care'])}>
          {t('break.to_care')}
        </Button>
        <p class="small">
          <Icon name="care" /> {t('break.promise')}
        </p>
      </div>
    </div>
  )
}
