/* The accounts that act as one, as a picture that can be moved, and the same as a list. Positions come from d3-force, run
 * to rest before anything is drawn: nothing dances. Arrow keys move the account that has the focus. */
import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation, type SimulationNodeDatum } from 'd3-force'
import { useMemo, useRef, useState } from 'preact/hooks'
import type { Graph, GraphNode } from '@gen/api'
import { useNarrow } from '@/base/narrow'
import { has, named, num, t, tn } from '@/base/i18n'
import { link } from '@/base/router'
import { Badge, Button, Empty, visible } from '@/ui/ui'

interface Spot extends SimulationNodeDatum {
  id: string
  node: GraphNode
}
const MAX_DRAWN = 300

const radius = (n: GraphNode): number => Math.min(24, 9 + Math.sqrt(n.posts) * 2)

function layout(g: Graph, W: number, H: number): Map<string, { x: number; y: number }> {
  const spots: Spot[] = g.nodes.slice(0, MAX_DRAWN).map((node, i) => ({
    id: node.id,
    node,
    x: W / 2 + Math.cos(i * 2.4) * (30 + i * 4),
    y: H / 2 + Math.sin(i * 2.4) * (30 + i * 4),
  }))
  const known = new Set(spots.map((s) => s.id))
  const sim = forceSimulation(spots)
    .force('link', forceLink<Spot, { source: string; target: string; weight: number }>(g.edges.filter((e) => known.has(e.from) && known.has(e.to)).map((e) => ({ source: e.from, target: e.to, weight: e.weight }))).id((s) => s.id).distance(90).strength((l) => Math.min(1, 0.2 + l.weight / 20)))
    .force('charge', forceManyBody().strength(-320))
    .force('middle', forceCenter(W / 2, H / 2))
    .force('apart', forceCollide<Spot>((s) => radius(s.node) + 18))
    .stop()
  for (let i = 0; i < 220; i++) sim.tick()
  const xs = spots.map((s) => s.x!)
  const ys = spots.map((s) => s.y!)
  /* Into the whole of the picture, with room for the names; a small group is not blown up out of all measure. */
  const fit = (v: number, all: number[], size: number, edge: number): number => {
    const lo = Math.min(...all)
    const span = Math.max(...all) - lo
    const k = Math.min(2.2, (size - 2 * edge) / Math.max(1, span))
    return size / 2 + (v - (lo + span / 2)) * k
  }
  return new Map(spots.map((s) => [s.id, { x: fit(s.x!, xs, W, 60), y: fit(s.y!, ys, H, 42) }]))
}

