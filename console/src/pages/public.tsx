/* What anybody may do without an account: appeal with link and PIN, report a post, ask what became of a report. */
import { useEffect, useState } from 'preact/hooks'
import type { Category, ReportMade, ReportStatus, Statement } from '@gen/api'
import { call } from '@/base/api'
import { has, named, t, when } from '@/base/i18n'
import type { Key } from '@gen/keys'
import { prefs } from '@/base/prefs'
import { Alone } from '@/app'
import { CATEGORIES } from '@/desk/lists'
import { measure_tone } from '@/desk/decision'
import { Area, Badge, Button, Card, Check, Facts, Fault, Input, Left, Notice, Said, Select, useDoing, visible } from '@/ui/ui'

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title])
}
const text_of = (key: string | undefined): string | undefined => (key && has(key) ? t(key as Key) : key)

export function PublicAppealPage({ token }: { token: string }) {
  const [pin, set_pin] = useState('')
  const [s, set_s] = useState<Statement>()
  const [text, set_text] = useState('')
  const doing = useDoing()
  useTitle(t('own.title'))
  const a = s?.appeal
  const late = s !== undefined && s.may_appeal_until_us / 1000 < Date.now()
  return (
    <Alone broad>
      <div class="stack">
        <h1 id="title" tabIndex={-1}>
          {t('own.title')}
        </h1>
        {!s ? (
          <Card>
            <form
              class="stack"
              onSubmit={(e) => {
                e.preventDefault()
                void doing.run(async () => set_s(await call('openAppeal', { path: { token }, body: { pin: pin.trim() } })))
              }}
            >
              <p>{t('own.about')}</p>
              <Input label={t('own.pin')} class="code" value={pin} onChange={set_pin} required dir="ltr" autocomplete="off" />
              {doing.fault && <Fault error={doing.fault} />}
              <Button submit look="primary" disabled={doing.busy || !pin.trim()}>
                {t('own.open')}
              </Button>
            </form>
          </Card>
        ) : (
          <>
            <Card title={t('own.what')}>
              <Facts
                rows={[
                  [t('own.post'), <><bdi dir="auto">@{visible(s.handle)}</bdi> · {s.platform} <code>{s.native_id}</code></>],
                  [t('own.words'), <Said text={s.caption} />],
                  [t('decision.measure'), <Badge tone={measure_tone(s.measure)}>{named('measure', s.measure)}</Badge>],
                  [t('decisions.at'), when(s.at_us)],
                ]}
              />
            </Card>
            <Card title={t('own.why')}>
              <Facts
                rows={[
                  !!s.category && s.category !== 'none' && [t('head.category'), named('category', s.category)],
                  !!s.ground && [t('decision.ground'), <>{named('ground', s.ground)} <bdi>{s.ground_ref}</bdi>{s.ground_why && <Said text={s.ground_why} />}</>],
                  [t('decision.facts'), <Said text={s.facts} />],
                  [t('decision.automated'), t(s.automated_detection ? 'own.machine_found' : 'own.person_found')],
                ]}
              />
            </Card>
            <Card title={t('own.appeal')}>
              {a ? (
                <div class="stack">
                  <Notice tone={a.state === 'overturned' ? 'green' : undefined} role="status">
                    {t(a.state === 'waiting' ? 'own.received' : a.state === 'overturned' ? 'own.overturned' : 'own.upheld')}
                  </Notice>
                  <Facts
                    rows={[
                      [t('own.sent'), when(a.at_us)],
                      a.state === 'waiting' && [t('own.answer_by'), <>{when(a.due_us)} <Left deadline_us={a.due_us} /></>],
                      !!a.answer && [t('own.answer'), <Said text={text_of(a.answer)} />],
                      !!a.answered_us && [t('own.answered'), when(a.answered_us)],
                    ]}
                  />
                </div>
              ) : late ? (
                <Notice tone="amber">{t('own.too_late')}</Notice>
              ) : (
                <form
                  class="stack"
                  onSubmit={(e) => {
                    e.preventDefault()
                    void doing.run(async () => {
                      const appeal = await call('appeal', { path: { token }, body: { pin: pin.trim(), text, lang: prefs.get().lang } })
                      set_s({ ...s, appeal })
                    })
                  }}
                >
                  <p class="soft">{t('own.appeal_about', when(s.may_appeal_until_us))}</p>
                  <Area label={t('own.say')} value={text} onChange={set_text} required rows={6} maxlength={8000} />
                  {doing.fault && <Fault error={doing.fault} />}
                  <Button submit look="primary" disabled={doing.busy || !text.trim()}>
                    {t('own.send')}
                  </Button>
                </form>
              )}
            </Card>
          </>
        )}
      </div>
    </Alone>
  )
}

