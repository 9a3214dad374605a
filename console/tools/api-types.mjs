// TypeScript types of the server's OpenAPI file: one interface a schema, and one row an operation
// (operationId → method, path, parameters, body, answer), which src/base/api.ts is written against.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const name = (ref) => ref.split('/').pop()
const quoted = (k) => (/^[A-Za-z_]\w*$/.test(k) ? k : JSON.stringify(k))

export function typeOf(s, indent = '') {
  if (!s || Object.keys(s).filter((k) => k !== 'description').length === 0) return 'unknown'
  if (s.$ref) return name(s.$ref)
  if (s.const !== undefined) return JSON.stringify(s.const)
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(' | ')
  for (const k of ['oneOf', 'anyOf']) if (s[k]) return s[k].map((x) => typeOf(x, indent)).join(' | ')
  if (s.allOf) return s.allOf.map((x) => typeOf(x, indent)).join(' & ')
  const types = [].concat(s.type ?? 'object')
  return types.map((t) => oneType(t, s, indent)).join(' | ')
}

function oneType(t, s, indent) {
  switch (t) {
    case 'integer':
    case 'number':
      return 'number'
    case 'null':
    case 'boolean':
    case 'string':
      return t
    case 'array': {
      const of = typeOf(s.items, indent)
      return /[|&]/.test(of) ? `(${of})[]` : `${of}[]`
    }
  }
  if (!s.properties) return `Record<string, ${typeOf(typeof s.additionalProperties === 'object' ? s.additionalProperties : {}, indent)}>`
  const inner = indent + '  '
  const rows = Object.entries(s.properties).map(([k, v]) => {
    const note = v.description ? `${inner}/** ${v.description} */\n` : ''
    return `${note}${inner}${quoted(k)}${(s.required ?? []).includes(k) ? '' : '?'}: ${typeOf(v, inner)}\n`
  })
  return `{\n${rows.join('')}${indent}}`
}

function content(x) {
  const c = x?.content
  if (!c) return 'undefined'
  const json = c['application/json'] ?? c['application/problem+json']
  return json ? typeOf(json.schema, '    ') : 'Blob'
}

export function apiTypes(doc) {
  const out = ['/* Made from src/serve/openapi.json by tools/api-types.mjs. */', '']
  const resolve = (p) => (p.$ref ? doc.components.parameters[name(p.$ref)] : p)
  for (const [k, s] of Object.entries(doc.components.schemas)) {
    if (s.description) out.push(`/** ${s.description} */`)
    out.push(`export type ${k} = ${typeOf(s)}`, '')
  }
  const rows = []
  const routes = []
  for (const [path, ops] of Object.entries(doc.paths))
    for (const [method, o] of Object.entries(ops)) {
      if (!o.operationId) continue
      const ps = [...(ops.parameters ?? []), ...(o.parameters ?? [])].map(resolve)
      const group = (where) => {
        const of = ps.filter((p) => p.in === where)
        return of.length ? `{ ${of.map((p) => `${quoted(p.name)}${p.required ? '' : '?'}: ${typeOf(p.schema)}`).join('; ')} }` : 'undefined'
      }
      const ok = Object.entries(o.responses).find(([c]) => c.startsWith('2'))?.[1]
      rows.push(
        `  ${quoted(o.operationId)}: { path: ${group('path')}; query: ${group('query')}; body: ${content(o.requestBody)}; answer: ${content(ok)} }`,
      )
      routes.push(`  ${quoted(o.operationId)}: ['${method.toUpperCase()}', '${path}'],`)
    }
  out.push('export interface Operations {', ...rows, '}', '')
  out.push('export const routes: Record<keyof Operations, readonly [string, string]> = {', ...routes, '}', '')
  return out.join('\n')
}

export function writeApi(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, apiTypes(JSON.parse(readFileSync(from, 'utf8'))))
}
