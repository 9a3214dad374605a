/* The parts that pages are made of. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Key } from '@gen/keys'
import { Refused, type Loaded } from '@/base/api'
import { has, isolate, lasting, named, t, tn, when } from '@/base/i18n'
import { useKeys } from '@/base/keys'
import { refusal } from '@/base/refusal'
import { store, useStore } from '@/base/store'
import { useNow } from '@/base/ticker'
import { Icon, type IconName } from './icon'

type Children = { children?: ComponentChildren }

/* ---- buttons ---- */

export interface ButtonProps extends Children {
  look?: 'primary' | 'danger' | 'quiet'
  icon?: IconName
  turns?: boolean
  hint?: string /* its key */
  label?: string /* for a button of an icon alone */
  wide?: boolean
  pressed?: boolean
  expanded?: boolean
  disabled?: boolean
  submit?: boolean
  onClick?: (e: MouseEvent) => void
  href?: string
  id?: string
  class?: string
}

export function Button(p: ButtonProps) {
  const cls = ['button', p.look, p.wide && 'wide', p.label && !p.children && 'icon-only', p.class].filter(Boolean).join(' ')
  const inner = (
    <>
      {p.icon && <Icon name={p.icon} turns={p.turns} />}
      {p.children && <span>{p.children}</span>}
      {p.hint && <kbd aria-hidden="true">{p.hint}</kbd>}
    </>
  )
  if (p.href)
    return (
      <a class={cls} href={p.href} aria-label={p.label} id={p.id}>
        {inner}
      </a>
    )
  return (
    <button
      id={p.id}
      type={p.submit ? 'submit' : 'button'}
      class={cls}
      disabled={p.disabled}
      aria-label={p.label}
      title={p.children ? undefined : p.label}
      aria-pressed={p.pressed}
      aria-expanded={p.expanded}
      aria-keyshortcuts={p.hint}
      onClick={p.onClick}
    >
      {inner}
    </button>
  )
}

/* ---- fields ---- */

interface FieldProps {
  label: string
  hint?: string
  fault?: string
  children: (a: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ComponentChildren
}
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId()
  const about = [hint && id + 'h', fault && id + 'f'].filter(Boolean).join(' ') || undefined
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': fault ? true : undefined })}
      {hint && (
        <span class="hint" id={id + 'h'}>
          {hint}
        </span>
      )}
      {fault && (
        <span class="fault" id={id + 'f'}>
          {fault}
        </span>
      )}
    </div>
  )
}

type InputAttrs = Omit<JSX.HTMLAttributes<HTMLInputElement>, 'label' | 'onChange'>
export function Input(p: InputAttrs & { label: string; hint?: string; fault?: string; value: string; onChange: (v: string) => void; type?: string; autocomplete?: string; required?: boolean; minlength?: number; maxlength?: number; inputMode?: string; dir?: string; pattern?: string; min?: number; max?: number }) {
  const { label, hint, fault, value, onChange, class: cls, ...rest } = p
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(a) => (
        <input {...(rest as object)} {...a} class={'input ' + (cls ?? '')} value={value} onInput={(e) => onChange(e.currentTarget.value)} />
      )}
    </Field>
  )
}

export function Area(p: { label: string; hint?: string; fault?: string; value: string; onChange: (v: string) => void; required?: boolean; rows?: number; maxlength?: number; id?: string; dir?: 'auto' }) {
  return (
    <Field label={p.label} hint={p.hint} fault={p.fault}>
      {(a) => (
        <textarea
          {...a}
          class="area"
          dir={p.dir ?? 'auto'}
          rows={p.rows ?? 3}
          maxLength={p.maxlength}
          required={p.required}
          value={p.value}
          data-name={p.id}
          onInput={(e) => p.onChange(e.currentTarget.value)}
        />
      )}
    </Field>
  )
}

export interface Choice<T extends string> {
  value: T
  says: string
}
export function Select<T extends string>(p: { label: string; hint?: string; value: T; options: Choice<T>[]; onChange: (v: T) => void; bare?: boolean; disabled?: boolean }) {
  const list = (a: object) => (
    <select {...a} class="select" value={p.value} disabled={p.disabled} onChange={(e) => p.onChange(e.currentTarget.value as T)}>
      {p.options.map((o) => (
        <option value={o.value} key={o.value} selected={o.value === p.value}>
          {o.says}
        </option>
      ))}
    </select>
  )
  if (p.bare) return list({ 'aria-label': p.label })
  return (
    <Field label={p.label} hint={p.hint}>
      {list}
    </Field>
  )
}

