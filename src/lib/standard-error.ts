import { writeSync } from 'node:fs'

const STANDARD_ERROR = 2
let isWatched = false

/**
 * Writes a line to standard error. One that cannot be written, as when that is a file on a full disk, is lost: it neither ends the process
 * nor keeps later lines from being written.
 */
export function writeStandardError(line: string): void {
  if (!isWatched) process.stderr.on('error', () => undefined)
  isWatched = true
  if (!process.stderr.destroyed) {
    process.stderr.write(line)
    return
  }
  // Node gives a stream up after one failed write.
  try {
    writeSync(STANDARD_ERROR, line)
  } catch {
    // There is nowhere else to tell it.
  }
}
