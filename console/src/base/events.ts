/* Server-sent events: one connection for the page, opened while somebody listens. The browser reconnects by itself, but not once it was
 * answered with an error: too many listen, or what stands before the server has none behind it just now. */
import { useEffect, useRef } from 'preact/hooks'
import { news_from, url } from './api'
import { may } from './me'
import { store } from './store'

export type EventKind = 'queue' | 'decision' | 'appeal' | 'lease' | 'policy' | 'care' | 'handed' | 'report'
const KINDS: EventKind[] = ['queue', 'decision', 'appeal', 'lease', 'policy', 'care', 'handed', 'report']

type Listener = (data: unknown) => unknown
const listeners = new Map<EventKind, Set<Listener>>()
let source: EventSource | undefined
let count = 0
const WAIT_MS = 3000
const WAIT_MOST_MS = 60_000
let wait = WAIT_MS
let again: number | undefined
let before = false /* it was open already */

export const live = store<'on' | 'off' | 'opening'>('off')

function open(): void {
  source = new EventSource(url('events'))
  live.set('opening')
  source.onopen = () => {
    wait = WAIT_MS
    live.set('on')
  }
  source.onerror = () => {
    live.set('opening')
    if (source?.readyState !== EventSource.CLOSED) return
    again = window.setTimeout(open, wait)
    wait = Math.min(2 * wait, WAIT_MOST_MS)
  }
  /* Some were lost on the way, or came while nobody listened: everybody looks again. */
  const refresh = (): void => new Set([...listeners.values()].flatMap((s) => [...s])).forEach((f) => f(null))
  source.addEventListener('refresh', refresh)
  source.addEventListener('hello', (e) => {
    const { news } = JSON.parse((e as MessageEvent<string>).data || '{}') as { news?: number }
    const missed = news_from(news ?? 0)
    if (missed || before) refresh()
    before = true
  })
  for (const kind of KINDS)
    source.addEventListener(kind, (e) => {
      let data: unknown = null
      try {
        data = JSON.parse((e as MessageEvent<string>).data)
      } catch {
        /* An event without words still says that something happened. */
      }
      listeners.get(kind)?.forEach((f) => f(data))
    })
}

export function useEvents(kinds: EventKind[], f: Listener, deps: unknown[] = []): void {
  useEffect(() => {
    for (const k of kinds) listeners.set(k, (listeners.get(k) ?? new Set()).add(f))
    if (count++ === 0 && may('queue.read')) open()
    return () => {
      for (const k of kinds) listeners.get(k)?.delete(f)
      if (--count === 0) {
        source?.close()
        source = undefined
        window.clearTimeout(again)
        wait = WAIT_MS
        before = false
        live.set('off')
      }
    }
  }, deps)
}

/* News come in bursts: one reading for all of them, at most one in this time, and for a page that nobody looks at when it is
 * looked at again. What the server remembers may be half a second old, so of news that came later than that before a reading there
 * is another reading. */
const BURST_MS = 800
const OLD_MS = 600

export function useNews(kinds: EventKind[], read: () => void, deps: unknown[], about: (data: unknown) => boolean = () => true): void {
  const due = useRef<number>()
  const latest = useRef(0)
  const look = useRef(read)
  look.current = read
  const fire = (): void => {
    due.current = undefined
    if (document.hidden) return document.addEventListener('visibilitychange', fire, { once: true })
    look.current()
    if (performance.now() - latest.current < OLD_MS) due.current = window.setTimeout(fire, BURST_MS)
  }
  const hear = (data: unknown): void => {
    if (!about(data)) return
    latest.current = performance.now()
    due.current ??= window.setTimeout(fire, BURST_MS)
  }
  useEvents(kinds, hear, deps)
  useEffect(
    () => () => {
      window.clearTimeout(due.current)
      due.current = undefined
      document.removeEventListener('visibilitychange', fire)
    },
    deps,
  )
}
