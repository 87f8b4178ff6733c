import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../../spec/index.ts'

/**
 * Our own server cannot be started or is not ours. `code` is one of initdb_failed, start_failed, start_timeout, stop_timeout,
 * foreign_server, disk_full; `detail` is what the server said before it took any connection, or what to do.
 */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedCode
  readonly detail: string
  constructor(code: EmbeddedCode, detail: string) {
    super(`${code}: ${detail}`)
    this.name = 'EmbeddedPostgresError'
    this.code = code
    this.detail = detail
  }
}

type EmbeddedCode = 'initdb_failed' | 'start_failed' | 'start_timeout' | 'stop_timeout' | 'foreign_server' | 'disk_full'

/** Something about this machine that its owner has to change. */
export const refuse = (path: 'DATABASE_URL' | 'FAREBOX_DATA_DIR', told: Pick<Problem, 'expected' | 'got' | 'mend'>): ConfigRefusedError =>
  new ConfigRefusedError([{ file: ENVIRONMENT, line: 0, column: 0, path, ...told }])
