/* Language, colours, care and password of whoever is signed in. */
import { useState } from 'preact/hooks'
import { call } from '@/base/api'
import { named, num, t } from '@/base/i18n'
import { keep, me } from '@/base/me'
import { LANGS, choose, prefs, type Lang, type Prefs } from '@/base/prefs'
import { useStore } from '@/base/store'
import { LANGUAGES } from '@/desk/lists'
import { Badge, Button, Card, Check, Facts, Fault, Head, Input, Segments, tell, useDoing } from '@/ui/ui'

function Password() {
  const [old, set_old] = useState('')
  const [a, set_a] = useState('')
  const [b, set_b] = useState('')
  const doing = useDoing()
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault()
        if (a !== b) return
        void doing.run(() => call('password', { body: { old, new: a } })).then((ok) => {
          if (!ok) return
          tell(t('settings.password_changed'))
          set_old('')
          set_a('')
          set_b('')
        })
      }}
    >
      <Input label={t('settings.old')} type="password" value={old} onChange={set_old} autocomplete="current-password" required dir="ltr" />
      <Input label={t('settings.new')} type="password" value={a} onChange={set_a} autocomplete="new-password" required minlength={12} dir="ltr" hint={t('enter.password_about', 12)} />
      <Input label={t('enter.password_again')} type="password" value={b} onChange={set_b} autocomplete="new-password" required dir="ltr" fault={b && a !== b ? t('enter.password_differs') : undefined} />
      {doing.fault && <Fault error={doing.fault} />}
      <div class="row">
        <Button submit disabled={doing.busy || !old || a.length < 12 || a !== b}>
          {t('settings.change_password')}
        </Button>
      </div>
    </form>
  )
}

export function SettingsPage() {
  const p = useStore(prefs)
  const who = useStore(me)!
  const doing = useDoing()
  const care = (k: 'blur' | 'grey' | 'muted' | 'words_first', says: Parameters<typeof t>[0]) => <Check says={t(says)} checked={p[k]} onChange={(v) => keep({ [k]: v } as Partial<Prefs>)} />
  return (
    <>
      <Head title={t('settings.title')} about={t('settings.about')} />
      <div class="board">
        <Card title={t('settings.look')}>
          <div class="stack">
            <Segments<Lang> shown label={t('settings.language')} value={p.lang} options={LANGS.map((l) => ({ value: l, says: { en: 'English', fr: 'Français', ar: 'العربية' }[l] }))} onChange={(lang) => keep({ lang })} />
            <Segments
              shown
              label={t('settings.theme')}
              value={p.theme}
              options={(['auto', 'light', 'dark'] as const).map((x) => ({ value: x, says: named('theme', x) }))}
              onChange={(theme) => keep({ theme })}
            />
            {p.lang === 'ar' && (
              <Segments
                shown
                label={t('settings.digits')}
                value={p.digits}
                options={[
                  { value: 'auto' as const, says: t('settings.digits_auto') },
                  { value: 'arab' as const, says: '١٢٣' },
                  { value: 'latn' as const, says: '123' },
                ]}
                onChange={(digits) => choose({ digits })}
              />
            )}
            <Segments shown label={t('settings.density')} value={p.density} options={(['dense', 'roomy'] as const).map((x) => ({ value: x, says: named('density', x) }))} onChange={(density) => choose({ density })} />
            <Check says={t('settings.keys')} hint={t('settings.keys_about')} checked={p.keys} onChange={(keys) => choose({ keys })} />
          </div>
        </Card>
        <Card title={t('settings.care')}>
          <div class="stack-tight">
            <p class="small soft">{t('settings.care_about')}</p>
            {care('blur', 'settings.blur')}
            {care('grey', 'settings.grey')}
            {care('muted', 'settings.muted')}
            {care('words_first', 'settings.words_first')}
          </div>
        </Card>
        <Card title={t('settings.me')}>
          <div class="stack">
            <Facts
              rows={[
                [t('people.name'), <bdi>{who.name}</bdi>],
                [t('enter.login'), <bdi>{who.login}</bdi>],
                [t('people.pseudonym'), <bdi>{who.pseudonym}</bdi>],
                [t('people.roles'), <span class="row">{who.roles.map((r) => <Badge key={r} tone="accent">{named('role', r)}</Badge>)}</span>],
                [t('settings.permissions'), num(who.permissions.length)],
                [t('enter.second'), t(who.two_factor ? 'yes' : 'no')],
              ]}
            />
            <p class="small soft">{t('settings.pseudonym_about')}</p>
            <fieldset class="row">
              <legend class="legend">{t('people.languages')}</legend>
              {LANGUAGES.map((l) => (
                <Check
                  key={l}
                  says={named('tongue', l)}
                  checked={who.languages.includes(l)}
                  disabled={doing.busy}
                  onChange={(v) => void doing.run(async () => me.set(await call('patchMe', { body: { languages: v ? [...who.languages, l] : who.languages.filter((x) => x !== l) } })))}
                />
              ))}
            </fieldset>
            {doing.fault && <Fault error={doing.fault} />}
          </div>
        </Card>
        <Card title={t('settings.password')}>
          <Password />
        </Card>
      </div>
    </>
  )
}
