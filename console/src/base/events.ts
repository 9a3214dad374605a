/* Server-sent events: one connection for the page, opened while somebody listens; the browser reconnects by itself. */
import { useEffect, useRef } from 'preact/hooks'
import { url } from './api'
import { may } from './me'
import { store } from './store'

export type EventKind = 'queue' | 'decision' | 'appeal' | 'lease' | 'policy' | 'care' | 'handed' | 'report'
const KINDS: EventKind[] = ['queue', 'decision', 'appeal', 'lease', 'policy', 'care', 'handed', 'report']

type Listener = (data: unknown) => unknown
const listeners = new Map<EventKind, Set<Listener>>()
let source: EventSource | undefined
let count = 0

export const live = store<'on' | 'off' | 'opening'>('off')

function open(): void {
  source = new EventSource(url('events'))
  live.set('opening')
  source.onopen = () => live.set('on')
  source.onerror = () => live.set('opening')
  /* Some were lost on the way: everybody looks again. */
  source.addEventListener('refresh', () => new Set([...listeners.values()].flatMap((s) => [...s])).forEach((f) => f(null)))
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
        live.set('off')
      }
    }
  }, deps)
}

/* News come in bursts: one reading for all of them, at most one in this time, and for a page that nobody looks at when it is
 * looked at again. */
const BURST_MS = 800

export function useNews(kinds: EventKind[], read: () => void, deps: unknown[], about: (data: unknown) => boolean = () => true): void {
  const due = useRef<number>()
  const look = useRef(read)
  look.current = read
  const fire = (): void => {
    due.current = undefined
    if (document.hidden) document.addEventListener('visibilitychange', fire, { once: true })
    else look.current()
  }
  useEvents(kinds, (data) => about(data) && (due.current ??= window.setTimeout(fire, BURST_MS)), deps)
  useEffect(
    () => () => {
      window.clearTimeout(due.current)
      due.current = undefined
      document.removeEventListener('visibilitychange', fire)
    },
    deps,
  )
}
