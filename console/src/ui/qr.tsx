/* A QR code as SVG, made here: the secret in it never leaves the page. Always dark on white, or cameras cannot read it. */
import qrcode from 'qrcode-generator'
import { useMemo } from 'preact/hooks'

export function Qr({ text, label }: { text: string; label: string }) {
  const { d, n } = useMemo(() => {
    const q = qrcode(0, 'M')
    q.addData(text)
    q.make()
    const n = q.getModuleCount()
    let d = ''
    for (let y = 0; y < n; y++)
      for (let x = 0; x < n; x++) {
        if (!q.isDark(y, x)) continue
        let w = 1
        while (x + w < n && q.isDark(y, x + w)) w++
        d += `M${x} ${y}h${w}v1h-${w}z`
        x += w
      }
    return { d, n }
  }, [text])
  return (
    <svg class="qr" viewBox={`-4 -4 ${n + 8} ${n + 8}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect x="-4" y="-4" width={n + 8} height={n + 8} fill="#fff" />
      <path d={d} fill="#000" />
    </svg>
  )
}
