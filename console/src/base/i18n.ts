/* Words, numbers and times in the language chosen. Text of others that stands within a sentence is wrapped in isolates
 * (U+2068 … U+2069), so that a handle in Latin letters never turns an Arabic sentence around, nor the other way. */
import type { Key } from '@gen/keys'
import { prefs, type Lang } from './prefs'
import { store } from './store'

type Texts = Record<Key, string>
const loaders: Record<Lang, () => Promise<{ default: unknown }>> = {
  en: () => import('@gen/texts.en.json'),
  fr: () => import('@gen/texts.fr.json'),
  ar: () => import('@gen/texts.ar.json'),
}

let texts = {} as Texts
/* Which language stands on the page; changes after its words have come. */
export const language = store<Lang | null>(null)

/* Western digits in the Maghreb, Eastern ones elsewhere, as each is taught; the person's choice goes first. */
function locale(lang: Lang): string {
  const { digits } = prefs.get()
  const maghreb = navigator.languages?.some((l) => /^(ar|ber|zgh)-(MA|DZ|TN|LY|EH|MR)/i.test(l))
  const base = lang === 'en' ? 'en-GB' : lang === 'fr' ? 'fr-FR' : maghreb ? 'ar-MA' : 'ar-IQ'
  if (lang !== 'ar') return base
  const system = digits === 'auto' ? (maghreb ? 'latn' : 'arab') : digits
  return `${base}-u-nu-${system}-ca-gregory`
}

let current = 'en-GB'
let plural = new Intl.PluralRules('en')
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

export async function speak(lang: Lang): Promise<void> {
  texts = (await loaders[lang]()).default as Texts
  current = locale(lang)
  plural = new Intl.PluralRules(lang)
  formats.clear()
  const html = document.documentElement
  html.lang = lang
  html.dir = lang === 'ar' ? 'rtl' : 'ltr'
  language.set(null)
  language.set(lang)
}

export const rtl = (): boolean => language.get() === 'ar'

function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = 'n' + JSON.stringify(options)
  let f = formats.get(key) as Intl.NumberFormat | undefined
  if (!f) formats.set(key, (f = new Intl.NumberFormat(current, options)))
  return f
}

function date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = 'd' + JSON.stringify(options)
  let f = formats.get(key) as Intl.DateTimeFormat | undefined
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat(current, options)))
  return f
}

export const isolate = (s: string): string => `\u2068${s}\u2069`

function filled(text: string, args: (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, i: string) => {
    const a = args[Number(i)]
    return a === undefined ? '' : typeof a === 'number' ? num(a) : isolate(a)
  })
}

export function t(key: Key, ...args: (string | number)[]): string {
  return filled(texts[key] ?? key, args)
}

const FORMS: Record<Lang, Intl.LDMLPluralRule[]> = {
  en: ['one', 'other'],
  fr: ['one', 'other'],
  ar: ['zero', 'one', 'two', 'few', 'many', 'other'],
}

/* The form of `key` for n things; {0} is n. */
export function tn(key: Key, n: number, ...rest: (string | number)[]): string {
  const forms = (texts[key] ?? key).split('|')
  const order = FORMS[language.get() ?? 'en']
  const i = order.indexOf(plural.select(n))
  return filled(forms[i < 0 ? forms.length - 1 : i] ?? forms[forms.length - 1]!, [n, ...rest])
}

/* A word from a closed list that the server names: “category.hate”. The bare name when there is none. */
export function named(prefix: string, name: string | null | undefined): string {
  if (!name) return '—'
  const key = (prefix + '.' + name) as Key
  return texts[key] ?? name
}
/* A language or dialect by its tag in any case (“ar-ma”), in our own words or in the browser's. */
export function tongue(tag: string): string {
  let whole = tag
  try {
    whole = Intl.getCanonicalLocales(tag)[0] ?? tag
  } catch {
    return named('tongue', tag)
  }
  if (has('tongue.' + whole)) return named('tongue', whole)
  return new Intl.DisplayNames(current, { type: 'language' }).of(whole) ?? tag
}
/* “a, b and c”, as the language says it. */
export const listed = (parts: string[]): string => new Intl.ListFormat(current, { type: 'conjunction' }).format(parts)
export const has = (key: string): boolean => key in texts

