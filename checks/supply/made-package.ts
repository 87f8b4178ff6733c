import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout that the checks lie in. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** A package that was made: the tarball, the folder that is in it, and a folder beside them that is removed with them. */
export type MadePackage = { readonly tarball: string; readonly contents: string; readonly folder: string; readonly remove: () => void }

const MADE_MS_MAX = 300_000

/** Makes the package of a checkout, as docs/packages.md says, in a folder of its own, pages included; throws with what was said where that fails. */
export function makePackage(checkout: string = CHECKOUT): MadePackage {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-package-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    run(process.execPath, ['web/build.ts'], checkout)
    run(process.execPath, ['packaging/pack.ts', folder], checkout)
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'none'
    return { tarball: join(folder, tarball), contents: join(folder, 'package'), folder, remove }
  } catch (thrown) {
    remove()
    throw thrown
  }
}

/** Copies what a package is made of into another folder; of what is installed it has the same files by hard links. */
export function copyCheckout(): { readonly folder: string; readonly remove: () => void } {
  const place = mkdtempSync(join(tmpdir(), 'farebox-other-'))
  const folder = join(place, 'another', 'place')
  mkdirSync(folder, { recursive: true })
  for (const name of [
    'src',
    'sim',
    'packaging',
    'bin',
    'docs',
    'deploy',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'LICENSE',
  ])
    cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true })
  for (const name of readdirSync(join(CHECKOUT, 'web')).filter((one) => !one.startsWith('dist')))
    cpSync(join(CHECKOUT, 'web', name), join(folder, 'web', name), { recursive: true })
  const linked = spawnSync('cp', ['-al', join(CHECKOUT, 'node_modules'), folder]).status === 0
  if (!linked || !existsSync(join(folder, 'node_modules'))) run('cp', ['-a', join(CHECKOUT, 'node_modules'), folder], CHECKOUT)
  return { folder, remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 5 }) }
}

function run(command: string, given: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, given, { cwd, encoding: 'utf8', timeout: MADE_MS_MAX })
  if (status !== 0) throw new Error(`${command} ${given.join(' ')} ended with ${status}: ${(stderr + stdout).slice(-800)}`)
}
