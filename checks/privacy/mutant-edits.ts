import type { Edit } from './mutated-tree.ts'

/** A defect that leaks, as it could slip in; `leaves` are files it writes outside the data directory, from the checkout where they are not absolute. */
export type LeakMutant = {
  readonly id: string
  readonly does: string
  readonly edits: readonly Edit[]
  readonly leaves?: readonly string[]
}

const POOL = 'src/supervisor/gateway-pool.ts'
const BODY = 'src/gateway/handle.ts'
const FRAME = 'src/api/frame.ts'
const READ = '  try {\n    const call = decodeInTurns(gateway, exchange, body)\n'

/** The gateway's output goes where the supervisor's goes. */
export const isHeard: Edit = { file: POOL, find: 'showsOutput: false', replace: 'showsOutput: true' }

/** The gateway may write files. */
export const mayWrite: Edit = { file: POOL, find: `'--permission',`, replace: `'--permission', '--allow-fs-write=*',` }

/** What nobody serves goes to control, body and all. */
export const forwardsAll: Edit = {
  file: 'src/gateway/paths.ts',
  find: `{ kind: 'control', takesBody: true } : undefined`,
  replace: `{ kind: 'control', takesBody: true } : { kind: 'control', takesBody: true }`,
}

/** Code that runs where a gateway has read a body, whose parts are `parts`. */
export const withBody = (code: string): Edit => ({ file: BODY, find: READ, replace: `  const parts = [body]\n  ${code}\n${READ}` })

/** An import before the first one of a file. */
export const importing = (file: string, line: string, first: string): Edit => ({ file, find: first, replace: `${line}\n${first}` })

/** Code that runs for each request that control answers. */
export const onFrame = (code: string): Edit => ({
  file: FRAME,
  find: '    refuseKeyInUrl(c)\n',
  replace: `    ${code}\n    refuseKeyInUrl(c)\n`,
})
