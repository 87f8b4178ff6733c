/** How a job that is run again and again does; times in milliseconds since 1970 UTC, by the clock of this machine. */
export type JobReport = {
  /** Folder and verb, such as policy.keep. */
  readonly name: string
  /** So long it rests between two runs. */
  readonly everyMs: number
  /** Undefined while it rests. */
  readonly runningSince: number | undefined
  readonly endedAt: number | undefined
  readonly nextAt: number | undefined
  /** When it last failed, with a code and no text. */
  readonly failedAt: number | undefined
  readonly errorCode: string | undefined
  /** Whether the last run failed. */
  readonly isFailing: boolean
}
