import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { testFolder } from '../../src/db/testing.ts'
import { runCommand } from './command.ts'

/** A data directory to copy; `env` is how worlds find it. */
export type PreparedData = { readonly env: Readonly<Record<string, string>>; readonly remove: () => void }

/**
 * Makes a data directory as `farebox migrate` leaves it, so that the many servers of a run need not each make a database of their own. When
 * that does not work, they do; what a first start does is tested by tests that start a server themselves.
 */
export async function prepareData(): Promise<PreparedData> {
  const directory = mkdtempSync(join(testFolder(), 'farebox-world-prepared-'))
  const env = { FAREBOX_DATA_DIR: directory, FAREBOX_CONFIG: '', DATABASE_URL: '' }
  const { code } = await runCommand({ command: 'node', args: ['src/main.ts', 'migrate'], env, secondsMax: 120 })
  return {
    env: code === 0 ? { FAREBOX_WORLD_DATA: directory } : {},
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
