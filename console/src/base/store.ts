/* A value that components watch. */
import { useLayoutEffect, useState } from 'preact/hooks'

export interface Store<T> {
  get(): T
  set(next: T | ((old: T) => T)): void
  on(f: (value: T) => void): () => void
}

export function store<T>(first: T): Store<T> {
  let value = first
  const watchers = new Set<(v: T) => void>()
  return {
    get: () => value,
    set(next) {
      const v = typeof next === 'function' ? (next as (old: T) => T)(value) : next
      if (Object.is(v, value)) return
      value = v
      for (const w of [...watchers]) w(v)
    },
    on(f) {
      watchers.add(f)
      return () => void watchers.delete(f)
    },
  }
}

export function useStore<T>(s: Store<T>): T {
  const [v, set] = useState(s.get())
  /* Before the frame is drawn: nothing that is set meanwhile is missed. */
  useLayoutEffect(() => {
    set(s.get())
    return s.on(set)
  }, [s])
  return v
}
