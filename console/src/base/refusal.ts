/* What the server says when it refuses, in the language of the page. It speaks English to programs; its words are few, and each
 * has its translations in texts/refusals.txt, where it is looked up by the English ones. What is quoted in them (a decision's
 * state, a number) is put into the language as well. Words that stand nowhere, as a faulty policy's, are given as they are. */
import { refusals } from '@gen/refusals'
import { has, isolate, language, named, t } from './i18n'

const holes = (text: string): RegExp =>
  new RegExp('^' + text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\d\}/g, '(.*)') + '$', 's')
const known = refusals.map(([key, text]) => ({ key, is: holes(text) }))

const LISTS = ['decision.state', 'permission', 'category', 'thing']
function quoted(word: string): string | number {
  if (/^\d{1,15}$/.test(word)) return Number(word)
  const name = word.replace(/ /g, '_')
  const list = LISTS.find((l) => has(`${l}.${name}`))
  return list ? named(list, name) : word
}

/* “facts: say what …”: the member by its name on the page, and what is the matter with it. */
function parts(message: string): { member?: string; words: string } {
  const m = /^([A-Za-z_][\w.-]*): (.+)$/s.exec(message)
  return m ? { member: m[1], words: m[2]! } : { words: message }
}

function translated(words: string): string | undefined {
  for (const { key, is } of known) {
    const m = is.exec(words)
    if (m) return t(key, ...m.slice(1).map(quoted))
  }
  return undefined
}

export function refusal(message: string): string {
  if (!message) return ''
  const { member, words } = parts(message)
  const whole = translated(message)
  const said = whole ?? translated(words)
  if (said === undefined) return language.get() === 'en' ? message : t('refusal', message)
  if (whole !== undefined || member === undefined) return said
  return `${has('member.' + member) ? named('member', member) : isolate(member)}: ${said}`
}
