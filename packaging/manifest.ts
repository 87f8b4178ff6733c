import { type Lock, type Locked, neededFolders } from './lock.ts'

/** What package.json of the checkout says, as far as the package takes it over. */
export type Manifest = {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly type: string
  readonly engines: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** What lies in the package, at its top. npm adds package.json itself. */
export const FILES = [
  'LICENSE',
  'README.md',
  'THIRD-PARTY.txt',
  'bin',
  'deploy',
  'docs',
  'npm-shrinkwrap.json',
  'sbom.cdx.json',
  'server',
  'src',
  'web',
] as const

/** Installed beside the code and not compiled into it, as there is one for each platform. */
const BESIDE = /^@node-rs\//

/** package.json of the package: no scripts, nothing to develop with, and of what it runs on only what could not be compiled into it. */
export function manifestOf(checkout: Manifest): Manifest & { readonly files: readonly string[] } {
  const { name, version, description, license, type, engines, bin, dependencies, optionalDependencies } = checkout
  const beside = Object.fromEntries(Object.entries(dependencies).filter(([one]) => BESIDE.test(one)))
  return { name, version, description, license, type, engines, bin, files: FILES, dependencies: beside, optionalDependencies }
}

/**
 * npm-shrinkwrap.json of the package: all that is installed with it, each with the hash of the lock, so that whoever installs it gets the
 * bytes that were tested. Source: docs.npmjs.com/cli/v11/configuring-npm/npm-shrinkwrap-json (2026-11-27).
 */
export function shrinkwrapOf(manifest: Manifest, lock: Lock): object {
  const { name, version, license, bin, engines, dependencies, optionalDependencies } = manifest
  const folders = neededFolders(lock, [...Object.keys(dependencies), ...Object.keys(optionalDependencies)])
  const packages = Object.fromEntries(folders.map((folder): readonly [string, Locked | undefined] => [folder, lock[folder]]))
  const own = { name, version, license, bin, engines, dependencies, optionalDependencies }
  return { name, version, lockfileVersion: 3, requires: true, packages: { '': own, ...packages } }
}
