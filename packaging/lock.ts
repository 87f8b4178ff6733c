import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What package-lock.json says of one package. Source: docs.npmjs.com/cli/v11/configuring-npm/package-lock-json (2026-11-27). */
export type Locked = {
  readonly version: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly name?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The lock of a checkout: what is said of each package, by its folder below the root. */
export type Lock = Readonly<Record<string, Locked>>

/** Reads the lock of the checkout at `root`, without the line of the checkout itself. */
export function readLock(root: string): Lock {
  const { packages }: { readonly packages: Lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.fromEntries(Object.entries(packages).filter(([folder]) => folder !== ''))
}

/** The folders of `names` and of all they need, in the order of the lock; what is nowhere is an error of the lock. */
export function neededFolders(lock: Lock, names: readonly string[]): readonly string[] {
  const needed = new Set<string>()
  const waiting = names.map((name) => ({ name, from: '', isOptional: false }))
  for (const { name, from, isOptional } of waiting) {
    const folder = folderOf(lock, name, from)
    if (folder === undefined && isOptional) continue
    if (folder === undefined) throw new Error(`the lock has no ${name} for ${from === '' ? 'the package' : from}`)
    if (needed.has(folder)) continue
    needed.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = lock[folder] ?? {}
    for (const one of Object.keys(dependencies)) waiting.push({ name: one, from: folder, isOptional: one in optionalDependencies })
    for (const one of Object.keys(optionalDependencies)) waiting.push({ name: one, from: folder, isOptional: true })
  }
  return Object.keys(lock).filter((folder) => needed.has(folder))
}

/** As Node looks: in the node_modules of whoever asks, then in each above it. */
function folderOf(lock: Lock, name: string, from: string): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const folder = `${place === '' ? '' : `${place}/`}node_modules/${name}`
    if (lock[folder] !== undefined) return folder
    if (place === '') return undefined
  }
}
