/* Speaking with the server: every call is an operation of its OpenAPI file, typed by it. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { routes, type Error as ErrorBody, type Operations, type Session } from '@gen/api'
import { store } from './store'
import { set_server_time } from './ticker'

export type Code = ErrorBody['error']['code'] | 'offline'

export class Refused extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly where?: string,
    readonly retry_after_s?: number,
  ) {
    super(message)
  }
}

/* null: not signed in; undefined: not known yet. The CSRF token lives here and nowhere else. */
export const session = store<Session | null | undefined>(undefined)

type Op = keyof Operations
type Asked<K extends Op> = (Operations[K]['path'] extends undefined ? unknown : { path: Operations[K]['path'] }) &
  (Operations[K]['body'] extends undefined ? unknown : { body: Operations[K]['body'] }) & {
    query?: Operations[K]['query']
    headers?: Record<string, string>
    signal?: AbortSignal
  }

export function url<K extends Op>(op: K, a?: { path?: Operations[K]['path']; query?: Operations[K]['query'] }): string {
  const path = routes[op][1].replace(/\{(\w+)\}/g, (_, k: string) =>
    encodeURIComponent(String((a?.path as Record<string, unknown> | undefined)?.[k] ?? '')),
  )
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(a?.query ?? {})) if (v !== undefined && v !== '') q.set(k, String(v))
  const tail = q.toString()
  return tail ? `${path}?${tail}` : path
}

export async function call<K extends Op>(op: K, a: Asked<K>): Promise<Operations[K]['answer']> {
  const method = routes[op][0]
  const asked = a as { path?: never; query?: never; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal }
  const headers: Record<string, string> = { Accept: 'application/json', ...asked.headers }
  const csrf = session.get()?.csrf
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
  if (asked.body !== undefined) headers['Content-Type'] = 'application/json'
  let r: Response
  try {
    r = await fetch(url(op, asked), {
      method,
      headers,
      body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: asked.signal,
    })
  } catch (e) {
    if (asked.signal?.aborted) throw e
    throw new Refused('offline', '')
  }
  set_server_time(r.headers.get('Date'))
  if (r.status === 204) return undefined as Operations[K]['answer']
  const answer: unknown = await r.json().catch(() => null)
  if (r.ok) return answer as Operations[K]['answer']
  const e = (answer as ErrorBody | null)?.error
  if (r.status === 401 && session.get()?.stage === 'full') session.set(null)
  const after = Number(r.headers.get('Retry-After'))
  throw new Refused(e?.code ?? 'internal', e?.message ?? String(r.status), e?.where, e?.retry_after_s ?? (after || undefined))
}

/* A key that makes a repeated request the same request. */
export function once(): Record<string, string> {
  const b = crypto.getRandomValues(new Uint8Array(16))
  return { 'Idempotency-Key': [...b].map((x) => x.toString(16).padStart(2, '0')).join('') }
}

export interface Loaded<T> {
  data: T | undefined
  error: Refused | undefined
  busy: boolean
  again: () => void
  set: (f: (old: T) => T) => void
}

/* Asks when `deps` change; an answer that comes too late is thrown away, and the old stays on the page meanwhile. */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, deps: unknown[]): Loaded<T> {
  const [state, set] = useState<{ data?: T; error?: Refused; busy: boolean }>({ busy: true })
  const [turn, again] = useState(0)
  const asked = useRef('')
  const key = JSON.stringify(deps)
  useEffect(() => {
    const stop = new AbortController()
    const fresh = asked.current !== key
    asked.current = key
    set((s) => ({ data: fresh ? undefined : s.data, busy: true }))
    ask(stop.signal).then(
      (data) => !stop.signal.aborted && set({ data, busy: false }),
      (e: unknown) => {
        if (stop.signal.aborted) return
        set((s) => ({ data: s.data, busy: false, error: e instanceof Refused ? e : new Refused('internal', String(e)) }))
      },
    )
    return () => stop.abort()
  }, [key, turn])
  return {
    data: state.data,
    error: state.error,
    busy: state.busy,
    again: useCallback(() => again((n) => n + 1), []),
    set: useCallback((f) => set((s) => (s.data === undefined ? s : { ...s, data: f(s.data) })), []),
  }
}

/* A list of pages by cursor. */
export interface Paged<T> extends Loaded<T[]> {
  more: (() => void) | undefined
}

export function usePages<T>(
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<{ items: T[]; next?: string }>,
  deps: unknown[],
): Paged<T> {
  const [extra, set_extra] = useState<{ for: string; items: T[]; next?: string }>()
  const key = JSON.stringify(deps)
  const first = useLoad((s) => ask(undefined, s), deps)
  const mine = extra?.for === key && first.data ? extra : undefined
  const next = mine ? mine.next : first.data?.next
  return {
    ...first,
    data: first.data && [...first.data.items, ...(mine?.items ?? [])],
    again: () => {
      set_extra(undefined)
      first.again()
    },
    set: (f) => first.set((d) => ({ ...d, items: f(d.items) })),
    more: next
      ? () =>
          void ask(next, new AbortController().signal).then(
            (p) => set_extra((e) => ({ for: key, items: [...(e?.for === key ? e.items : []), ...p.items], next: p.next })),
            () => first.again(),
          )
      : undefined,
  }
}