export function GroupGraph({ graph }: { graph: Graph }) {
  const narrow = useNarrow()
  const W = narrow ? 350 : 640
  const H = narrow ? 420 : 380
  const first = useMemo(() => layout(graph, W, H), [graph, W, H])
  const [moved, set_moved] = useState<Map<string, { x: number; y: number }>>(new Map())
  const [as_list, set_list] = useState(false)
  /* The account that a pointer holds, where it was taken, and whether it was moved: then letting go is no click. */
  const held = useRef<{ id: string; x: number; y: number }>()
  const was_moved = useRef(false)
  const svg = useRef<SVGSVGElement>(null)
  if (graph.nodes.length < 2) return <Empty icon="graph">{t('graph.none')}</Empty>
  const at = (id: string): { x: number; y: number } => moved.get(id) ?? first.get(id) ?? { x: W / 2, y: H / 2 }
  const put = (id: string, x: number, y: number): void =>
    set_moved((m) => new Map(m).set(id, { x: Math.max(20, Math.min(W - 20, x)), y: Math.max(20, Math.min(H - 20, y)) }))
  const drag = (e: PointerEvent): void => {
    if (!held.current || !svg.current) return
    if (!was_moved.current && Math.hypot(e.clientX - held.current.x, e.clientY - held.current.y) < 4) return
    was_moved.current = true
    const r = svg.current.getBoundingClientRect()
    const k = Math.min(r.width / W, r.height / H)
    put(held.current.id, (e.clientX - r.left - (r.width - W * k) / 2) / k, (e.clientY - r.top - (r.height - H * k) / 2) / k)
  }
  const heaviest = Math.max(...graph.edges.map((e) => e.weight), 1)
  const handle = new Map(graph.nodes.map((n) => [n.id, n.handle]))
  const kinds = [...new Set(graph.edges.map((e) => e.kind))]
  const ties = (id: string) => graph.edges.filter((e) => e.from === id || e.to === id)
  return (
    <div class="stack-tight">
      <div class="row apart">
        <span class="soft small">
          {tn('graph.accounts', graph.nodes.length)}
          {graph.group && <> · {t('graph.group', graph.group.slice(0, 8))}</>}
        </span>
        <Button pressed={as_list} onClick={() => set_list(!as_list)}>
          {t('graph.list')}
        </Button>
      </div>
      {!as_list && (
        <svg
          ref={svg}
          class="graph"
          viewBox={`0 0 ${W} ${H}`}
          role="group"
          aria-label={t('graph.label')}
          onPointerMove={drag}
          onPointerUp={() => (held.current = undefined)}
          onPointerLeave={() => (held.current = undefined)}
        >
          {graph.edges.map((e, i) => {
            const a = at(e.from)
            const b = at(e.to)
            return (
              <line key={i} x1={a.x} y1={a.y} x2={b.x} y2={b.y} class={'edge ' + e.kind} stroke-width={1 + (e.weight / heaviest) * 4}>
                <title>{`${short_handle(handle.get(e.from) ?? '?')} · ${short_handle(handle.get(e.to) ?? '?')}: ${kind_of(e.kind)} (${num(e.weight)})`}</title>
              </line>
            )
          })}
          {graph.nodes.slice(0, MAX_DRAWN).map((n) => {
            const { x, y } = at(n.id)
            return (
              <a
                key={n.id}
                href={link(['account', n.id])}
                class={'node ' + (n.self ? 'self ' : '') + (n.state ? 'acted' : '')}
                aria-label={`${short_handle(n.handle)}, ${tn('graph.posts', n.posts)}${n.state ? ', ' + acted(n.state) : ''}`}
                onPointerDown={(e) => {
                  held.current = { id: n.id, x: e.clientX, y: e.clientY }
                  was_moved.current = false
                }}
                /* A key's click has no count. */
                onClick={(e) => e.detail > 0 && was_moved.current && e.preventDefault()}
                onDragStart={(e) => e.preventDefault()}
                onKeyDown={(e) => {
                  const d = { ArrowLeft: [-12, 0], ArrowRight: [12, 0], ArrowUp: [0, -12], ArrowDown: [0, 12] }[e.key]
                  if (!d) return
                  e.preventDefault()
                  put(n.id, x + d[0]!, y + d[1]!)
                }}
              >
                <circle cx={x} cy={y} r={radius(n)} />
                <text x={x} y={y + radius(n) + 13} text-anchor="middle">
                  {short_handle(n.handle)}
                </text>
              </a>
            )
          })}
        </svg>
      )}
      {as_list ? (
        <ul class="ties">
          {graph.nodes.map((n) => (
            <li key={n.id}>
              <a href={link(['account', n.id])}>
                <bdi dir="auto">@{visible(n.handle)}</bdi>
              </a>{' '}
              {n.self && <Badge tone="accent">{t('graph.this')}</Badge>}
              <span class="soft small"> {tn('graph.posts', n.posts)}</span>
              {n.state && <span class="soft small"> · {acted(n.state)}</span>}
              <ul class="small">
                {ties(n.id).map((e, i) => (
                  <li key={i}>
                    {named('edge', e.kind)} <bdi dir="auto">@{visible(handle.get(e.from === n.id ? e.to : e.from) ?? '?')}</bdi> ({num(e.weight)})
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <ul class="row small legend-of" aria-label={t('graph.legend')}>
            {kinds.map((k) => (
              <li key={k}>
                <svg viewBox="0 0 28 8" aria-hidden="true">
                  <line x1="1" y1="4" x2="27" y2="4" class={'edge ' + k} stroke-width="3" />
                </svg>
                {kind_of(k)}
              </li>
            ))}
          </ul>
          <p class="small soft">{t('graph.about')}</p>
        </>
      )}
    </div>
  )
}

const short_handle = (h: string): string => {
  const all = [...visible(h)]
  return '\u2068@' + (all.length > 16 ? all.slice(0, 15).join('') + '…' : all.join('')) + '\u2069'
}

const kind_of = (k: string): string => (has('network.what.' + k) ? named('network.what', k) : named('edge_kind', k))
const acted = (measure: string): string => t('graph.acted', named('measure', measure))
