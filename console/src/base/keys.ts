/* One-key shortcuts. A page registers a list while it stands; `?` shows what holds now. They are silent while a field
 * has the focus or a dialog is open, and can be turned off (WCAG 2.1.4). They hold from the moment a page can be seen. */
import { useLayoutEffect } from 'preact/hooks'
import type { Key } from '@gen/keys'
import { prefs } from './prefs'
import { store } from './store'

export interface Shortcut {
  keys: string /* "d", "g q" (one after the other), "Escape" */
  says: Key
  run: () => void
  in_dialog?: boolean
}

export const shortcuts = store<Shortcut[]>([])

export function useKeys(list: Shortcut[], deps: unknown[]): void {
  useLayoutEffect(() => {
    shortcuts.set((old) => [...old, ...list])
    return () => shortcuts.set((old) => old.filter((s) => !list.includes(s)))
  }, deps)
}

let waiting = ''
let waiting_since = 0

const typing = (e: Element | null): boolean =>
  e instanceof HTMLElement &&
  (e.isContentEditable || e.tagName === 'TEXTAREA' || e.tagName === 'SELECT' ||
    (e instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(e.type)))

function pressed(e: KeyboardEvent): void {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || !prefs.get().keys) return
  if (typing(document.activeElement)) return
  const dialog = document.querySelector('dialog[open]') !== null
  /* The key's place counts where the layout writes Arabic: “d” is where “ي” stands. */
  const latin = /^Key([A-Z])$/.exec(e.code)?.[1]?.toLowerCase()
  const one = e.key.length === 1 && e.key > '\u007f' && latin ? latin : /^Digit\d$/.test(e.code) && e.key > '\u007f' ? e.code.slice(5) : e.key === '؟' ? '?' : e.key
  const both = e.timeStamp - waiting_since < 1500 && waiting ? `${waiting} ${one}` : one
  waiting = ''
  const all = shortcuts.get().filter((s) => !dialog || s.in_dialog)
  const hit = [...all].reverse().find((s) => s.keys === both) ?? [...all].reverse().find((s) => s.keys === one)
  if (hit) {
    e.preventDefault()
    hit.run()
  } else if (all.some((s) => s.keys.startsWith(one + ' '))) {
    waiting = one
    waiting_since = e.timeStamp
  }
}
document.addEventListener('keydown', pressed)
