import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ids, isUuid } from '../lib/index.ts'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { readOrMake } from './operator-token.ts'

const pathIn = (dataDir: string): string => join(dataDir, 'node-id')

/** The id of this installation, made once; its slices in the database are found by it. Throws ConfigRefusedError for a file that holds none. */
export function openNodeId(dataDir: string, ids: Ids): string {
  const problems = nodeIdProblems(dataDir)
  if (problems.length > 0) throw new ConfigRefusedError(problems)
  return readOrMake(pathIn(dataDir), () => ids.uuid())
}

/** The problem of a data directory whose file of the id holds something else; none where there is no such file yet. */
export function nodeIdProblems(dataDir: string): readonly Problem[] {
  const path = pathIn(dataDir)
  if (!existsSync(path) || isUuid(readFileSync(path, 'utf8').trim())) return []
  return [
    {
      ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
      expected: `the id of this installation in ${path}`,
      got: 'something else',
      mend: `bring the file back from a copy, or remove it: a new id is made then, and what was open under the old one is settled or given back a minute after the start`,
    },
  ]
}
