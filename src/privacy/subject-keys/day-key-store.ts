/** Where the wrapped keys of days lie, outside the database and its backups; a day is "2026-11-26". */
export type DayKeyStore = {
  readonly readDay: (day: string) => Promise<Buffer | undefined>
  /** Keeps wrapped bytes for a day unless there are some, durably; resolves with those that are kept now. */
  readonly addDay: (day: string, wrapped: Buffer) => Promise<Buffer>
  /** Destroys the keys of earlier days; resolves with how many there were. */
  readonly removeDaysBefore: (day: string) => Promise<number>
}
