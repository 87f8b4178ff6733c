import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type readLock, UNNEEDED_SCRIPTS } from '../../packaging/index.ts'

type Manifest = { readonly scripts?: Readonly<Record<string, string>> }

const MOMENTS = ['preinstall', 'install', 'postinstall', 'prepare'] as const

/** Packages of the lock that ship and have a script for when they are installed, by the folder they are in. */
export const scriptedFolders = (lock: ReturnType<typeof readLock>): readonly string[] =>
  Object.entries(lock).flatMap(([folder, { dev, hasInstallScript }]) => (dev !== true && hasInstallScript === true ? [folder] : []))

/** What ships with a script and is not written down, is written down and gone, or has another script than is written down, as far as it is installed here. */
export function scriptProblems(checkout: string, lock: ReturnType<typeof readLock>): readonly string[] {
  const scripted = scriptedFolders(lock)
  const known = new Map(Object.entries(UNNEEDED_SCRIPTS).map(([name, one]) => [`node_modules/${name}`, one]))
  const unknown = scripted.filter((folder) => lock[folder]?.version !== known.get(folder)?.version)
  const gone = [...known.keys()].filter((folder) => !scripted.includes(folder))
  const changed = [...known].flatMap(([folder, { script, file, sha256 }]) => {
    const at = join(checkout, folder)
    if (!existsSync(at)) return []
    const { scripts = {} }: Manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))
    const found = MOMENTS.flatMap((moment) => scripts[moment] ?? [])
    const hash = createHash('sha256')
      .update(readFileSync(join(at, file)))
      .digest('hex')
    return found.join() === script && hash === sha256 ? [] : [`${folder} has another script than is written down`]
  })
  return [
    ...unknown.map((folder) => `${folder} ${lock[folder]?.version} wants to run a script when it is installed`),
    ...gone.map((folder) => `${folder} has no script any more`),
    ...changed,
  ]
}
