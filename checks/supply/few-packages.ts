import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bom, DIRECT, MOST } from '../../packaging/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { CHECKOUT, makePackage } from './made-package.ts'

const GATEWAY_MOST = 5

/** How many packages of others each part has, as the list of what ships tells. */
export function countByPart(bom: Bom): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { properties } of bom.components) for (const { value } of properties) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

/** SUP-01: the gateway has five packages of others in it at most; no part has more than is written down, and each that we chose has a reason and a date. */
export function fewPackages(context: CheckContext): Promise<Measured> {
  const made = makePackage()
  try {
    const bom: Bom = JSON.parse(readFileSync(join(made.contents, 'sbom.cdx.json'), 'utf8'))
    const counts = countByPart(bom)
    context.expect((counts['gateway'] ?? 0) > 0, 'blind: a gateway of nothing but our own')
    context.expect((counts['gateway'] ?? 0) <= GATEWAY_MOST, `the gateway has ${counts['gateway']} packages of others`)
    for (const [part, count] of Object.entries(counts))
      context.expect(count <= (MOST[part] ?? 0), `${part} has ${count} packages of others, and ${MOST[part] ?? 0} are written down`)
    const asked: { readonly dependencies: object; readonly optionalDependencies: object } = JSON.parse(
      readFileSync(join(CHECKOUT, 'package.json'), 'utf8'),
    )
    const names = Object.keys({ ...asked.dependencies, ...asked.optionalDependencies })
    for (const name of names) context.expect(DIRECT[name] !== undefined, `nobody answers for ${name}`)
    const shipped = new Set(bom.components.map(({ name }) => name))
    for (const name of names) context.expect(shipped.has(name), `${name} is asked for, and nothing of it ships`)
    return Promise.resolve({ n: bom.components.length, measured: { ...counts, chosen: names.length } })
  } finally {
    made.remove()
  }
}
