/* Line icons on a 20 × 20 grid, drawn for the console. */
const PATHS = {
  queue: 'M3 5h14M3 10h9M3 15h6M16 11v5m0 0 2-2m-2 2-2-2',
  search: 'M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3Zm4.5 10.5L17 17',
  next: 'M5 4l6 6-6 6M13 4v12',
  appeal: 'M10 3v14M5 6h10M5 6l-2.5 6h5L5 6Zm10 0-2.5 6h5L15 6ZM7 17h6',
  report: 'M5 3v14M5 4h10l-2 3.5L15 11H5',
  cases: 'M3 6h5l2 2h7v8H3V6Z',
  quality: 'M4 10.5 8 14l8-9',
  policy: 'M5 3h7l3 3v11H5V3Zm2.5 6h5m-5 3h5m-5 3h3',
  people: 'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5 8c0-3 2-5 5-5s5 2 5 5M13 3.5a3 3 0 0 1 0 5M15 12c2 .6 3 2.500 3 5',
  key: 'M7 16a4 4 0 1 1 3.500-5.900H17v3h-2v2h-3v-2h-1.500A4 4 0 0 1 7 16Z',
  audit: 'M10 3 4 5v5c0 4 2.500 6 6 7 3.500-1 6-3 6-7V5l-6-2Zm-2.500 7 2 2 3.500-4',
  chart: 'M3 17h14M5 14v-4m5 4V5m5 9V8',
  settings: 'M3 6h8m4 0h2M3 14h2m4 0h8M13 4v4M7 12v4',
  care: 'M10 16.500 3.800 10.300a3.800 3.800 0 0 1 5.400-5.400l.8.8.8-.8a3.800 3.800 0 0 1 5.400 5.400L10 16.500Z',
  decision: 'M4 17h12M11 3l5 5-3 3-5-5 3-3ZM9.500 7.500 4 13',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3v4.500l3 1.500',
  undo: 'M7 4 3 8l4 4M3 8h8a5 5 0 0 1 0 10H8',
  close: 'M5 5l10 10M15 5 5 15',
  menu: 'M3 5h14M3 10h14M3 15h14',
  eye: 'M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10Zm8-2.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Z',
  eye_off: 'M3 3l14 14M8 5c.6-.3 1.300-.5 2-.5 5 0 8 5.500 8 5.500a14 14 0 0 1-2.500 3.200M5 6.500A14 14 0 0 0 2 10s3 5.500 8 5.500c1.200 0 2.300-.3 3.300-.8',
  sound: 'M4 8v4h3l4 3.500v-11L7 8H4Zm10-1.500c2 2 2 5 0 7',
  mute: 'M4 8v4h3l4 3.500v-11L7 8H4Zm10 0 4 4m0-4-4 4',
  play: 'M6 4v12l10-6L6 4Z',
  pause: 'M6 4v12M14 4v12',
  prev_frame: 'M14 4v12L6 10l8-6ZM4 4v12',
  next_frame: 'M6 4v12l8-6-8-6ZM16 4v12',
  alert: 'M10 3 2.500 16.500h15L10 3Zm0 5v4m0 2v.5',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 6v5m0-7.500v.5',
  check: 'M4 10.500 8 14l8-9',
  up: 'M10 16V4m0 0L5 9m5-5 5 5',
  moon: 'M16 12.500A7 7 0 0 1 7.500 4a7 7 0 1 0 8.500 8.500Z',
  sun: 'M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM10 2v1.500m0 13V18M2 10h1.500m13 0H18M4.300 4.300l1.100 1.100m9.200 9.200 1.100 1.100m0-11.400-1.100 1.100m-9.200 9.200-1.100 1.100',
  globe: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm-7 7h14M10 3c-4 4-4 10 0 14 4-4 4-10 0-14Z',
  snooze: 'M5 5h5l-5 6h5M11 10h4l-4 5h4',
  hand: 'M4 12h9m0 0-3-3m3 3-3 3M10 5h6v10',
  copy: 'M7 7h9v9H7V7Zm-3 6V4h9',
  out: 'M8 4H4v12h4m4-9 4 3-4 3m4-3H8',
  link: 'M8 12l4-4m-5 1-2 2a2.800 2.800 0 0 0 4 4l2-2m0-6 2-2a2.800 2.800 0 0 1 4 4l-2 2',
  pause_circle: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM8.500 7.500v5m3-5v5',
  film: 'M3 4h14v12H3V4Zm3 0v12m8-12v12M3 8h3m-3 4h3m8-4h3m-3 4h3',
  keyboard: 'M2 5h16v10H2V5Zm3 3h.5m2.500 0h.5m2.500 0h.5m2.500 0h.5M6 12h8',
  plus: 'M10 4v12M4 10h12',
  pin: 'M10 17s5-4.500 5-9a5 5 0 0 0-10 0c0 4.500 5 9 5 9Zm0-7a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  filter: 'M3 4h14l-5.500 7v5l-3-1.500V11L3 4Z',
  account: 'M10 10a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Zm-6.500 7.500c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500',
  graph: 'M5 15a2 2 0 1 0 0-.1M15 8a2 2 0 1 0 0-.1M5 6a2 2 0 1 0 0-.1M7 5.500l6 1.800M6.600 13.500l7-4.500',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, turns }: { name: IconName; turns?: boolean }) {
  return (
    <svg class={turns ? 'icon turns' : 'icon'} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}
