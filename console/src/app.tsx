/* The frame of the desk, and which page stands in it. */
import { Component, type ComponentChildren, type ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Key } from '@gen/keys'
import type { Permission } from '@gen/api'
import { Refused, session } from './base/api'
import { useEvents } from './base/events'
import { language, lasting, num, t } from './base/i18n'
import { shortcuts, useKeys } from './base/keys'
import { ask_care, care, keep, leave, may, me } from './base/me'
import { call } from './base/api'
import { LANGS, choose, prefs, type Lang } from './base/prefs'
import { go, link, route } from './base/router'
import { useStore } from './base/store'
import { Accounts } from './pages/account'
import { AppealPage, Appeals } from './pages/appeals'
import { Audit } from './pages/audit'
import { BreakScreen, Care } from './pages/care'
import { CasePage, Cases } from './pages/cases'
import { Dashboard } from './pages/dashboard'
import { DecisionPage, Decisions } from './pages/decisions'
import { Enter } from './pages/enter'
import { ItemPage } from './pages/item'
import { Keys } from './pages/apikeys'
import { People, RolesPage } from './pages/people'
import { Policies, PolicyPage } from './pages/policies'
import { PublicAppealPage, PublicReportPage, ReportStatusPage } from './pages/public'
import { Adjudications, Goldens, QualityPage } from './pages/quality'
import { Queue } from './pages/queue'
import { Reports } from './pages/reports'
import { Search } from './pages/search'
import { SettingsPage } from './pages/settings'
import { Icon, type IconName } from './ui/icon'
import { Bar, Button, Dialog, Empty, Fault, Select, Toasts, tell } from './ui/ui'

interface Page {
  at: string
  says: Key
  icon: IconName
  needs?: Permission
  page: ComponentType<{ path: string[]; query: URLSearchParams }>
  hidden?: boolean
}
interface Group {
  says: Key
  pages: Page[]
}

const GROUPS: Group[] = [
  {
    says: 'nav.work',
    pages: [
      { at: 'queue', says: 'queue.title', icon: 'queue', needs: 'queue.read', page: Queue },
      { at: 'search', says: 'search.title', icon: 'search', needs: 'item.read', page: Search },
      { at: 'decisions', says: 'decisions.title', icon: 'decision', needs: 'queue.read', page: Decisions },
      { at: 'appeals', says: 'appeals.title', icon: 'appeal', needs: 'appeal.read', page: Appeals },
      { at: 'reports', says: 'reports.title', icon: 'report', needs: 'report.read', page: Reports },
      { at: 'cases', says: 'cases.title', icon: 'cases', needs: 'case.read', page: Cases },
      { at: 'item', says: 'item.title', icon: 'film', needs: 'item.read', page: ItemPage, hidden: true },
      { at: 'account', says: 'account.title', icon: 'account', needs: 'item.read', page: Accounts, hidden: true },
      { at: 'decision', says: 'decision.title', icon: 'decision', needs: 'queue.read', page: DecisionPage, hidden: true },
      { at: 'appealed', says: 'appeal.title', icon: 'appeal', needs: 'appeal.read', page: AppealPage, hidden: true },
      { at: 'case', says: 'case.title', icon: 'cases', needs: 'case.read', page: CasePage, hidden: true },
    ],
  },
  {
    says: 'nav.oversight',
    pages: [
      { at: 'dashboard', says: 'dashboard.title', icon: 'chart', needs: 'dashboard.read', page: Dashboard },
      { at: 'quality', says: 'quality.title', icon: 'quality', needs: 'quality.read', page: QualityPage },
      { at: 'golden', says: 'golden.title', icon: 'quality', needs: 'quality.manage', page: Goldens, hidden: true },
      { at: 'adjudications', says: 'adjudications.title', icon: 'quality', needs: 'quality.manage', page: Adjudications, hidden: true },
      { at: 'policies', says: 'policies.title', icon: 'policy', needs: 'policy.read', page: Policies },
      { at: 'policy', says: 'policy.title', icon: 'policy', needs: 'policy.read', page: PolicyPage, hidden: true },
      { at: 'audit', says: 'audit.title', icon: 'audit', needs: 'audit.read', page: Audit },
    ],
  },
  {
    says: 'nav.house',
    pages: [
      { at: 'people', says: 'people.title', icon: 'people', needs: 'people.read', page: People },
      { at: 'roles', says: 'roles.title', icon: 'people', needs: 'people.read', page: RolesPage, hidden: true },
      { at: 'keys', says: 'keys.title', icon: 'key', needs: 'keys.manage', page: Keys },
      { at: 'care', says: 'care.title', icon: 'care', page: Care },
      { at: 'settings', says: 'settings.title', icon: 'settings', page: SettingsPage },
    ],
  },
]
const PAGES = GROUPS.flatMap((g) => g.pages)
/* Under which entry of the rail a page without one belongs. */
const BELONGS: Record<string, string> = {
  item: 'queue',
  account: 'search',
  decision: 'decisions',
  appealed: 'appeals',
  case: 'cases',
  golden: 'quality',
  adjudications: 'quality',
  policy: 'policies',
  roles: 'people',
}

