import type { CommandContext } from './command.ts'

/** What --json is called in help, the same for every command. */
export const JSON_OPTION = ['--json', 'print the answer as JSON'] as const

/** Prints data as JSON when asked to, else as people read it. */
export function printData(
  context: CommandContext,
  data: unknown,
  told: { readonly isJson: boolean | undefined; readonly text: string },
): void {
  context.print(told.isJson === true ? JSON.stringify(data) : told.text)
}

/** An id as part of a path. */
export const inPath = (id: string): string => encodeURIComponent(id)

/** "2026-11-21 10:00" in UTC of a time as the API writes it; "-" for none. */
export const shortTime = (time: string | null): string => (time === null ? '-' : time.slice(0, 16).replace('T', ' '))
