import { writeFileSync } from 'node:fs'

/**
 * Has the kernel leave all memory out of core files, of this process and of all that it starts, whatever the limits of the machine and
 * wherever its core pattern leads; nothing where there is no such switch. Source: core(5), "Controlling which mappings are written to the
 * core dump" (2026-11-26).
 */
export function keepMemoryOutOfCores(path = '/proc/self/coredump_filter'): void {
  try {
    writeFileSync(path, '0')
  } catch {
    // Not Linux, or /proc is not to be written: no core is as the machine's own limits say.
  }
}
