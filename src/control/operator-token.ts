import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The operator token and where it lies; `path` is undefined when it came from the environment. */
export type OperatorToken = { readonly token: string; readonly path: string | undefined }

/** The configured operator token, or the one under the data directory, which is made once with mode 0600. */
export function openOperatorToken(
  dataDir: string,
  given: { readonly configured: string | undefined; readonly random: Buffer },
): OperatorToken {
  if (given.configured !== undefined) return { token: given.configured, path: undefined }
  const path = join(dataDir, 'operator-token')
  return { token: readOrMake(path, () => `fbo_${given.random.toString('hex')}`), path }
}

/** The content of a small private file, which is made with mode 0600 when it is not there. */
export function readOrMake(path: string, make: () => string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const content = make()
  writeFileSync(path, `${content}\n`, { mode: 0o600, flag: 'wx' })
  return content
}