export function Check(p: { says: ComponentChildren; hint?: string; checked: boolean; onChange: (v: boolean) => void; disabled?: boolean; required?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={p.checked} disabled={p.disabled} required={p.required} onChange={(e) => p.onChange(e.currentTarget.checked)} />
      <span>
        {p.says}
        {p.hint && <span class="hint"> {p.hint}</span>}
      </span>
    </label>
  )
}

export function Segments<T extends string>(p: { label: string; value: T; options: Choice<T>[]; onChange: (v: T) => void; shown?: boolean }) {
  const name = useId()
  return (
    <div class="field" role="radiogroup" aria-label={p.label}>
      {p.shown && <span class="legend">{p.label}</span>}
      <div class="segments">
        {p.options.map((o) => (
          <label key={o.value}>
            <input type="radio" name={name} value={o.value} checked={o.value === p.value} onChange={() => p.onChange(o.value)} />
            <span>{o.says}</span>
          </label>
        ))}
      </div>
    </div>
  )
}

/* ---- showing ---- */

export function Card(p: Children & { title?: string; end?: ComponentChildren; bare?: boolean; class?: string; level?: 2 | 3; id?: string }) {
  const id = useId()
  const H = p.level === 3 ? 'h3' : 'h2'
  return (
    <section class={'card ' + (p.class ?? '')} aria-labelledby={p.title ? id : undefined} id={p.id}>
      {p.title && (
        <header>
          <H id={id}>{p.title}</H>
          {p.end}
        </header>
      )}
      <div class={p.bare ? 'body bare' : 'body'}>{p.children}</div>
    </section>
  )
}

export type Tone = 'red' | 'amber' | 'green' | 'violet' | 'accent'
export function Badge({ tone, icon, children }: Children & { tone?: Tone; icon?: IconName }) {
  return (
    <span class={'badge ' + (tone ?? '')}>
      {icon && <Icon name={icon} />}
      <span class="one-line">{children}</span>
    </span>
  )
}

/* A picture that the server decodes when it is asked for: one that did not come is asked for again, as a server that has its
 * hands full may not manage at once. */
const AGAIN_MS = [700, 2500, 6000]
export function Picture({ src, alt, class: cls, lazy, onBroken }: { src: string; alt: string; class: string; lazy?: boolean; onBroken?: () => void }) {
  const [tried, set] = useState({ src, n: 0 })
  const n = tried.src === src ? tried.n : 0
  const timer = useRef<number>()
  useEffect(() => () => clearTimeout(timer.current), [src])
  const fail = (): void => {
    if (n < AGAIN_MS.length) timer.current = window.setTimeout(() => set({ src, n: n + 1 }), AGAIN_MS[n])
    else onBroken?.()
  }
  return <img key={n} class={cls} src={src} alt={alt} loading={lazy ? 'lazy' : undefined} onError={fail} />
}

/* Words of somebody else: in their own direction, as text and nothing else. */
export function Said({ text, line, class: cls }: { text: string | undefined; line?: boolean; class?: string }) {
  const shown = visible(text ?? '')
  if (line)
    return (
      <bdi dir="auto" class={'said-line ' + (cls ?? '')} title={shown.length > 60 ? shown : undefined}>
        {shown}
      </bdi>
    )
  return (
    <p dir="auto" class={'said ' + (cls ?? '')}>
      {shown}
    </p>
  )
}

/* Control characters and the marks that turn text around are shown, so that nothing hides in a handle. */
export function visible(s: string): string {
  return s.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : c === '\u007f' ? '\u2421' : '\u2423',
  )
}

export const Handle = ({ handle, platform }: { handle: string | undefined; platform?: string }) => (
  <span class="row handle">
    <Said line text={handle ? '@' + handle : t('account.unknown')} />
    {platform && <span class="soft small">{platform}</span>}
  </span>
)

export function severity_tone(severity: number): Tone | undefined {
  return severity >= 80 ? 'red' : severity >= 50 ? 'amber' : undefined
}

export function CategoryBadge({ category, severity }: { category: string | undefined; severity?: number }) {
  return <Badge tone={severity === undefined ? undefined : severity_tone(severity)}>{named('category', category ?? 'none')}</Badge>
}

/* Time left on a deadline, live. */
export function Left({ deadline_us, hard }: { deadline_us: number; hard?: boolean }) {
  const at = useNow()
  const left = deadline_us / 1000 - at
  const look = left < 0 ? 'late' : left < 600e3 ? 'soon' : left < 3600e3 ? 'near' : 'far'
  return (
    <span class={'left ' + look} title={when(deadline_us)}>
      {hard && <Icon name="clock" />}
      {left < 0 ? t('clock.late', lasting(-left)) : lasting(left)}
      {hard && <span class="hidden-word"> {t('clock.hard')}</span>}
    </span>
  )
}

