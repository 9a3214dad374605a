/* The way in: first set-up, an invitation, sign-in, the second factor. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { call, session, useLoad, type Refused } from '@/base/api'
import { t } from '@/base/i18n'
import { arrive, leave } from '@/base/me'
import { go } from '@/base/router'
import { useStore } from '@/base/store'
import { Alone } from '@/app'
import { Qr } from '@/ui/qr'
import { Button, Card, Check, Fault, Input, Notice, Ready, useDoing } from '@/ui/ui'

const PASSWORD_MIN = 12

function Sheet({ title, about, children }: { title: string; about?: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title])
  return (
    <Card>
      <div class="stack">
        <div class="stack-tight">
          <h1 tabIndex={-1} id="title">
            {title}
          </h1>
          {about && <p class="soft">{about}</p>}
        </div>
        {children}
      </div>
    </Card>
  )
}

/* Trying what was typed. Who presses Enter on other words while an attempt is under way has made another, which is sent when that
 * one has failed: no Enter is lost on a slow server. The button rests only while the words are those that were sent. */
function useAttempts(words: string, attempt: () => Promise<void>): { fault: Refused | undefined; rests: boolean; send: () => void } {
  const doing = useDoing()
  const [last, set_last] = useState<string>()
  const waiting = useRef<() => Promise<void>>()
  const rests = doing.busy && words === last
  const send = (): void => {
    if (rests) return
    set_last(words)
    if (doing.busy) waiting.current = attempt
    else void doing.run(attempt)
  }
  useEffect(() => {
    const next = waiting.current
    if (doing.busy || !next) return
    waiting.current = undefined
    void doing.run(next)
  }, [doing.busy])
  return { fault: doing.fault, rests, send }
}

function SignIn() {
  const [login, set_login] = useState('')
  const [password, set_password] = useState('')
  const tries = useAttempts(JSON.stringify([login, password]), async () => arrive(await call('signIn', { body: { login, password } })))
  const state = useLoad((signal) => call('setupState', { signal }), [])
  return (
    <Sheet title={t('enter.title')}>
      {state.data?.needed && <Notice tone="amber">{t('enter.setup_needed')}</Notice>}
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          tries.send()
        }}
      >
        <Input label={t('enter.login')} value={login} onChange={set_login} autocomplete="username" required dir="auto" />
        <Input label={t('enter.password')} type="password" value={password} onChange={set_password} autocomplete="current-password" required dir="ltr" />
        {tries.fault && <Fault error={tries.fault} />}
        <Button submit look="primary" wide disabled={tries.rests}>
          {t('enter.in')}
        </Button>
      </form>
      <p class="small">
        <a href="#/report">{t('enter.report')}</a>
      </p>
    </Sheet>
  )
}

function Code({ says, about }: { says: string; about?: string }) {
  const [code, set] = useState('')
  const tries = useAttempts(code, async () => {
    try {
      await arrive(await call('totp', { body: { code } }))
      if (['setup', 'invite'].includes(location.hash.split('/')[1] ?? '')) go([])
    } catch (fault) {
      /* Not what was typed meanwhile. */
      set((now) => (now === code ? '' : now))
      throw fault
    }
  })
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault()
        tries.send()
      }}
    >
      <Input
        label={t('enter.code')}
        hint={about}
        class="code"
        value={code}
        onChange={(v) => set(western(v).slice(0, 6))}
        inputMode="numeric"
        autocomplete="one-time-code"
        required
        pattern="[0-9]{6}"
        dir="ltr"
      />
      {tries.fault && <Fault error={tries.fault} />}
      <Button submit look="primary" wide disabled={tries.rests || code.length !== 6}>
        {says}
      </Button>
      <Button look="quiet" onClick={() => void leave()}>
        {t('enter.other')}
      </Button>
    </form>
  )
}

/* Digits as they may be typed on an Arabic or Persian keyboard. */
function western(s: string): string {
  return s.replace(/[٠-٩]/g, (d) => String(d.charCodeAt(0) - 0x660)).replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x6f0)).replace(/\D/g, '')
}

function Enrol() {
  const secret = useLoad((signal) => call('enrol', { signal }), [])
  return (
    <Sheet title={t('enter.enrol')} about={t('enter.enrol_about')}>
      <Ready from={secret}>
        {(s) => (
          <>
            <Qr text={s.uri} label={t('enter.qr')} />
            <details>
              <summary>{t('enter.by_hand')}</summary>
              <p>
                <code class="secret" dir="ltr">
                  {s.secret.replace(/(.{4})/g, '$1 ').trim()}
                </code>
              </p>
            </details>
            <Code says={t('enter.confirm')} about={t('enter.code_about')} />
          </>
        )}
      </Ready>
    </Sheet>
  )
}

function password_fault(a: string, b: string): string | undefined {
  if (a && a.length < PASSWORD_MIN) return t('enter.password_short', PASSWORD_MIN)
  if (b && a !== b) return t('enter.password_differs')
  return undefined
}

function FirstPassword({ how, token }: { how: 'setup' | 'invite'; token: string }) {
  const [login, set_login] = useState('')
  const [name, set_name] = useState('')
  const [a, set_a] = useState('')
  const [b, set_b] = useState('')
  const [lead, set_lead] = useState(true)
  const doing = useDoing()
  const setup = how === 'setup'
  const fault = password_fault(a, b)
  return (
    <Sheet title={t(setup ? 'setup.title' : 'invite.title')} about={t(setup ? 'setup.about' : 'invite.about')}>
      {!token && <Notice tone="amber">{t('setup.no_token')}</Notice>}
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          if (fault || a !== b) return
          void doing.run(async () =>
            arrive(
              setup
                ? await call('setup', { body: { token, login, name, password: a, roles: lead ? ['admin', 'lead'] : ['admin'] } })
                : await call('acceptInvite', { body: { token, password: a } }),
            ),
          )
        }}
      >
        {setup && (
          <>
            <Input label={t('enter.login')} value={login} onChange={set_login} autocomplete="username" required dir="ltr" hint={t('setup.login_about')} />
            <Input label={t('people.name')} value={name} onChange={set_name} autocomplete="name" required dir="auto" hint={t('setup.name_about')} />
          </>
        )}
        <Input label={t('enter.password')} type="password" value={a} onChange={set_a} autocomplete="new-password" required minlength={PASSWORD_MIN} dir="ltr" hint={t('enter.password_about', PASSWORD_MIN)} />
        <Input label={t('enter.password_again')} type="password" value={b} onChange={set_b} autocomplete="new-password" required dir="ltr" fault={fault} />
        {setup && <Check says={t('setup.lead')} hint={t('setup.lead_about')} checked={lead} onChange={set_lead} />}
        {doing.fault && <Fault error={doing.fault} />}
        <Button submit look="primary" wide disabled={doing.busy}>
          {t('setup.go')}
        </Button>
      </form>
    </Sheet>
  )
}

export function Enter({ how, token }: { how: 'in' | 'setup' | 'invite'; token: string }) {
  const s = useStore(session)
  return (
    <Alone>
      {s?.stage === 'enrol' ? (
        <Enrol />
      ) : s?.stage === 'totp' ? (
        <Sheet title={t('enter.second')} about={t('enter.second_about')}>
          <Code says={t('enter.in')} />
        </Sheet>
      ) : how === 'in' ? (
        <SignIn />
      ) : (
        <FirstPassword how={how} token={token} />
      )}
    </Alone>
  )
}
