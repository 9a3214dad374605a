/* Server-sent events: one connection for the page, opened while somebody listens; the browser reconnects by itself. */
import { useEffect } from 'preact/hooks'
import { url } from './api'
import { may } from './me'
import { store } from './store'

export type EventKind = 'queue' | 'decision' | 'appeal' | 'lease' | 'policy' | 'care'
const KINDS: EventKind[] = ['queue', 'decision', 'appeal', 'lease', 'policy', 'care']

type Listener = (data: unknown) => void
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
