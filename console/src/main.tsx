import { render } from 'preact'
import { App } from './app'
import { language, speak } from './base/i18n'
import { look_up } from './base/me'
import { prefs } from './base/prefs'
import { session } from './base/api'
import { reread } from './base/router'

/* A link of the server's (/setup#TOKEN, /invite#TOKEN, /appeal#TOKEN) becomes a page of ours. */
const place = location.pathname.split('/').filter(Boolean)
if (place.length && !place[0]!.includes('.')) {
  const token = location.hash.replace(/^#\/?/, '')
  history.replaceState(null, '', '/#/' + [...place, ...(token ? [token] : [])].join('/') + location.search)
  reread()
}

function dress(): void {
  const { theme, density } = prefs.get()
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.documentElement.dataset.density = density
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress)

let spoken = ''
function talk(): void {
  const { lang, digits } = prefs.get()
  if (spoken === lang + digits) return
  spoken = lang + digits
  void speak(lang)
}

prefs.on(() => {
  dress()
  talk()
})
dress()
await speak(prefs.get().lang)
spoken = prefs.get().lang + prefs.get().digits
/* The server may be away for a moment: the sign-in page says so when it is used. */
await look_up().catch(() => session.set(null))

language.get()
render(<App />, document.getElementById('app')!)
