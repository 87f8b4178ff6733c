import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckContext, Figure } from '../harness/index.ts'
import { startNodes, upgradeOneByOne, versionBeforeMigration } from '../nodes/index.ts'
import { valkeyMissing } from '../valkey.ts'

const SECONDS = { pr: 5, nightly: 600, release: 600 } as const
const NODES = 2

/**
 * Two nodes of the version before the newest migration, of which one becomes the new version: both serve side by side for a while, on the new
 * tables, before the other follows. No call fails and the books agree. Control of the old one is killed meanwhile, and comes back.
 */
export async function versionsTogether(context: CheckContext): Promise<Record<string, Figure>> {
  const missing = valkeyMissing()
  if (missing !== undefined) return { together: `not run: ${missing}` }
  const before = versionBeforeMigration()
  if (before === undefined) return { together: 'not run: no history of this tree' }
  const isNew = new Set<number>()
  const seconds = SECONDS[context.tier]
  const killsOld = comesBeside(before.folder)
  try {
    const nodes = await startNodes(NODES, { checkout: (index) => (isNew.has(index) ? process.cwd() : before.folder) })
    try {
      const figures = await upgradeOneByOne(context, nodes, {
        onUpgrade: (index) => void isNew.add(index),
        betweenMs: seconds * 1000,
        killsOld,
      })
      return {
        upgraded_from: before.commit,
        together_s: seconds,
        killed_beside: killsOld ? 1 : 'not run: the version before could not',
        ...figures,
      }
    } finally {
      await nodes.stop()
    }
  } finally {
    before.remove()
  }
}

/** Versions of before migrations were noted refuse what a newer one migrated. */
const comesBeside = (folder: string): boolean => readFileSync(join(folder, 'src', 'db', 'migrate.ts'), 'utf8').includes('runs_with_before')
