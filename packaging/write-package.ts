import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bom, bomOf } from './bom.ts'
import type { Bundled } from './bundled.ts'
import { compile } from './compile.ts'
import { thirdPartyText } from './licences.ts'
import { neededFolders, readLock } from './lock.ts'
import { type Manifest, manifestOf, shrinkwrapOf } from './manifest.ts'

/** Folders of numbered SQL files that the compiled code reads where they lie in the sources. */
const MIGRATIONS = ['src/db/migrations', 'src/privacy/subject-keys/migrations'] as const

const asText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * Writes the package of the checkout at `root` into the folder `into`, which is emptied before; its pages have to be built. The same
 * checkout gives the same bytes. Returns the list of what ships, as it is in the package.
 */
export async function writePackage(root: string, into: string): Promise<Bom> {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const lock = readLock(root)
  const checkout: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifest = manifestOf(checkout)
  const compiled = await compile(root, join(into, 'server'))
  const web: readonly Bundled[] = JSON.parse(readFileSync(join(root, 'web/dist/packages.json'), 'utf8'))
  const beside = neededFolders(lock, [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies)])
  const parts = { ...compiled, web }
  const bom = bomOf({ name: manifest.name, version: manifest.version, parts, beside }, lock)
  writeFileSync(join(into, 'package.json'), asText(manifest))
  writeFileSync(join(into, 'npm-shrinkwrap.json'), asText(shrinkwrapOf(manifest, lock)))
  writeFileSync(join(into, 'sbom.cdx.json'), asText(bom))
  writeFileSync(join(into, 'THIRD-PARTY.txt'), thirdPartyText(root, Object.values(parts).flat(), lock))
  copyRest(root, into)
  return bom
}

function copyRest(root: string, into: string): void {
  const copy = (path: string) => cpSync(join(root, path), join(into, path), { recursive: true })
  for (const path of ['LICENSE', 'README.md', 'bin', 'deploy', 'docs', 'web/dist']) copy(path)
  for (const folder of MIGRATIONS) for (const name of readdirSync(join(root, folder))) if (name.endsWith('.sql')) copy(join(folder, name))
}