export function LanguageChoice() {
  const p = useStore(prefs)
  return (
    <Select<Lang>
      bare
      label={t('settings.language')}
      value={p.lang}
      options={LANGS.map((l) => ({ value: l, says: { en: 'English', fr: 'Français', ar: 'العربية' }[l] }))}
      onChange={(lang) => keep({ lang })}
    />
  )
}

export function ThemeButton({ wide_only }: { wide_only?: boolean }) {
  const p = useStore(prefs)
  const dark = document.documentElement.dataset.theme === 'dark'
  void p
  return <Button class={wide_only ? 'wide-only' : ''} look="quiet" icon={dark ? 'sun' : 'moon'} label={t(dark ? 'settings.light' : 'settings.dark')} onClick={() => keep({ theme: dark ? 'light' : 'dark' })} />
}

export const Brand = ({ href }: { href?: string }) => (
  <a class="brand" href={href ?? '#/'}>
    <img src="/icon.svg" alt="" width="30" height="30" />
    <span class="words">
      {t('app.name')}
      <small>{t('app.line')}</small>
    </span>
  </a>
)

/* A page without the desk around it. */
export function Alone({ children, broad }: { children: ComponentChildren; broad?: boolean }) {
  return (
    <div class={broad ? 'alone broad' : 'alone'}>
      <header>
        <Brand />
        <div class="row">
          <ThemeButton />
          <LanguageChoice />
        </div>
      </header>
      <main tabIndex={-1}>{children}</main>
      <footer>{t('app.promise')}</footer>
      <Toasts />
    </div>
  )
}

function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const all = useStore(shortcuts)
  const seen = new Set<string>()
  const rows = all.filter((s) => !seen.has(s.keys) && seen.add(s.keys))
  return (
    <Dialog title={t('keys.help')} onClose={onClose} wide>
      <dl class="shortcuts">
        {rows.map((s) => (
          <div key={s.keys}>
            <dt>
              {s.keys.split(' ').map((k) => (
                <kbd>{k === ' ' || k === '' ? '␣' : k}</kbd>
              ))}
            </dt>
            <dd>{t(s.says)}</dd>
          </div>
        ))}
      </dl>
      <p class="soft small">{t('keys.about')}</p>
    </Dialog>
  )
}

function Rail({ at, onGo }: { at: string; onGo: () => void }) {
  const who = useStore(me)
  const here = BELONGS[at] ?? at
  return (
    <nav class="rail" aria-label={t('nav.label')} id="rail" onClick={(e) => (e.target as Element).closest('a') && onGo()}>
      <Brand />
      {GROUPS.map((g) => {
        const pages = g.pages.filter((p) => !p.hidden && (!p.needs || who?.permissions.includes(p.needs)))
        if (!pages.length) return null
        return (
          <>
            <h2>{t(g.says)}</h2>
            {pages.map((p) => (
              <a class="place" href={link([p.at])} aria-current={p.at === here ? 'page' : undefined} title={t(p.says)}>
                <Icon name={p.icon} />
                <span class="words">{t(p.says)}</span>
              </a>
            ))}
          </>
        )
      })}
    </nav>
  )
}

function Exposure() {
  const c = useStore(care)
  if (!c) return null
  const part = c.budget ? c.exposure / c.budget : 0
  const says = t('care.meter', num(Math.round(c.exposure)), num(c.budget))
  return (
    <a class="exposure" href={link(['care'])} title={says}>
      <Icon name="care" />
      <Bar part={part} tone={part >= 1 ? 'red' : part > 0.75 ? 'amber' : undefined} label={says} />
      {c.next_break_s > 0 && <span class="words nowrap">{t('care.next_break', lasting(c.next_break_s * 1000))}</span>}
    </a>
  )
}

function Find() {
  const [words, set] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useKeys([{ keys: '/', says: 'keys.find', run: () => input.current?.focus() }], [])
  if (!may('item.read')) return null
  return (
    <form
      class="find"
      role="search"
      onSubmit={(e) => {
        e.preventDefault()
        input.current?.blur()
        go(['search'], { q: words })
      }}
    >
      <Icon name="search" />
      <input ref={input} class="input" type="search" dir="auto" aria-label={t('search.label')} placeholder={t('search.placeholder')} value={words} onInput={(e) => set(e.currentTarget.value)} />
    </form>
  )
}

/* A page that fails to draw itself says so, and the desk around it stays. */
class Guard extends Component<{ children: ComponentChildren }, { failed?: string }> {
  override state: { failed?: string } = {}
  override componentDidCatch(e: unknown): void {
    console.error(e)
    this.setState({ failed: String(e) })
  }
  override render() {
    if (!this.state.failed) return this.props.children
    return <Fault error={new Refused('internal', this.state.failed)} again={() => this.setState({ failed: undefined })} />
  }
}

