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

/* Of how many news, as the server counts them, the oldest thing knows that this page has read while it did not listen. */
let oldest = Infinity
function known(news: number): void {
  if (!Number.isNaN(news)) oldest = Math.min(oldest, news)
}
/* It listens from that one on: whether something was read before. */
export function news_from(news: number): boolean {
  const missed = oldest < news
  oldest = Infinity
  return missed
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
  const sent = Date.now()
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
  set_server_time(r.headers.get('Date'), sent)
  if (method === 'GET') known(Number(r.headers.get('Marsad-News') ?? NaN))
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

/* A question that has no answer after this long is asked anew when somebody wants to know. */
const PATIENCE_MS = 30_000

/* Asks when `deps` change: what was answered to other deps is never on the page, and comes too late. Asked again meanwhile, it
 * asks once more when the answer is there: it may be from before what the asker knows of; but it is never put off for ever by
 * news that come faster than answers. */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, deps: unknown[]): Loaded<T> {
  const [state, set] = useState<{ key?: string; data?: T; error?: Refused; busy: boolean }>({ busy: true })
  const key = JSON.stringify(deps)
  const how = useRef(ask)
  how.current = ask
  const look = useRef<() => void>(() => undefined)
  useEffect(() => {
    let under_way: AbortController | undefined
    let since = 0
    let once_more = false
    const begin = (): void => {
      if (under_way && performance.now() - since < PATIENCE_MS) return void (once_more = true)
      under_way?.abort()
      const mine = (under_way = new AbortController())
      since = performance.now()
      once_more = false
      set((s) => ({ key, data: s.key === key ? s.data : undefined, busy: true }))
      const end = (change: { data?: T; error?: Refused }): void => {
        if (mine.signal.aborted) return
        under_way = undefined
        set((s) => ({ data: s.data, ...change, key, busy: false }))
        if (once_more) begin()
      }
      how.current(mine.signal).then(
        (data) => end({ data }),
        (e: unknown) => end({ error: e instanceof Refused ? e : new Refused('internal', String(e)) }),
      )
    }
    look.current = begin
    begin()
    return () => {
      look.current = () => undefined
      under_way?.abort()
    }
  }, [key])
  const now: typeof state = state.key === key ? state : { busy: true }
  return {
    data: now.data,
    error: now.error,
    busy: now.busy,
    again: useCallback(() => look.current(), []),
    set: useCallback((f) => set((s) => (s.data === undefined ? s : { ...s, data: f(s.data) })), []),
  }
}

/* A list of pages by cursor. Asked again, it reads as many pages as stand there, from the top: what was shown stays. `whole`
 * is the answer of the first page. */
export interface Paged<T, P> extends Loaded<T[]> {
  more: (() => void) | undefined
  whole: P | undefined
}

export function usePages<T, P extends { items: T[]; next?: string } = { items: T[]; next?: string }>(
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<P>,
  deps: unknown[],
  id?: (x: T) => string,
): Paged<T, P> {
  const key = JSON.stringify(deps)
  const wanted = useRef({ key, pages: 1 })
  if (wanted.current.key !== key) wanted.current = { key, pages: 1 }
  const all = useLoad(async (signal) => {
    let page = await ask(undefined, signal)
    const whole = page
    const items = [...page.items]
    for (let n = 1; n < wanted.current.pages && page.next; n++) {
      page = await ask(page.next, signal)
      items.push(...page.items)
    }
    /* What moved down between two pages stands in both. */
    const met = new Set<string>()
    return { items: id ? items.filter((x) => !met.has(id(x)) && met.add(id(x))) : items, next: page.next, whole }
  }, deps)
  return {
    data: all.data?.items,
    whole: all.data?.whole,
    error: all.error,
    busy: all.busy,
    again: all.again,
    set: (f) => all.set((d) => ({ ...d, items: f(d.items) })),
    more: all.data?.next
      ? () => {
          wanted.current.pages++
          all.again()
        }
      : undefined,
  }
}
