/* What a person chose for this browser: language, numerals, colours, care. Nothing here is secret; it never leaves. */
import { store } from './store'

export type Lang = 'en' | 'fr' | 'ar'
export const LANGS: Lang[] = ['en', 'fr', 'ar']

export interface Prefs {
  lang: Lang
  digits: 'auto' | 'latn' | 'arab'
  theme: 'auto' | 'light' | 'dark'
  density: 'dense' | 'roomy'
  keys: boolean /* single-key shortcuts, WCAG 2.1.4 */
  blur: boolean
  grey: boolean
  muted: boolean
  words_first: boolean
}

const PLACE = 'marsad.prefs'

function guess(): Prefs {
  const wanted = navigator.languages?.map((l) => l.slice(0, 2)).find((l) => (LANGS as string[]).includes(l))
  return {
    lang: (wanted as Lang) ?? 'en',
    digits: 'auto',
    theme: 'auto',
    density: 'dense',
    keys: true,
    blur: true,
    grey: true,
    muted: true,
    words_first: true,
  }
}

function load(): Prefs {
  const p = guess()
  try {
    const saved = JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Prefs>
    for (const k of Object.keys(p) as (keyof Prefs)[])
      if (typeof saved[k] === typeof p[k]) (p as unknown as Record<string, unknown>)[k] = saved[k]
    if (!LANGS.includes(p.lang)) p.lang = 'en'
  } catch {
    /* A browser that keeps nothing: the guess stands. */
  }
  return p
}

export const prefs = store<Prefs>(load())

export function choose(change: Partial<Prefs>): void {
  prefs.set((p) => ({ ...p, ...change }))
  try {
    localStorage.setItem(PLACE, JSON.stringify(prefs.get()))
  } catch {
    /* as above */
  }
}
