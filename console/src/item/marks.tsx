/* The words of a post with what was found marked in them. The text itself is never touched: the pieces between two
 * borders are put one after the other, and the numbers of the marks are drawn by the style sheet. */
import type { Finding, Place, TextPart } from '@gen/api'
import { clock, named, percent, t } from '@/base/i18n'
import { visible } from '@/ui/ui'

export interface Span {
  from: number
  to: number
  finding: number
}

/* Byte places of UTF-8 as UTF-16 ones, where the server did not say. */
function utf16(text: string, byte: number): number {
  let bytes = 0
  let i = 0
  for (const c of text) {
    if (bytes >= byte) return i
    const p = c.codePointAt(0)!
    bytes += p < 0x80 ? 1 : p < 0x800 ? 2 : p < 0x10000 ? 3 : 4
    i += c.length
  }
  return text.length
}

export function spans_of(findings: Finding[], here: (p: Place) => boolean, text: string): Span[] {
  const out: Span[] = []
  findings.forEach((f, finding) => {
    for (const p of f.places) {
      if (p.in !== 'text' || !here(p)) continue
      const from = p.utf16?.[0] ?? utf16(text, p.start ?? 0)
      const to = p.utf16?.[1] ?? utf16(text, p.end ?? 0)
      if (from < to && to <= text.length) out.push({ from, to, finding })
    }
  })
  return out
}

export function pieces(length: number, spans: Span[]): { from: number; to: number; findings: number[] }[] {
  const borders = [...new Set([0, length, ...spans.flatMap((s) => [s.from, s.to])])].sort((a, b) => a - b)
  return borders.slice(0, -1).map((from, i) => {
    const to = borders[i + 1]!
    return { from, to, findings: [...new Set(spans.filter((s) => s.from <= from && s.to >= to).map((s) => s.finding))] }
  })
}

export function says_of(f: Finding): string {
  const what = f.category ? named('category', f.category) : named('context', f.context ?? f.label ?? f.kind)
  return t('finding.short', what, percent(f.probability))
}

/* A number of groups among Arabic words would be drawn with its groups from right to left: marked, it reads as it is dialled. */
const NUMBER = /^[+\d٠-٩۰-۹][\d٠-٩۰-۹ ()./-]+$/

export function Marked({ text, spans, findings, lang }: { text: string; spans: Span[]; findings: Finding[]; lang?: string }) {
  const shown = visible(text)
  return (
    <p dir="auto" class="said" lang={lang}>
      {pieces(text.length, spans).map((p) =>
        p.findings.length ? (
          <mark
            key={p.from}
            dir={NUMBER.test(shown.slice(p.from, p.to)) ? 'ltr' : undefined}
            data-n={p.findings.map((n) => n + 1).join(' ')}
            class={p.findings.every((n) => !findings[n]!.category || findings[n]!.reference?.negative) ? 'explains' : undefined}
            title={p.findings.map((n) => says_of(findings[n]!)).join('\n')}
          >
            {shown.slice(p.from, p.to)}
          </mark>
        ) : (
          shown.slice(p.from, p.to)
        ),
      )}
    </p>
  )
}

const ORDER = ['title', 'caption', 'screen', 'transcript']

/* All that is said, written and shown, each part by itself. */
export function Words({ texts, findings, language, onSeek }: { texts: TextPart[]; findings: Finding[]; language?: string; onSeek?: (us: number) => void }) {
  const fields = [...new Set(texts.map((x) => x.field))].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  if (!texts.length) return <p class="soft">{t('item.no_words')}</p>
  return (
    <div class="words-of">
      {fields.map((field) => (
        <section key={field} class={'part ' + field}>
          <h3>{named('field', field)}</h3>
          {texts.map((part, index) =>
            part.field !== field ? null : (
              <div class={part.start_us === undefined ? 'piece' : 'piece timed'} key={index}>
                {part.start_us !== undefined && (
                  <button class="time" onClick={() => onSeek?.(part.start_us!)} title={t('item.go_there')}>
                    {clock(part.start_us / 1e6)}
                  </button>
                )}
                <Marked text={part.text} findings={findings} lang={language} spans={spans_of(findings, (p) => p.index === index || (p.index === undefined && p.field === field), part.text)} />
              </div>
            ),
          )}
        </section>
      ))}
    </div>
  )
}
