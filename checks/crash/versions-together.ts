import type { CheckContext, Figure } from '../harness/index.ts'
import { startNodes, upgradeOneByOne, versionBeforeMigration } from '../nodes/index.ts'
import { valkeyMissing } from '../valkey.ts'

const SECONDS = { pr: 5, nightly: 600, release: 600 } as const
const NODES = 2

/**
 * Two nodes of the version before the newest migration, of which one becomes the new version: both serve side by side for a while, on the new
 * tables, before the other follows. No call fails and the books agree.
 */
export async function versionsTogether(context: CheckContext): Promise<Record<string, Figure>> {
  const missing = valkeyMissing()
  if (missing !== undefined) return { together: `not run: ${missing}` }
  const before = versionBeforeMigration()
  if (before === undefined) return { together: 'not run: no history of this tree' }
  const isNew = new Set<number>()
  const seconds = SECONDS[context.tier]
  try {
    const nodes = await startNodes(NODES, { checkout: (index) => (isNew.has(index) ? process.cwd() : before.folder) })
    try {
      const figures = await upgradeOneByOne(context, nodes, { onUpgrade: (index) => void isNew.add(index), betweenMs: seconds * 1000 })
      return { upgraded_from: before.commit, together_s: seconds, ...figures }
    } finally {
      await nodes.stop()
    }
  } finally {
    before.remove()
  }
}
