import { writeFileSync } from 'node:fs'
import { errorCode } from '../lib/index.ts'

/** Not Linux, or /proc is not to be written: then core files are as the machine's own limits say. */
const NO_SWITCH: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS'])

/**
 * Has the kernel leave all memory out of core files, of this process and of all that it starts, whatever the limits of the machine and
 * wherever its core pattern leads; nothing where there is no such switch. Source: core(5), "Controlling which mappings are written to the
 * core dump" (2026-11-26).
 */
export function keepMemoryOutOfCores(path = '/proc/self/coredump_filter'): void {
  try {
    writeFileSync(path, '0')
  } catch (thrown) {
    if (!NO_SWITCH.has(errorCode(thrown))) throw thrown
  }
}