export const num = (n: number): string => number({ maximumFractionDigits: 1 }).format(n)
/* How much more, with its sign where the language puts it. */
export const plus = (n: number): string => number({ notation: 'compact', maximumFractionDigits: 1, signDisplay: 'always' }).format(n)
export const num2 = (n: number): string => number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(n)
export const short = (n: number): string => number({ notation: 'compact', maximumFractionDigits: 1 }).format(n)
/* A of b; stays in that order among Arabic words. */
export const ratio = (a: number, b: number): string => `\u2066${num(a)} / ${num(b)}\u2069`
/* Width by height, in that order in every direction. */
export const size_of = (w: number, h: number): string => `\u2066${num(w)} × ${num(h)}\u2069`
export const percent = (p: number): string => number({ style: 'percent', maximumFractionDigits: 0 }).format(p)
export const bytes = (n: number): string =>
  n < 1024 * 1024
    ? number({ style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 }).format(n / 1024)
    : number({ style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(n / 1048576)

export type Moment = string | number | null | undefined

/* Milliseconds; NaN where it is not known. Numbers are microseconds, as everywhere in Marsad. */
export function ms(m: Moment): number {
  if (m === null || m === undefined || m === '' || m === 0) return NaN
  return typeof m === 'number' ? m / 1000 : Date.parse(m)
}

export function when(m: Moment): string {
  const v = ms(m)
  return Number.isNaN(v) ? '—' : date({ dateStyle: 'medium', timeStyle: 'short' }).format(v)
}
export function day(m: Moment): string {
  const v = ms(m)
  return Number.isNaN(v) ? '—' : date({ dateStyle: 'medium' }).format(v)
}
export function hour(m: Moment): string {
  const v = ms(m)
  return Number.isNaN(v) ? '—' : date({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(v)
}

const two = (n: number): string => number({ minimumIntegerDigits: 2, useGrouping: false }).format(n)

/* 1:05:09 or 4:07: a place in a clip, or time left on a clock. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const h = Math.floor(s / 3600)
  const m = Math.floor(s / 60) % 60
  const tail = `${h ? two(m) : number({ useGrouping: false }).format(m)}:${two(s % 60)}`
  return h ? `${num(h)}:${tail}` : tail
}

const unit = (n: number, u: string): string =>
  number({ style: 'unit', unit: u, unitDisplay: 'short', maximumFractionDigits: 0 }).format(n)

/* “3 h 20 min”, “12 days”, “40 sec”: how long, in at most two units. */
export function lasting(milliseconds: number): string {
  const s = Math.abs(milliseconds) / 1000
  if (s < 60) return unit(Math.floor(s), 'second')
  if (s < 3600) return unit(Math.floor(s / 60), 'minute')
  if (s < 48 * 3600) {
    const m = Math.floor(s / 60) % 60
    return unit(Math.floor(s / 3600), 'hour') + (m ? ' ' + unit(m, 'minute') : '')
  }
  const h = Math.floor(s / 3600) % 24
  return unit(Math.floor(s / 86400), 'day') + (h && s < 7 * 86400 ? ' ' + unit(h, 'hour') : '')
}

/* “4.2 h”: about how long, in one unit, for tables. */
export function roughly(milliseconds: number): string {
  const s = Math.abs(milliseconds) / 1000
  const [n, u] = s < 60 ? [s, 'second'] : s < 3600 ? [s / 60, 'minute'] : s < 48 * 3600 ? [s / 3600, 'hour'] : [s / 86400, 'day']
  return number({ style: 'unit', unit: u as string, unitDisplay: 'short', maximumFractionDigits: (n as number) < 10 && u !== 'second' ? 1 : 0 }).format(n as number)
}