/* The heading of a page that is still being asked for comes a little later; whoever has gone on by then is left alone. */
function focus_title(): () => void {
  let turns = 0
  const timer = window.setInterval(() => {
    const title = document.getElementById('title')
    const elsewhere = document.activeElement && document.activeElement !== document.body && document.activeElement.isConnected && !document.activeElement.closest('.rail')
    if (title && !elsewhere) title.focus({ preventScroll: true })
    if (title || elsewhere || ++turns > 60) clearInterval(timer)
  }, 50)
  return () => clearInterval(timer)
}

function Shell() {
  const { path, query } = useStore(route)
  const who = useStore(me)!
  const [open, set_open] = useState(false)
  const [help, set_help] = useState(false)
  const first = PAGES.find((p) => !p.hidden && (!p.needs || who.permissions.includes(p.needs)))!
  const at = path[0] ?? first.at
  const page = PAGES.find((p) => p.at === at)
  const allowed = page && (!page.needs || who.permissions.includes(page.needs))
  const start = useRef(true)

  /* A new page begins at its top, with the focus on its heading; its title is the window's. */
  useEffect(() => {
    document.title = `${page ? t(page.says) : t('page.missing')} · ${t('app.name')}`
    if (start.current) {
      start.current = false
      return
    }
    scrollTo(0, 0)
    return focus_title()
  }, [at, path.join('/')])

  const jumps: [string, string, Key][] = [
    ['g q', 'queue', 'queue.title'],
    ['g d', 'decisions', 'decisions.title'],
    ['g a', 'appeals', 'appeals.title'],
    ['g h', 'dashboard', 'dashboard.title'],
    ['g c', 'care', 'care.title'],
    ['g s', 'settings', 'settings.title'],
  ]
  useKeys(
    [
      { keys: '?', says: 'keys.help', run: () => set_help(true) },
      ...jumps
        .filter(([, to]) => PAGES.some((p) => p.at === to && (!p.needs || may(p.needs))))
        .map(([keys, to, says]) => ({ keys, says, run: () => go([to]) })),
    ],
    [who],
  )
  const handed = (): number => tell(t('hand.to_you'), { until: Date.now() + 20e3, act: { says: t('hand.look'), icon: 'hand', run: () => go(['queue'], { state: 'mine' }) } })
  /* null: news were lost, of this perhaps. */
  useEvents(['handed'], (data) => (data ? handed() : void call('queue', { query: { state: 'mine' } }).then((q) => q.items.some((x) => x.state === 'handed') && handed(), () => undefined)))
  useEvents(['care'], () => void ask_care().catch(() => undefined))

  const Here = page?.page
  return (
    <div class={open ? 'shell open' : 'shell'} onKeyDown={(e) => e.key === 'Escape' && set_open(false)}>
      <button class="button primary skip" onClick={() => document.getElementById('main')?.focus()}>
        {t('nav.skip')}
      </button>
      <Rail at={at} onGo={() => set_open(false)} />
      {open && <button class="curtain" aria-label={t('do.close')} onClick={() => set_open(false)} />}
      <header class="top">
        <Button class="menu-button" look="quiet" icon="menu" label={t('nav.menu')} expanded={open} onClick={() => set_open(!open)} />
        <Find />
        <div class="end">
          <Exposure />
          <Button class="wide-only" look="quiet" icon="keyboard" label={t('keys.help')} onClick={() => set_help(true)} />
          <ThemeButton wide_only />
          <LanguageChoice />
          <Button class="person" look="quiet" icon="out" turns label={t('enter.out_of', who.pseudonym)} onClick={() => void leave()}>
            <span class="words one-line">{who.pseudonym}</span>
          </Button>
        </div>
      </header>
      <main class="main" id="main" tabIndex={-1}>
        {Here && allowed ? (
          <Guard key={path.join('/')}>
            <Here path={path.slice(1)} query={query} />
          </Guard>
        ) : (
          <>
            <h1 id="title" tabIndex={-1}>
              {t('page.missing')}
            </h1>
            <Empty icon="info">{t(page ? 'page.forbidden' : 'page.unknown')}</Empty>
          </>
        )}
      </main>
      <BreakScreen at={at} />
      {help && <ShortcutHelp onClose={() => set_help(false)} />}
      <Toasts />
    </div>
  )
}

export function App() {
  const lang = useStore(language)
  const s = useStore(session)
  const { path, query } = useStore(route)
  void choose
  if (!lang || s === undefined) return null
  switch (path[0]) {
    case 'appeal':
      return <PublicAppealPage token={path[1] ?? ''} key={lang} />
    case 'report':
      return path[1] === 'status' ? <ReportStatusPage key={lang} /> : <PublicReportPage key={lang} />
    case 'setup':
    case 'invite':
      if (s?.stage !== 'full') return <Enter how={path[0]} token={path[1] ?? query.get('token') ?? ''} key={lang} />
  }
  if (s?.stage !== 'full') return <Enter how="in" token="" key={lang} />
  return <Shell key={lang} />
}
