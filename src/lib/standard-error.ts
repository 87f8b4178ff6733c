import { writeSync } from 'node:fs'

const STANDARD_ERROR = 2

/**
 * A function that writes lines to standard error. One that cannot be written, as when that is a file on a full disk, is lost: it neither ends
 * the process nor keeps later lines from being written.
 */
export function standardErrorWriter(): (line: string) => void {
  const { stderr } = process
  stderr.on('error', () => undefined)
  return (line) => {
    // Node gives a stream up after one failed write.
    if (stderr.destroyed) writeIfThereIsRoom(line)
    else stderr.write(line)
  }
}

function writeIfThereIsRoom(line: string): boolean {
  try {
    return writeSync(STANDARD_ERROR, line) > 0
  } catch {
    // There is nowhere else to tell it.
    return false
  }
}
