/* Whether the window is as narrow as a phone: pictures with words in them are then drawn for it, not made smaller. */
import { useLayoutEffect, useState } from 'preact/hooks'

const narrow = matchMedia('(max-width: 699px)')

export function useNarrow(): boolean {
  const [is, set] = useState(narrow.matches)
  useLayoutEffect(() => {
    const f = (): void => set(narrow.matches)
    f()
    narrow.addEventListener('change', f)
    return () => narrow.removeEventListener('change', f)
  }, [])
  return is
}
