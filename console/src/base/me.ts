/* Who is signed in, what they may, and their care. */
import type { CareState, Me, Permission, Session, Settings } from '@gen/api'
import { call, Refused, session } from './api'
import { choose, prefs, type Prefs } from './prefs'
import { store, useStore } from './store'

export const me = store<Me | null>(null)
export const care = store<CareState | null>(null)

/* Answers overtake each other on the way: one to what was asked before something that is known already says nothing new. What one
 * does oneself (`mine`) is known to be newer than all that was asked until it was answered. */
let asked = 0
let known = 0
export async function learn_care<T>(asking: Promise<T>, of: (answer: T) => CareState, mine = false): Promise<T> {
  const n = ++asked
  const answer = await asking
  if (mine || n > known) {
    known = mine ? asked : n
    care.set(of(answer))
  }
  return answer
}
export const ask_care = (): Promise<unknown> => learn_care(call('care', {}), (c) => c)

export const may = (p: Permission): boolean => me.get()?.permissions.includes(p) ?? false
export const useMay = (p: Permission): boolean => useStore(me)?.permissions.includes(p) ?? false

export async function arrive(s: Session): Promise<void> {
  if (s.stage === 'full') {
    session.set(s)
    const who = s.me ?? (await call('me', {}))
    adopt(who)
    me.set(who)
    care.set(who.care)
  }
  session.set(s)
}

export async function look_up(): Promise<void> {
  try {
    await arrive(await call('session', {}))
  } catch (e) {
    if (e instanceof Refused && e.code === 'offline') throw e
    session.set(null)
  }
}

export async function leave(): Promise<void> {
  await call('signOut', {}).catch(() => undefined)
  session.set(null)
  me.set(null)
  care.set(null)
  known = asked
}

/* What the server keeps of a person's choices goes before what this browser kept. */
function adopt(who: Me): void {
  const s = who.settings
  const p: Partial<Prefs> = {}
  if (s.lang) p.lang = s.lang
  if (s.theme) p.theme = s.theme
  if (s.blur !== undefined) p.blur = s.blur
  if (s.greyscale !== undefined) p.grey = s.greyscale
  if (s.mute !== undefined) p.muted = s.mute
  if (s.stills_first !== undefined) p.words_first = s.stills_first
  choose(p)
}

export function keep(change: Partial<Prefs>): void {
  choose(change)
  const who = me.get()
  if (!who) return
  const p = prefs.get()
  const settings: Settings = { lang: p.lang, theme: p.theme, blur: p.blur, greyscale: p.grey, mute: p.muted, stills_first: p.words_first }
  void call('patchMe', { body: { settings } }).then((m) => me.set(m), () => undefined)
}
