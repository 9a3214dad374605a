/* One clock for every deadline on the page, by the server's time. */
import { useEffect, useState } from 'preact/hooks'

let skew = 0 /* server minus browser, milliseconds */
const watchers = new Set<() => void>()
let timer: number | undefined

export function set_server_time(date: string | null): void {
  const at = date ? Date.parse(date) : NaN
  if (!Number.isNaN(at) && Math.abs(at - Date.now()) > 1500) skew = at - Date.now()
  else if (!Number.isNaN(at)) skew = 0
}

export const now = (): number => Date.now() + skew

export function useNow(): number {
  const [at, set] = useState(now())
  useEffect(() => {
    const f = (): void => set(now())
    watchers.add(f)
    timer ??= window.setInterval(() => watchers.forEach((w) => w()), 1000)
    return () => {
      watchers.delete(f)
      if (!watchers.size && timer !== undefined) {
        clearInterval(timer)
        timer = undefined
      }
    }
  }, [])
  return at
}
