import type { IncomingHttpHeaders } from 'node:http'

/** What the taker of a reply can do to it. */
export type ReplyControl = {
  readonly paused: boolean
  readonly pause: () => void
  readonly resume: () => void
  /** Ends the connection; the handler is told of the reason as of any other error. */
  readonly abort: (reason: Error) => void
}

/** Who takes a reply. After `onResponseEnd` or `onResponseError` nothing more is told; an error can come before everything else. */
export type ReplyHandler = {
  /** The request goes out now. */
  readonly onRequestStart: (control: ReplyControl) => void
  /** The final head; interim ones are not told. */
  readonly onResponseStart: (control: ReplyControl, status: number, headers: IncomingHttpHeaders) => void
  readonly onResponseData: (control: ReplyControl, chunk: Buffer) => void
  readonly onResponseEnd: (control: ReplyControl) => void
  readonly onResponseError: (control: ReplyControl, error: Error) => void
}
