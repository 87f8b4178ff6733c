import type { readLock } from '../../packaging/index.ts'

type Named = Readonly<Record<string, string>>

/** What package.json asks for. */
export type Asked = { readonly dependencies?: Named; readonly optionalDependencies?: Named; readonly devDependencies?: Named }

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/
const ALIAS = /^npm:(?:@[\w-]+\/)?[\w.-]+@/
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/

/** What is not exact in package.json, or not the same in the lock, and what of the lock has no SHA-512 or names a host to come from. */
export function lockProblems(asked: Asked, lock: ReturnType<typeof readLock>): readonly string[] {
  const wanted = Object.entries({ ...asked.devDependencies, ...asked.optionalDependencies, ...asked.dependencies })
  const inexact = wanted.flatMap(([name, range]) => {
    const version = range.replace(ALIAS, '')
    if (!EXACT.test(version)) return [`${name} is asked for as ${range}`]
    const locked = lock[`node_modules/${name}`]?.version
    return locked === version ? [] : [`${name} is asked for as ${version} and locked as ${locked ?? 'nothing'}`]
  })
  const unhashed = Object.entries(lock).flatMap(([folder, { resolved, integrity }]) => {
    // Without an address npm asks the registry of whoever installs, and holds what it gets to the hash.
    if (resolved !== undefined) return [`${folder} comes from ${resolved}`]
    return SHA512.test(integrity ?? '') ? [] : [`${folder} has no SHA-512`]
  })
  return [...inexact, ...unhashed]
}
