import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { testFolder } from '../../src/db/testing.ts'
import { runCommand } from './command.ts'

/** What many servers have in common, and made once; `env` is how worlds find it. */
export type Prepared = { readonly env: Readonly<Record<string, string>>; readonly remove: () => void }

/**
 * Makes a data directory as `farebox migrate` leaves it, so that the many servers of a run need not each make a database of their own. When
 * that does not work, they do; what a first start does is tested by tests that start a server themselves.
 */
export async function prepareData(): Promise<Prepared> {
  const directory = mkdtempSync(join(testFolder(), 'farebox-world-prepared-'))
  const env = { FAREBOX_DATA_DIR: directory, FAREBOX_CONFIG: '', DATABASE_URL: '' }
  const { code } = await runCommand({ command: 'node', args: ['src/main.ts', 'migrate'], env, secondsMax: 120 })
  return {
    env: code === 0 ? { FAREBOX_WORLD_DATA: directory } : {},
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Below it the package finds what is installed for the checkout. */
const BESIDE_INSTALLED = resolve(import.meta.dirname, '../../node_modules/.cache/tests')

/**
 * Makes the package as it is published, so that the many servers of a run are what strangers run, and start in half the time; throws with what was said
 * when it cannot be made. `env` is how worlds find it.
 */
export async function preparePackage(): Promise<Prepared> {
  mkdirSync(BESIDE_INSTALLED, { recursive: true })
  const directory = mkdtempSync(join(BESIDE_INSTALLED, 'package-'))
  const { code, output } = await runCommand({ command: 'node', args: ['packaging/pack.ts', directory], secondsMax: 300 })
  if (code !== 0) throw new Error(`the package could not be made:\n${output}`)
  return {
    env: { FAREBOX_WORLD_PACKAGE: join(directory, 'package') },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