export function PublicReportPage() {
  const [url, set_url] = useState('')
  const [category, set_category] = useState<Category | ''>('')
  const [text, set_text] = useState('')
  const [faith, set_faith] = useState(false)
  const [made, set_made] = useState<ReportMade>()
  const doing = useDoing()
  useTitle(t('tell.title'))
  return (
    <Alone broad>
      <div class="stack">
        <h1 id="title" tabIndex={-1}>
          {t('tell.title')}
        </h1>
        {made ? (
          <Card title={t('tell.done')}>
            <div class="stack">
              <p>{t(made.known ? 'tell.known' : 'tell.thanks')}</p>
              <Facts
                rows={[
                  [t('reports.number'), <code class="secret" dir="ltr">{made.number}</code>],
                  [t('own.pin'), <code class="secret" dir="ltr">{made.pin}</code>],
                ]}
              />
              <Notice tone="amber">{t('tell.keep')}</Notice>
              <p>
                <a href="#/report/status">{t('tell.status')}</a>
              </p>
            </div>
          </Card>
        ) : (
          <Card>
            <form
              class="stack"
              onSubmit={(e) => {
                e.preventDefault()
                if (!category) return
                void doing.run(async () => set_made(await call('report', { body: { url: url.trim(), category, text, lang: prefs.get().lang, good_faith: faith } })))
              }}
            >
              <p>{t('tell.about')}</p>
              <Input label={t('tell.url')} type="url" value={url} onChange={set_url} required dir="ltr" hint={t('tell.url_about')} />
              <Select label={t('tell.harm')} value={category} options={[...(category ? [] : [{ value: '' as const, says: t('tell.choose') }]), ...CATEGORIES.map((c) => ({ value: c, says: named('category', c) }))]} onChange={(c) => set_category(c as Category)} hint={t('tell.harm_about')} />
              <Area label={t('tell.words')} value={text} onChange={set_text} required rows={5} maxlength={4000} hint={t('tell.words_about')} />
              <Check says={t('tell.faith')} checked={faith} onChange={set_faith} required />
              {doing.fault && <Fault error={doing.fault} />}
              <Button submit look="primary" disabled={doing.busy || !faith || !category || !text.trim() || !url.trim()}>
                {t('tell.send')}
              </Button>
              <p class="small soft">{t('tell.nothing_kept')}</p>
              <p class="small">
                <a href="#/report/status">{t('tell.status')}</a>
              </p>
            </form>
          </Card>
        )}
      </div>
    </Alone>
  )
}

export function ReportStatusPage() {
  const [number, set_number] = useState('')
  const [pin, set_pin] = useState('')
  const [s, set_s] = useState<ReportStatus>()
  const doing = useDoing()
  useTitle(t('tell.status'))
  return (
    <Alone broad>
      <div class="stack">
        <h1 id="title" tabIndex={-1}>
          {t('tell.status')}
        </h1>
        <Card>
          <form
            class="stack"
            onSubmit={(e) => {
              e.preventDefault()
              void doing.run(async () => set_s(await call('reportStatus', { path: { number: number.trim() }, body: { pin: pin.trim() } })))
            }}
          >
            <Input label={t('reports.number')} value={number} onChange={set_number} required dir="ltr" autocomplete="off" />
            <Input label={t('own.pin')} value={pin} onChange={set_pin} required dir="ltr" autocomplete="off" />
            {doing.fault && <Fault error={doing.fault} />}
            <Button submit look="primary" disabled={doing.busy || !number.trim() || !pin.trim()}>
              {t('tell.ask')}
            </Button>
          </form>
        </Card>
        {s && (
          <Card title={named('report.state', s.state)}>
            <Facts
              rows={[
                [t('own.sent'), when(s.at_us)],
                !!s.answered_us && [t('own.answered'), when(s.answered_us)],
                !!s.answer && [t('own.answer'), text_of(s.answer)],
                !!s.measure && [t('decision.measure'), named('measure', s.measure)],
                !!s.redress && [t('tell.redress'), text_of(s.redress)],
              ]}
            />
          </Card>
        )}
      </div>
    </Alone>
  )
}
