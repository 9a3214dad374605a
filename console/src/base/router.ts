/* Pages by the fragment of the address: #/queue?category=hate. The server serves one index.html and never learns where
 * in the desk a person is; an appeal's or a set-up link keeps its secret out of every log on the way. */
import { store } from './store'

export interface Route {
  path: string[]
  query: URLSearchParams
}

function parse(): Route {
  const raw = location.hash.replace(/^#\/?/, '')
  const cut = raw.indexOf('?')
  const path = (cut < 0 ? raw : raw.slice(0, cut)).split('/').filter(Boolean).map(safe)
  return { path, query: new URLSearchParams(cut < 0 ? '' : raw.slice(cut + 1)) }
}

function safe(s: string): string {
  try {
    return decodeURIComponent(s)
  } catch {
    return s
  }
}

export const route = store<Route>(parse())
/* After the address was changed without an event. */
export const reread = (): void => route.set(parse())
window.addEventListener('hashchange', reread)

export function link(path: (string | number)[], query?: Record<string, string | undefined>): string {
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(query ?? {})) if (v) q.set(k, v)
  const tail = q.toString()
  return '#/' + path.map((p) => encodeURIComponent(p)).join('/') + (tail ? '?' + tail : '')
}

export function go(path: (string | number)[], query?: Record<string, string | undefined>): void {
  location.hash = link(path, query)
}

/* The same page with other words in its query; no new entry in the browser's history. */
export function refine(query: Record<string, string | undefined>): void {
  const now = route.get()
  const q: Record<string, string | undefined> = Object.fromEntries(now.query)
  history.replaceState(null, '', link(now.path, { ...q, ...query }))
  reread()
}