export function Bar({ part, tone, label }: { part: number; tone?: 'red' | 'amber'; label: string }) {
  const p = Math.max(0, Math.min(1, part))
  return (
    <div class={'bar ' + (tone ?? '')} role="img" aria-label={label}>
      <i style={{ inlineSize: `${p * 100}%` }} />
    </div>
  )
}

export function Facts({ rows }: { rows: ([string, ComponentChildren] | null | false | undefined)[] }) {
  return (
    <dl class="facts">
      {rows.map((r) =>
        r ? (
          <>
            <dt>{r[0]}</dt>
            <dd>{r[1]}</dd>
          </>
        ) : null,
      )}
    </dl>
  )
}

export function Notice({ tone, icon, children, role }: Children & { tone?: Tone; icon?: IconName; role?: 'alert' | 'status' }) {
  return (
    <div class={'notice ' + (tone ?? '')} role={role}>
      <Icon name={icon ?? (tone === 'red' || tone === 'amber' ? 'alert' : 'info')} />
      <div class="grow">{children}</div>
    </div>
  )
}

export function Empty({ icon, children }: Children & { icon?: IconName }) {
  return (
    <div class="empty">
      <Icon name={icon ?? 'check'} />
      <p>{children}</p>
    </div>
  )
}

/* What went wrong, in the language of the page, and what the server said. */
/* One that is about a member (a PIN, a password) is no matter of roles. */
const fault_words = (e: Refused): string =>
  (e.code === 'forbidden' && e.where ? '' : has('error.' + e.code) ? t(('error.' + e.code) as Key) : t('error.internal')) + (e.retry_after_s ? ' ' + t('error.after', lasting(e.retry_after_s * 1000)) : '')
const fault_detail = (e: Refused): string => (['unauthenticated', 'offline', 'break_due', 'seen_before', 'locked', 'too_many', 'csrf', 'internal'].includes(e.code) ? '' : refusal(e.message ?? ''))
export const fault_text = (e: Refused): string => [fault_words(e), fault_detail(e) && isolate(fault_detail(e))].filter(Boolean).join(' ')

export function Fault({ error, again }: { error: Refused; again?: () => void }) {
  return (
    <Notice tone="red" role="alert">
      <div class="row apart">
        <span>
          {fault_words(error)}
          {fault_detail(error) && <bdi class="detail small">{visible(fault_detail(error))}</bdi>}
        </span>
        {again && <Button onClick={again}>{t('do.again')}</Button>}
      </div>
    </Notice>
  )
}

export const Waiting = () => (
  <div class="waiting" role="status">
    <span class="turning" aria-hidden="true" />
    <span class="hidden-word">{t('state.loading')}</span>
  </div>
)

/* A page's data: turning, failed, or there. */
/* `title`: of a page whose heading comes with its data; one that cannot be shown has a heading all the same. */
export function Ready<T>({ from, title, children }: { from: Loaded<T>; title?: string; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {from.error && from.data === undefined && title && <Head title={title} />}
      {from.error && <Fault error={from.error} again={from.again} />}
      {from.data !== undefined ? children(from.data) : !from.error && <Waiting />}
    </>
  )
}

export function More({ more, n }: { more: (() => void) | undefined; n?: number }) {
  if (!more) return null
  return (
    <div class="row more">
      <Button onClick={more}>{t('do.more')}</Button>
      {n !== undefined && <span class="soft small">{tn('list.shown', n)}</span>}
    </div>
  )
}

/* ---- tables ---- */

