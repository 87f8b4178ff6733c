import { join } from 'node:path'
import type { Ids } from '../lib/index.ts'
import { readOrMake } from './operator-token.ts'

/** The id of this installation, made once; its slices in the database are found by it. */
export const openNodeId = (dataDir: string, ids: Ids): string => readOrMake(join(dataDir, 'node-id'), () => ids.uuid())
