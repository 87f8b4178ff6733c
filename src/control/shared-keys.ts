import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { listLiveNodes } from '../ledger/index.ts'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'

/** A node that was silent for so long counts as gone, as for those that settle what it left. */
const LIVE_MS = 60_000

/** Which node asks; `nodeId` is undefined for a data directory that no node has used yet. */
export type AskingNode = { readonly config: Pick<Config, 'keysUrl'>; readonly nodeId: string | undefined }

/** Why this node cannot keep keys of persons in its own data directory: others live on the same database and could not read them. */
export async function sharedKeyProblems(database: Database, { config, nodeId }: AskingNode): Promise<readonly Problem[]> {
  if (config.keysUrl !== undefined) return []
  const others = await listLiveNodes(database, { nodeId, liveMs: LIVE_MS })
  if (others.length === 0) return []
  return [
    {
      ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_KEYS_URL' },
      expected: 'a database of keys that all nodes share, as there are several nodes on this database',
      got: `no such setting, and ${others.length} other node(s) that said something within the last minute`,
      mend: 'set FAREBOX_KEYS_URL on every node to a second PostgreSQL database whose backups live 7 days at most; if the other node is gone for good, start again in a minute',
    },
  ]
}

/** Throws ConfigRefusedError for these problems. */
export async function refuseUnsharedKeys(database: Database, node: AskingNode): Promise<void> {
  const problems = await sharedKeyProblems(database, node)
  if (problems.length > 0) throw new ConfigRefusedError(problems)
}