export interface Column<T> {
  head: string
  cell: (row: T) => ComponentChildren
  number?: boolean
  main?: boolean
}
export function Table<T>({ caption, columns, rows, key_of, empty }: { caption: string; columns: Column<T>[]; rows: T[]; key_of: (r: T, i: number) => string; empty?: string }) {
  if (!rows.length) return <Empty>{empty ?? t('list.empty')}</Empty>
  return (
    <table class="table" role="table">
      <caption class="hidden-word">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((c) => (
            <th role="columnheader" scope="col" class={c.number ? 'number' : undefined}>
              {c.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((r, i) => (
          <tr role="row" key={key_of(r, i)}>
            {columns.map((c) =>
              c.main ? (
                <th role="rowheader" scope="row">
                  {c.cell(r)}
                </th>
              ) : (
                <td role="cell" data-name={c.head} class={c.number ? 'number' : undefined}>
                  {c.cell(r)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/* ---- dialogs ---- */

export function Dialog(p: Children & { title: string; onClose: () => void; wide?: boolean; foot?: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const gone = useRef(false)
  /* Open as soon as it is there: were it a frame later, an Escape pressed between would be nobody's and the dialog stay. */
  useLayoutEffect(() => {
    const d = ref.current!
    const before = document.activeElement as HTMLElement | null
    d.showModal()
    /* The first thing to fill in, not the button that throws it away. */
    d.querySelector<HTMLElement>('.body :is(input,select,textarea)')?.focus()
    return () => {
      gone.current = true
      d.close()
      before?.focus?.()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      class={p.wide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault()
        p.onClose()
      }}
      /* A second Escape without a gesture between closes it over the head of `cancel`. */
      onClose={() => gone.current || p.onClose()}
    >
      <header>
        <h2 id={id}>{p.title}</h2>
        <Button look="quiet" icon="close" label={t('do.close')} onClick={p.onClose} />
      </header>
      <div class="body stack">{p.children}</div>
      {p.foot && <footer>{p.foot}</footer>}
    </dialog>
  )
}

/* ---- messages ---- */

export interface Toast {
  id: number
  says: string
  bad?: boolean
  until?: number /* a countdown, by the browser's clock; then it goes */
  act?: { says: string; run: () => void; hint?: string; icon?: IconName }
}
const toasts = store<Toast[]>([])
let last = 0

export function tell(says: string, more: Partial<Omit<Toast, 'id' | 'says'>> = {}): number {
  const id = ++last
  toasts.set((all) => [...all.slice(-2), { id, says, ...more }])
  window.setTimeout(() => untell(id), more.until ? Math.max(0, more.until - Date.now()) : more.bad ? 12000 : 6000)
  return id
}
export const untell = (id: number): void => toasts.set((all) => all.filter((x) => x.id !== id))
export const tell_fault = (e: unknown): number =>
  tell(e instanceof Refused ? fault_text(e) : String(e), { bad: true })

function Countdown({ until }: { until: number }) {
  useNow()
  return <span aria-hidden="true">{lasting(Math.max(0, until - Date.now()))}</span>
}

export function Toasts() {
  const all = useStore(toasts)
  /* The key that stands on it holds wherever one has gone since. */
  const keyed = all.filter((x) => x.act?.hint).pop()
  useKeys(keyed ? [{ keys: keyed.act!.hint!, says: 'decision.undo', run: () => (untell(keyed.id), keyed.act!.run()) }] : [], [keyed?.id])
  return (
    <div class="toasts" role="status" aria-live="polite">
      {all.map((x) => (
        <div class={x.bad ? 'toast bad' : 'toast'} key={x.id}>
          <span>{x.says}</span>
          {x.until && x.act && <Countdown until={x.until} />}
          {x.act && (
            <Button icon={x.act.icon ?? 'undo'} turns hint={x.act.hint} onClick={() => (untell(x.id), x.act!.run())}>
              {x.act.says}
            </Button>
          )}
          <Button icon="close" label={t('do.close')} onClick={() => untell(x.id)} />
        </div>
      ))}
    </div>
  )
}

/* ---- doing: a button that waits for the server and says what went wrong ---- */

export function useDoing(): { busy: boolean; fault: Refused | undefined; run: (f: () => Promise<unknown>) => Promise<boolean>; clear: () => void } {
  const [busy, set_busy] = useState(false)
  const [fault, set_fault] = useState<Refused>()
  return {
    busy,
    fault,
    clear: () => set_fault(undefined),
    run: async (f) => {
      set_busy(true)
      set_fault(undefined)
      try {
        await f()
        return true
      } catch (e) {
        set_fault(e instanceof Refused ? e : new Refused('internal', String(e)))
        return false
      } finally {
        set_busy(false)
      }
    },
  }
}

export const Tabs = ({ label, at, tabs }: { label: string; at: string; tabs: { id: string; says: string; href: string }[] }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map((x) => (
      <a href={x.href} aria-current={x.id === at ? 'page' : undefined}>
        {x.says}
      </a>
    ))}
  </nav>
)

export function Head({ title, about, children }: Children & { title: string; about?: ComponentChildren }) {
  return (
    <div class="page-head">
      <div>
        <h1 tabIndex={-1} id="title">
          {title}
        </h1>
        {about && <p>{about}</p>}
      </div>
      {children && <div class="row">{children}</div>}
    </div>
  )
}
