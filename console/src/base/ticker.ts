/* One clock for every deadline on the page, by the server's time. */
import { useEffect, useState } from 'preact/hooks'

let skew = 0 /* server minus browser, milliseconds */
const watchers = new Set<() => void>()
let timer: number | undefined

/* The server said `date` (whole seconds) at some time between when it was asked and now: what is known of its clock changes
 * only as far as that proves it wrong, so a slow line moves no deadline. */
export function set_server_time(date: string | null, asked: number): void {
  const at = date ? Date.parse(date) : NaN
  if (!Number.isNaN(at)) skew = Math.max(at - Date.now(), Math.min(at + 1000 - asked, skew))
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
