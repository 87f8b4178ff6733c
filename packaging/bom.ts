import type { Bundled } from './bundled.ts'
import type { Lock } from './lock.ts'

/** One package that ships, and the parts of ours that it is in; `beside` is what npm installs with them. */
type Component = {
  readonly type: 'library'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly scope: 'required' | 'optional'
  readonly licenses: readonly [{ readonly expression: string }]
  readonly hashes: readonly [{ readonly alg: 'SHA-512'; readonly content: string }]
  readonly properties: readonly { readonly name: 'farebox:part'; readonly value: string }[]
}

/** The list of what ships, in CycloneDX 1.6. Source: cyclonedx.org/docs/1.6/json (2026-11-27). */
export type Bom = {
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: '1.6'
  readonly version: 1
  readonly metadata: { readonly component: { readonly type: 'application'; readonly name: string; readonly version: string } }
  readonly components: readonly Component[]
}

/** What ships with a version of ours: packages by the part they are compiled into, and folders of the lock that are installed beside. */
export type Shipped = {
  readonly name: string
  readonly version: string
  readonly parts: Readonly<Record<string, readonly Bundled[]>>
  readonly beside: readonly string[]
}

/** The list of what ships. It has no time and no number of its own: the same version has the same list. */
export function bomOf({ name, version, parts, beside }: Shipped, lock: Lock): Bom {
  const places = new Map<string, Set<string>>()
  const add = (folder: string, part: string) => places.set(folder, new Set([...(places.get(folder) ?? []), part]))
  for (const [part, bundled] of Object.entries(parts)) for (const { folder } of bundled) add(folder, part)
  for (const folder of beside) add(folder, 'beside')
  const components = [...places].map(([folder, found]) => componentOf(folder, [...found].sort(), lock))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version } },
    components: components.sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  }
}

function componentOf(folder: string, parts: readonly string[], lock: Lock): Component {
  const locked = lock[folder]
  if (locked?.integrity === undefined) throw new Error(`the lock has no hash for ${folder}`)
  const name = locked.name ?? folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const purl = `pkg:npm/${name.replace('@', '%40')}@${locked.version}`
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: locked.version,
    purl,
    scope: locked.optional === true ? 'optional' : 'required',
    licenses: [{ expression: locked.license ?? 'NOASSERTION' }],
    hashes: [{ alg: 'SHA-512', content: sha512Of(locked.integrity) }],
    properties: parts.map((value) => ({ name: 'farebox:part', value })),
  }
}

function sha512Of(integrity: string): string {
  const base64 = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity)?.[1]
  if (base64 === undefined) throw new Error(`not one SHA-512: ${integrity.slice(0, 40)}`)
  return Buffer.from(base64, 'base64').toString('hex')
}
